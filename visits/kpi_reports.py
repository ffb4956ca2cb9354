"""执行情况: people by metrics for a month, against target and department, and the way of a year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from core import charts
from core.models import Parameter
from staff.models import User
from visits.kpi_rules import (
    METRICS,
    MONTHS_SHOWN,
    Metric,
    Tally,
    level,
    months_until,
    this_month,
    total,
)
from visits.kpi_sets import Group, tallies
from visits.models import KpiMonth

TARGET = "kpi_target_"
FULL = 100
MOST_LINES = 6  # of departments in one drawing


@dataclass(frozen=True)
class Cell:
    """One number: `level` against the target, `versus` in points against the department.

    The page has hundreds: what it shows of them is text, which costs a template least.
    """

    metric: Metric
    tally: Tally
    target: Decimal
    mean: Decimal | None = None

    @cached_property
    def rate(self) -> Decimal | None:
        return self.tally.rate

    @property
    def level(self) -> str:
        return level(self.rate, self.target)

    @cached_property
    def versus(self) -> Decimal | None:
        if self.rate is None or self.mean is None:
            return None
        return self.rate - self.mean

    @property
    def percent(self) -> str:
        return f"{self.rate}%"

    @property
    def share(self) -> str:
        return f"{self.tally.hits}/{self.tally.base}"

    @property
    def trend(self) -> str:
        """「▲5.5」: points above or below the department; nothing when there is no difference."""
        if not self.versus:
            return ""
        return f"▲{self.versus}" if self.versus > 0 else f"▼{-self.versus}"

    @property
    def trend_css(self) -> str:
        return "kpi-up" if self.trend.startswith("▲") else "kpi-down"


@dataclass(frozen=True)
class Line:
    """A person, a department, or all of them together."""

    name: str
    cells: list[Cell]
    person: User | None = None
    group: Group | None = None

    @property
    def key(self) -> str:
        """Of the person, as it stands in an address."""
        return str(self.person.pk) if self.person else ""


@dataclass(frozen=True)
class Past:
    """Sums of whole departments over a year: {(department, month, metric): Tally}."""

    sums: Mapping[tuple, Tally]
    names: Mapping[int | None, str]
    months: Sequence[date]
    counted_at: datetime | None

    def of(self, department: int | None, month: date, metric: str) -> Tally:
        return self.sums.get((department, month, metric), Tally())

    def whole(self, month: date, metric: str) -> Tally:
        return total(self.of(department, month, metric) for department in self.names)


def targets() -> dict[str, Decimal]:
    """{metric: per cent}. One query."""
    rows = Parameter.objects.filter(key__startswith=TARGET)
    return {row.key.removeprefix(TARGET): row.typed_value() for row in rows}


def past(viewer: User, last: date) -> Past:
    """The departments in scope over the months until `last`. One query, from what was counted."""
    months = months_until(last)
    rows = KpiMonth.objects.groups_of(viewer).filter(month__gte=months[0], month__lte=last)
    fields = ("department", "department__name", "month", "metric", "hits", "base", "counted_at")
    sums: dict[tuple, Tally] = {}
    names: dict[int | None, str] = {}
    counted_at = None
    for department, name, month, metric, hits, base, at in rows.values_list(*fields):
        sums[department, month, metric] = Tally(hits, base)
        names[department] = name or "未分部门"
        counted_at = max(at, counted_at or at)
    return Past(sums, dict(sorted(names.items(), key=lambda n: n[1])), months, counted_at)


def people_lines(
    people: Iterable[User], month: date, now: datetime, history: Past, aims: Mapping
) -> list[Line]:
    """The rates of `people` in `month`, counted now. Three queries whatever their number."""
    people = list(people)
    counted = tallies(month, now, [person.pk for person in people])
    return [
        Line(
            person.name,
            [
                Cell(
                    metric,
                    counted.get((person.pk, code), Tally()),
                    aims[code],
                    history.of(person.department_id, month, code).rate,
                )
                for code, metric in METRICS.items()
            ],
            person=person,
        )
        for person in people
    ]


def department_lines(
    groups: Iterable[Group], people: QuerySet[User], month: date, now: datetime, aims: Mapping
) -> list[Line]:
    """The departments side by side, counted now like the rows behind them (so not from what was
    counted at night, when somebody sat elsewhere); none when there is only one. Three queries."""
    counted = tallies(month, now, people, by="owner__department")
    filled = {pk for pk, _ in counted}
    lines = [
        Line(
            group.name,
            [Cell(m, counted.get((group.pk, c), Tally()), aims[c]) for c, m in METRICS.items()],
            group=group,
        )
        for group in groups
        if group.pk or None in filled
    ]
    return lines if len(lines) > 1 else []


def all_together(lines: Sequence[Line], aims: Mapping) -> Line | None:
    """The sum of the lines that are shown; none for a single one."""
    if len(lines) < 2:
        return None
    columns = zip(*(line.cells for line in lines), strict=True)
    cells = [
        Cell(column[0].metric, total(c.tally for c in column), aims[column[0].metric.code])
        for column in columns
    ]
    return Line("合计", cells)


# --- the way of a year ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Way:
    """A name and its tallies: {(month, metric): Tally}."""

    name: str
    tallies: Mapping[tuple[date, str], Tally]

    def rates(self, months: Sequence[date], metric: str) -> list[Decimal | None]:
        return [self.tallies.get((month, metric), Tally()).rate for month in months]


def way_of_person(person: User, months: Sequence[date], now: datetime) -> Way:
    """Closed months as they were counted, the last one now. Four queries."""
    rows = KpiMonth.objects.filter(user=person, month__gte=months[0], month__lte=months[-1])
    found = {
        (month, metric): Tally(hits, base)
        for month, metric, hits, base in rows.values_list("month", "metric", "hits", "base")
    }
    live = tallies(months[-1], now, [person.pk])
    for code in METRICS:
        found[months[-1], code] = live.get((person.pk, code), Tally())
    return Way(person.name, found)


def way_of_all(history: Past, name: str) -> Way:
    sums = {(m, code): history.whole(m, code) for m in history.months for code in METRICS}
    return Way(name, sums)


def ways_of_departments(history: Past) -> list[Way]:
    """Each department's own, when there are a few; more would only be a tangle."""
    if not 1 < len(history.names) <= MOST_LINES:
        return []
    return [
        Way(name, {(m, c): t for (d, m, c), t in history.sums.items() if d == pk})
        for pk, name in history.names.items()
    ]


def line_of(metric: Metric, ways: Sequence[Way], months: Sequence[date], target: Decimal):
    """One metric over the year, a line for each way, with the target as a level."""
    labels = [f"{month:%Y-%m}" for month in months]
    series = [charts.Series(way.name, way.rates(months, metric.code)) for way in ways]
    return charts.line_chart(
        f"{metric.label}：近 12 个月",
        labels,
        series,
        unit="%",
        target=target,
        most=FULL,
        alt=_said(metric, ways[0], months, target),
    )


def field_of(way: Way, months: Sequence[date]):
    """All metrics of one way over the year: where it is pale, it is weak."""
    lines = [charts.Series(m.label, way.rates(months, code)) for code, m in METRICS.items()]
    return charts.heatmap_chart(
        f"{way.name}各项指标：近 12 个月",
        [f"{month:%y-%m}" for month in months],
        lines,
        unit="%",
        alt="每行一项指标，每列一个月，数字是百分数，颜色越深越高；空格表示当月没有应做的事项。",
    )


def _said(metric: Metric, way: Way, months: Sequence[date], target: Decimal) -> str:
    rates = [(m, r) for m, r in zip(months, way.rates(months, metric.code), strict=True)]
    known = [(m, r) for m, r in rates if r is not None]
    if not known:
        return f"{way.name}近 12 个月没有应做的事项。"
    month, rate = known[-1]
    worst, lowest = min(known, key=lambda pair: pair[1])
    return (
        f"{way.name}{month:%Y-%m} 为 {rate}%，目标 {target:f}%；"
        f"近 12 个月最低 {lowest}%（{worst:%Y-%m}）。"
    )


def choices_of_months(now: datetime) -> list[date]:
    """The months that can be looked at, the present one first."""
    return months_until(this_month(now), MONTHS_SHOWN + 1)[::-1]
