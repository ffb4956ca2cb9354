"""How much the largest bring, how industries compare, how scores spread (R52, R57)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count, F, QuerySet
from django.db.models.functions import Floor

from core.charts import Chart, Series, bar_chart, heatmap_chart, pareto_chart
from staff.models import User
from valuation import reading_reports
from valuation.models import Dimension, ValuationRun

CENT = Decimal("0.01")
BARS = 40
MOST_SHARE = Decimal("0.8")
AXES = reading_reports.AXES
FULL, STEP = 100, 10
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Pareto:
    """`most` customers bring 80 percent of what all `count` bring."""

    chart: Chart
    count: int
    most: int
    total: Decimal


def pareto(run: ValuationRun, user: User, field: str, title: str, unit: str) -> Pareto | None:
    """Of `revenue` or `composite`; None when nobody has any. Two queries."""
    found = reading_reports.results(run, user).filter(**{f"{field}__gt": 0})
    values = list(found.order_by(f"-{field}").values_list(field, flat=True))
    if not values:
        return None
    names = list(found.order_by(f"-{field}", "pk").values_list("customer__name", field)[:BARS])
    total = sum(values, Decimal(0))
    most = _most(values, total)
    shown = f"，图中为前 {BARS} 家" if len(values) > BARS else ""
    alt = f"{len(values)} 家客户中，前 {most} 家占{title} 80%{shown}。"
    chart = pareto_chart(
        f"{title}集中度", [name for name, _ in names], [value for _, value in names], unit=unit,
        alt=alt, total=total,
    )  # fmt: skip
    return Pareto(chart, len(values), most, total)


def _most(values: Sequence[Decimal], total: Decimal) -> int:
    """How many of the largest reach 80 percent."""
    so_far = Decimal(0)
    for number, value in enumerate(values, 1):
        so_far += value
        if so_far >= total * MOST_SHARE:
            return number
    return len(values)


@dataclass(frozen=True)
class IndustryRow:
    pk: int | None
    name: str
    count: int
    composite: Decimal | None
    values: list[Decimal | None]
    is_small: bool


def industries(run: ValuationRun, user: User) -> list[IndustryRow]:
    """Averages of the rows in scope, one line an industry. One query and the names."""
    found = reading_reports.results(run, user).order_by().values("industry_ref")
    averages = {f"mean_{axis}": Avg(axis) for axis in (*AXES, "composite")}
    names = reading_reports.industry_names()
    rows = [
        IndustryRow(
            line["industry_ref"],
            names.get(line["industry_ref"], "未知行业"),
            line["number"],
            _rounded(line["mean_composite"]),
            [_rounded(line[f"mean_{axis}"]) for axis in AXES],
            line["number"] < run.model.min_cohort,
        )
        for line in found.annotate(number=Count("pk"), **averages)
    ]
    return sorted(rows, key=lambda row: (-(row.composite or 0), row.name))


def industry_chart(rows: Sequence[IndustryRow]) -> Chart:
    """Small samples are named so: their averages say little."""
    labels = [f"{row.name}（样本不足）" if row.is_small else row.name for row in rows]
    series = [
        Series(str(Dimension(axis).label), [row.values[number] for row in rows])
        for number, axis in enumerate(AXES)
    ]
    return bar_chart("各行业四个维度的平均得分", labels, series)


def distribution(found: QuerySet) -> Chart:
    """Composite scores in steps of ten. One query."""
    steps = [0] * (FULL // STEP)
    for value in found.exclude(composite=None).order_by().values_list("composite", flat=True):
        steps[min(int(value // STEP), len(steps) - 1)] += 1
    alt = f"综合得分分布：{sum(steps)} 家客户，每 {STEP} 分一档，含下限。"
    return bar_chart("综合得分分布", _step_labels(), [Series("客户数", steps)], unit=" 家", alt=alt)


def distribution_by_industry(found: QuerySet, names: dict[int, str]) -> Chart | None:
    """Customers of each industry in the same steps (R57); None without a score. One query."""
    counted = (
        found.exclude(composite=None)
        .order_by()
        .annotate(step=Floor(F("composite") / STEP))
        .values_list("industry_ref", "step")
        .annotate(Count("pk"))
    )
    rows: dict[str, list[int]] = {}
    for industry, step, count in counted:
        counts = rows.setdefault(names.get(industry, "未知行业"), [0] * (FULL // STEP))
        counts[min(int(step), len(counts) - 1)] += count
    if not rows:
        return None
    lines = [Series(name, rows[name]) for name in sorted(rows, key=lambda n: (-sum(rows[n]), n))]
    alt = f"热力图：{len(lines)} 个行业的客户数，综合得分每 {STEP} 分一档，含下限。"
    return heatmap_chart("各行业的综合得分分布（家）", _step_labels(), lines, alt=alt)


def _step_labels() -> list[str]:
    return [f"{n}–{n + STEP}" for n in range(0, FULL, STEP)]


def grade_counts(found: QuerySet) -> list[tuple[str, int]]:
    counts = dict(found.order_by().values_list("grade").annotate(Count("pk")))
    return [(grade, counts.get(grade, 0)) for grade in GRADES]


def _rounded(value) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(CENT, ROUND_HALF_UP)
