"""The value of one customer, so that it can be checked by hand (R51, R57)."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Customer
from core.charts import Chart, Series, radar_chart
from staff.models import User
from valuation import explain_rules, reading_reports
from valuation.models import CustomerValuation, Dimension, ValuationRun
from valuation.strategy_words import CELLS, QUADRANTS

FULL = 100
CENT = Decimal("0.01")
AXES = reading_reports.AXES
RUNS_SHOWN = 12


@dataclass(frozen=True)
class CustomerValue:
    """Everything of the page; `former` is the same customer in the last run of the same scope."""

    run: ValuationRun
    row: CustomerValuation
    former: CustomerValuation | None
    explanation: explain_rules.Explanation
    means: reading_reports.Means
    radar: Chart
    quadrant: object | None
    cell: object | None

    @property
    def moved(self) -> Decimal | None:
        if self.former is None or None in (self.row.composite, self.former.composite):
            return None
        return self.row.composite - self.former.composite

    @property
    def strategies(self) -> list:
        return [one for one in (self.quadrant, self.cell) if one]

    @property
    def rank_moved(self) -> int | None:
        """Places won since the last run."""
        if self.former is None or None in (self.row.rank, self.former.rank):
            return None
        return self.former.rank - self.row.rank


def runs_of(customer: Customer, user: User) -> list[ValuationRun]:
    """Runs that the reader may open and that hold this customer, the newest first."""
    found = reading_reports.readable_runs(user).filter(results__customer=customer)
    return list(found[:RUNS_SHOWN])


def customer_value(customer: Customer, user: User, run: ValuationRun) -> CustomerValue | None:
    """The caller has found `customer` in scope. None when the run does not hold it."""
    row = run.results.filter(customer=customer).first()
    if row is None:
        return None
    before = reading_reports.former_run(run)
    former = before and before.results.filter(customer=customer).first()
    means = reading_reports.industry_means(run, user, row.industry_ref)
    return CustomerValue(
        run=run,
        row=row,
        former=former,
        explanation=explain_rules.explain(
            run.model_snapshot, row.indicators, _scores(row),
            former.indicators if former else None, _scores(former) if former else None,
            row.is_managed,
        ),
        means=means,
        radar=_radar(row, former, means, run),
        quadrant=QUADRANTS.get(row.quadrant),
        cell=CELLS.get(row.loyalty_cell),
    )  # fmt: skip


def _scores(row: CustomerValuation) -> dict[str, Decimal | None]:
    return {axis: getattr(row, axis) for axis in AXES} | {"composite": row.composite}


def _radar(row, former, means: reading_reports.Means, run: ValuationRun) -> Chart:
    series = [Series("本次", [getattr(row, axis) for axis in AXES])]
    if means.values["number"] and means.count >= run.model.min_cohort:
        average = [means.values[axis] for axis in AXES]
        rounded = [None if value is None else Decimal(value).quantize(CENT) for value in average]
        series.append(Series("行业均值", rounded))
    if former:
        series.append(Series("上次", [getattr(former, axis) for axis in AXES]))
    # A gap is drawn in the middle, where a score of 0 would stand: the name says what it is.
    labels = [
        (f"{Dimension(axis).label}{'' if getattr(row, axis) is not None else '（数据不足）'}", FULL)
        for axis in AXES
    ]
    return radar_chart("四个维度（满分 100）", labels, series, alt=_said(row, series))


def _said(row, series) -> str:
    parts = [
        f"{Dimension(axis).label} {getattr(row, axis) if getattr(row, axis) is not None else '—'}"
        for axis in AXES
    ]
    return f"雷达图：{'，'.join(parts)}；对照{'、'.join(one.name for one in series[1:]) or '无'}。"
