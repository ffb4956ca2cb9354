"""Both matrices as charts, their counts, and who moved from where (R58, R60, D1, D3).

Everything is made of the rows that the reader may see; the cut lines are those of the whole run.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import hypot
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from core.charts import Chart, Field, Point, quadrant_chart
from staff.models import User
from valuation import matrix_rules, reading_reports
from valuation.models import CustomerValuation, Dimension, ValuationRun
from valuation.strategy_words import CELLS, QUADRANTS

VALUE_AXES = {"combined": "当前与潜在价值", "current": "当前价值", "potential": "潜在价值"}
MOST_POINTS = 600
MOST_ARROWS = 20
PAPER_LABELS = 40
QUADRANT_ORDER = ("high_value", "secondary_value", "low_value", "latent_value")
NEWLY = "new"


@dataclass(frozen=True)
class Group:
    """One quadrant or cell: who stands in it, and the list of exactly these."""

    code: str
    name: str
    number: str
    meaning: str
    count: int
    url: str


@dataclass(frozen=True)
class Matrix:
    chart: Chart | None
    groups: list[Group]
    shown: int
    total: int

    @property
    def reading_order(self) -> list[Group]:
        """As the chart shows them: upper left, upper right, lower left, lower right."""
        return [self.groups[place] for place in (1, 0, 2, 3)]


@dataclass(frozen=True)
class Placement:
    """What of a result is drawn: axes, cut lines, and the code of each field.

    `codes` in the order of the chart: upper right, upper left, lower left, lower right.
    """

    x: str
    y: str
    x_name: str
    y_name: str
    codes: tuple[str, str, str, str]
    words: dict
    filter_name: str
    title: str


def first_placement() -> Placement:
    return Placement(
        "potential", "current", str(Dimension.POTENTIAL.label), str(Dimension.CURRENT.label),
        QUADRANT_ORDER, QUADRANTS, "quadrant", "当前价值与潜在价值",
    )  # fmt: skip


def second_placement(axis: str) -> Placement:
    """Right is loyal, above is valuable: hh, hl, ll, lh round from the upper right."""
    return Placement(
        "loyalty", axis, str(Dimension.LOYALTY.label), VALUE_AXES[axis],
        ("hh", "hl", "ll", "lh"), CELLS, "cell", f"{VALUE_AXES[axis]}与忠诚度",
    )  # fmt: skip


def cuts_of(run: ValuationRun, place: Placement) -> tuple[Decimal, Decimal] | None:
    found = run.cuts.get(place.x), run.cuts.get(place.y)
    return None if None in found else (Decimal(found[0]), Decimal(found[1]))


def in_field(run: ValuationRun, place: Placement, number: int) -> Q:
    """The rows of one field. The stored place where there is one, else by the cut lines."""
    code = place.codes[number]
    if place.filter_name == "quadrant":
        return Q(quadrant=code)
    if place.y == "combined":
        return Q(loyalty_cell=code)
    cuts = cuts_of(run, place)
    if cuts is None:
        return Q(pk__in=[])
    is_right, is_above = number in (0, 3), number in (0, 1)
    return Q(**{f"{place.x}__{'gte' if is_right else 'lt'}": cuts[0]}) & Q(
        **{f"{place.y}__{'gte' if is_above else 'lt'}": cuts[1]}
    )


def field_of(row: CustomerValuation, place: Placement, cuts: tuple[Decimal, Decimal]) -> int:
    stored = {"quadrant": row.quadrant, "cell": row.loyalty_cell if place.y == "combined" else ""}
    code = stored[place.filter_name]
    if code:
        return place.codes.index(code)
    is_right = matrix_rules.is_high(getattr(row, place.x), cuts[0])
    is_above = matrix_rules.is_high(getattr(row, place.y), cuts[1])
    return {(True, True): 0, (False, True): 1, (False, False): 2, (True, False): 3}[
        is_right, is_above
    ]


def matrix(
    run: ValuationRun, user: User, place: Placement, *, labelled: int | None = None,
    most: int = MOST_POINTS,
) -> Matrix:  # fmt: skip
    """Five queries, whatever the number of customers; at most `most` points, the best first."""
    found = reading_reports.results(run, user)
    placed = found.filter(**{f"{place.x}__isnull": False, f"{place.y}__isnull": False})
    groups = _groups(run, found, place)
    cuts = cuts_of(run, place)
    if cuts is None:
        return Matrix(None, groups, 0, 0)
    rows = list(placed.select_related("customer").order_by("rank", "pk")[:most])
    points = _points(run, rows, place, cuts)
    total = sum(group.count for group in groups)
    alt = f"象限图：{len(points)} 家客户。" + "，".join(
        f"{group.name} {group.count} 家" for group in groups
    )
    chart = quadrant_chart(
        place.title, points, x_name=place.x_name, y_name=place.y_name, cuts=cuts,
        fields=[Field(place.words[g.code].name, g.url) for g in groups], labelled=labelled,
        alt=f"{alt}。分界：{place.x_name} {cuts[0]}，{place.y_name} {cuts[1]}。",
    )  # fmt: skip
    return Matrix(chart, groups, len(points), total)


def groups_of(run: ValuationRun, user: User, place: Placement) -> list[Group]:
    """The four fields with what the reader may see in each. One query."""
    return _groups(run, reading_reports.results(run, user), place)


def _groups(run, found: QuerySet, place: Placement) -> list[Group]:
    conditions = {
        code: Count("pk", filter=in_field(run, place, number))
        for number, code in enumerate(place.codes)
    }
    counts = found.order_by().aggregate(**conditions)
    return [
        Group(
            code, place.words[code].name, place.words[code].number, place.words[code].meaning,
            counts[code], _list_url(run, place, code),
        )
        for code in place.codes
    ]  # fmt: skip


def _list_url(run, place: Placement, code: str) -> str:
    asked = {"run": run.pk, place.filter_name: code}
    if place.filter_name == "cell" and place.y != "combined":
        asked["axis"] = place.y
    return f"{reverse('valuation:ranking')}?{urlencode(asked)}"


def _points(run, rows, place: Placement, cuts) -> list[Point]:
    former = _former_places(run, rows, place)
    moved = sorted(
        (
            (hypot(float(x - getattr(row, place.x)), float(y - getattr(row, place.y))), row.pk)
            for row in rows
            for x, y, has_changed in [former.get(row.customer_id, (0, 0, False))]
            if has_changed
        ),
        reverse=True,
    )
    with_arrow = {pk for _, pk in moved[:MOST_ARROWS]}
    return [
        Point(
            name=row.customer.name,
            x=getattr(row, place.x),
            y=getattr(row, place.y),
            field=field_of(row, place, cuts),
            href=f"{reverse('valuation:customer', args=[row.customer_id])}?run={run.pk}",
            former=former[row.customer_id][:2] if row.pk in with_arrow else None,
        )
        for row in rows
    ]


def _former_places(run, rows, place: Placement) -> dict[int, tuple[Decimal, Decimal, bool]]:
    """{customer: (x, y, whether it changed the field)} of the last run."""
    before = reading_reports.former_run(run)
    cuts = before and cuts_of(before, place)
    if cuts is None or not rows:
        return {}
    now = {row.customer_id: field_of(row, place, cuts_of(run, place)) for row in rows}
    old = before.results.filter(
        customer__in=now, is_managed=True,
        **{f"{place.x}__isnull": False, f"{place.y}__isnull": False},
    )  # fmt: skip
    return {
        row.customer_id: (
            getattr(row, place.x), getattr(row, place.y),
            field_of(row, place, cuts) != now[row.customer_id],
        )
        for row in old
    }  # fmt: skip


# --- who moved ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    count: int
    is_same: bool


@dataclass(frozen=True)
class Moves:
    """Rows: where a customer was (or 「首次评估」); columns: where it is now."""

    former: ValuationRun
    columns: list[str]
    rows: list[tuple[str, list[Cell], int]]

    @property
    def moved(self) -> int:
        return sum(
            cell.count for name, cells, _ in self.rows[:-1] for cell in cells if not cell.is_same
        )


def moves(run: ValuationRun, user: User, place: Placement) -> Moves | None:
    """From field to field of one matrix since the last run; None without one. Two queries."""
    before = reading_reports.former_run(run)
    if before is None:
        return None
    old = CustomerValuation.objects.filter(
        run=before, customer=OuterRef("customer"), is_managed=True
    )
    counted = (
        reading_reports.results(run, user)
        .annotate(now=_code(run, place))
        .exclude(now="")
        .annotate(old=Subquery(old.annotate(code=_code(before, place)).values("code")[:1]))
        .order_by()
        .values_list("old", "now")
        .annotate(Count("pk"))
    )
    table: dict[tuple[str, str], int] = {}
    for was, now, count in counted:
        key = (was or NEWLY, now)
        table[key] = table.get(key, 0) + count
    rows = [_move_row(was, place, table) for was in (*place.words, NEWLY)]
    return Moves(before, [place.words[code].name for code in place.words], rows)


def _code(run: ValuationRun, place: Placement) -> Case:
    """The field in which a result of the run stands; empty when it stands in none."""
    fields = [
        When(in_field(run, place, number), then=Value(code))
        for number, code in enumerate(place.codes)
    ]
    return Case(*fields, default=Value(""), output_field=CharField())


def _move_row(was: str, place: Placement, table) -> tuple[str, list[Cell], int]:
    cells = [Cell(table.get((was, now), 0), was == now) for now in place.words]
    name = "首次评估" if was == NEWLY else place.words[was].name
    return name, cells, sum(cell.count for cell in cells)
