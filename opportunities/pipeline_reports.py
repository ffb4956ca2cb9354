"""The pipeline: weighted by month of the expected close, and what became of the rest (§B.4, §B.7).

Every figure counts exactly the rows that `rows_of` lists for it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round

from accounts.models import BusinessLine
from opportunities import pipeline_rules as rules
from opportunities.forecast_rules import shifted
from opportunities.models import Opportunity, OpportunityLine, OpportunityStage, Stage, StageMove
from opportunities.models.stages import Phase
from staff.models import User

ZERO, CENT, EXACT = Decimal(0), Decimal("0.01"), Decimal("0.0001")
MONEY = DecimalField(max_digits=19, decimal_places=4)
# Times 0.01 and not by 100: SQLite would divide whole numbers and drop what is left.
PERCENT, HALF_CENT = Value(Decimal("0.01")), Value(Decimal("0.005"))
WEIGHTED = ExpressionWrapper(F("amount") * F("probability") * PERCENT, MONEY)
REST = ExpressionWrapper((F("amount") - F("spread")) * F("probability") * PERCENT, MONEY)
"""What the lines leave over of an opportunity with `spread`, their sum."""
NO_LINE = ""
NAMES = {rules.OVERDUE: "已过预计日期", rules.LATER: "更晚", rules.NO_DAY: "未填日期"}


@dataclass(frozen=True)
class By:
    label: str
    key: str
    name: str


GROUPS = {
    "owner": By("负责人", "owner", "owner__name"),
    "industry": By("行业", "customer__industry", "customer__industry__name"),
    "line": By("业务", "lines__business_line", "lines__business_line"),
    "phase": By("环节", "stage", "stage"),
}


@dataclass
class Row:
    """One group: weighted 元 and count by column."""

    key: str
    name: str
    cells: dict[str, Decimal] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, column: str, amount: Decimal, count: int) -> None:
        self.cells[column] = self.cells.get(column, ZERO) + amount
        self.counts[column] = self.counts.get(column, 0) + count

    @property
    def total(self) -> Decimal:
        return sum(self.cells.values(), ZERO)

    @property
    def count(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Pipeline:
    """`columns` are (code, words); `whole` is the sum, counted on its own."""

    columns: list[tuple[str, str]]
    rows: list[Row]
    whole: Row

    @property
    def overdue(self) -> Decimal:
        return self.whole.cells.get(rules.OVERDUE, ZERO)


def months_from(today: date) -> list[date]:
    return [shifted(today.replace(day=1), n) for n in range(rules.SHOWN_MONTHS)]


def columns(today: date) -> list[tuple[str, str]]:
    months = [(f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months_from(today)]
    odd = [(code, NAMES[code]) for code in (rules.LATER, rules.NO_DAY)]
    return [(rules.OVERDUE, NAMES[rules.OVERDUE]), *months, *odd]


def running(user: User) -> QuerySet[Opportunity]:
    """What the pipeline counts: open, not put aside, visible to `user`."""
    return Opportunity.objects.visible_to(user).running()


def of_column(column: str, today: date) -> Q | None:
    """The condition of one column; None for one that does not exist."""
    last = months_from(today)[-1]
    if column == rules.NO_DAY:
        return Q(expected_close=None)
    if column == rules.OVERDUE:
        return Q(expected_close__lt=today)
    if column == rules.LATER:
        return Q(expected_close__gte=shifted(last, 1))
    for month in months_from(today):
        if column == f"{month:%Y-%m}":
            return Q(expected_close__gte=max(month, today), expected_close__lt=shifted(month, 1))
    return None


def of_group(group: str, key: str) -> Q | None:
    """The condition of one row; None for a key that cannot be one."""
    if group == "phase":
        return Q(stage__in=_stages_of(key)) if key in Phase.values else None
    if group == "line":
        if key == NO_LINE:
            return _is_left_over()
        known = OpportunityLine.objects.filter(business_line=key)
        return Q(pk__in=known.values("opportunity")) if key in BusinessLine.values else None
    is_key = key.isascii() and key.isdecimal() and len(key) < 19
    return Q(**{GROUPS[group].key: key}) if is_key else None


def _stages_of(phase: str) -> list[str]:
    found = OpportunityStage.objects.filter(phase=phase).values_list("code", flat=True)
    return list(found)


def rows_of(
    user: User, today: date, *, group: str = "", key: str = "", column: str = ""
) -> QuerySet[Opportunity] | None:
    """The opportunities behind one figure; None when the address names no figure."""
    found = running(user)
    if column:
        condition = of_column(column, today)
        if condition is None:
            return None
        found = found.filter(condition)
    if group:
        condition = of_group(group, key)
        if condition is None:
            return None
        found = found.annotate(spread=_spread("pk")).filter(condition)
    return found.annotate(part=_part(group, key))


def _part(group: str, key: str):
    """What a row of the list adds to the figure: of a business line only its share."""
    if group != "line":
        return WEIGHTED
    if key == NO_LINE:
        return REST
    lines = OpportunityLine.objects.filter(opportunity=OuterRef("pk"), business_line=key)
    return Subquery(_with_share(lines).values("share")[:1], output_field=MONEY)


def weighted_of(found: QuerySet[Opportunity]) -> Decimal:
    """Σ amount × probability of a list from `rows_of`, 元."""
    total = found.order_by().aggregate(total=Sum("part", output_field=MONEY))["total"]
    return _exact(total).quantize(CENT)


def pipeline(user: User, today: date, group: str) -> Pipeline:
    """Weighted 元 by group and column. Two or three queries."""
    found, whole, rows = running(user), Row("", "合计"), {}
    months = months_from(today)
    for close, amount, count in _sums(found):
        whole.add(rules.place_of(close, today, months), amount, count)
    for key, name, close, amount, count in _grouped(found, group):
        row = rows.setdefault(key, Row(str(key), name))
        row.add(rules.place_of(close, today, months), amount, count)
    ordered = sorted(rows.values(), key=lambda row: (-row.total, row.name))
    return Pipeline(columns(today), ordered, whole)


def _sums(found: QuerySet, part=WEIGHTED):
    """By day of the expected close: months and 「overdue」 both follow from it."""
    sums = (
        found.order_by()
        .values_list("expected_close")
        .annotate(weighted=Sum(part, output_field=MONEY), count=Count("pk"))
    )
    return [(close, _exact(weighted), count) for close, weighted, count in sums]


def _exact(weighted: Decimal | None) -> Decimal:
    """Cents by whole per cents: what SQLite reckons in floating point falls back into place."""
    return (weighted or ZERO).quantize(EXACT)


def _grouped(found: QuerySet, group: str):
    if group == "line":
        return [*_by_line(found), *_without_line(found)]
    by = GROUPS[group]
    keys = (by.key,) if by.key == by.name else (by.key, by.name)
    sums = (
        found.order_by()
        .values(*keys, "expected_close")
        .annotate(weighted=Sum(WEIGHTED, output_field=MONEY), count=Count("pk"))
    )
    phases = dict(OpportunityStage.objects.values_list("code", "phase"))
    if group == "phase":
        return [
            (phases[r["stage"]], Phase(phases[r["stage"]]).label, r["expected_close"],
             _exact(r["weighted"]), r["count"])
            for r in sums
        ]  # fmt: skip
    return [
        (r[by.key], r[by.name], r["expected_close"], _exact(r["weighted"]), r["count"])
        for r in sums
    ]


# Lines were filled in for an amount that may have changed since. What they leave over stands under
# 「未分业务」; what they have too much is taken from each in proportion: rows add up to the whole.
def _spread(key: str):
    """元 that the lines of the opportunity `key` make together."""
    lines = OpportunityLine.objects.filter(opportunity=OuterRef(key)).order_by()
    return _none_is_zero(lines.values("opportunity").annotate(sum=Sum("amount")).values("sum"))


def _none_is_zero(sums: QuerySet):
    return Coalesce(Subquery(sums, output_field=MONEY), Value(ZERO), output_field=MONEY)


def _is_left_over() -> Q:
    """Of opportunities with `spread`: without lines, or with less than the amount in them."""
    return Q(spread__lt=F("amount") - HALF_CENT) | ~Q(
        pk__in=OpportunityLine.objects.values("opportunity")
    )


def _with_share(lines: QuerySet) -> QuerySet:
    """`share`: weighted 元 of each line, at the probability of its opportunity.

    Scaled down, a line has what lies between two steps of the running sum, each rounded: the steps
    end at the amount, and nothing is lost or won by rounding.
    """
    earlier = OpportunityLine.objects.filter(
        opportunity=OuterRef("opportunity"), pk__lt=OuterRef("pk")
    )
    before = earlier.order_by().values("opportunity").annotate(sum=Sum("amount")).values("sum")
    lines = lines.annotate(spread=_spread("opportunity"), before=_none_is_zero(before))
    chance, amount = F("opportunity__probability") * PERCENT, F("opportunity__amount")

    def upto(reach):
        scaled = ExpressionWrapper(reach * chance * amount / F("spread"), MONEY)
        return Round(scaled, precision=4, output_field=MONEY)

    scaled = upto(F("before") + F("amount")) - upto(F("before"))
    too_much = When(spread__gt=amount + HALF_CENT, then=scaled)
    plain = ExpressionWrapper(F("amount") * chance, MONEY)
    return lines.annotate(share=Case(too_much, default=plain, output_field=MONEY))


def _by_line(found: QuerySet):
    lines = _with_share(OpportunityLine.objects.filter(opportunity__in=found))
    sums = (
        lines.order_by()
        .values_list("business_line", "opportunity__expected_close")
        .annotate(
            weighted=Sum("share", output_field=MONEY), count=Count("opportunity", distinct=True)
        )
    )
    return [(c, BusinessLine(c).label, close, _exact(sum_), n) for c, close, sum_, n in sums]


def _without_line(found: QuerySet):
    left = found.annotate(spread=_spread("pk")).filter(_is_left_over())
    return [
        (NO_LINE, "未分业务", close, amount, count) for close, amount, count in _sums(left, REST)
    ]


# --- conversion (§B.7) ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Conversion:
    ended: rules.Ended
    steps: list[rules.Step]
    days: Decimal | None
    wins: list[tuple[str, str, int, Decimal]]  # reason, words, count, 元; the most frequent first
    losses: list[tuple[str, str, int, Decimal]]


def conversion(user: User, start: datetime, end: datetime) -> Conversion:
    """What closed in [start, end), and how far what entered a stage then has come since."""
    seen = Opportunity.objects.visible_to(user)
    closed = seen.filter(ended_at__gte=start, ended_at__lt=end)
    return Conversion(
        _ended(closed), _steps(seen, start, end), _days(closed.filter(stage=Stage.WON)),
        _reasons(closed.filter(stage=Stage.WON).exclude(win_reason=""), "win_reason"),
        _reasons(closed.filter(stage=Stage.LOST), "loss_reason"),
    )  # fmt: skip


def _ended(closed: QuerySet) -> rules.Ended:
    won, lost = Q(stage=Stage.WON), Q(stage=Stage.LOST)
    found = closed.order_by().aggregate(
        won=Count("pk", won),
        lost=Count("pk", lost),
        won_amount=Sum("amount", filter=won, default=ZERO),
        lost_amount=Sum("amount", filter=lost, default=ZERO),
    )
    return rules.Ended(**found)


def _steps(seen: QuerySet, start: datetime, end: datetime) -> list[rules.Step]:
    forward = Q(pk__in=[])
    for stage in rules.LADDER[:-1]:
        forward |= Q(from_stage=stage, to_stage__in=rules.later_stages(stage))
    further = StageMove.objects.filter(
        forward, opportunity=OuterRef("opportunity"), from_stage=OuterRef("to_stage"),
        at__gte=OuterRef("at"),
    )  # fmt: skip
    entered = StageMove.objects.filter(
        opportunity__in=seen, at__gte=start, at__lt=end, to_stage__in=rules.LADDER[:-1]
    ).annotate(went_on=Exists(further))
    counts = (
        entered.order_by()
        .values("to_stage")
        .annotate(
            entered=Count("opportunity", distinct=True),
            advanced=Count("opportunity", Q(went_on=True), distinct=True),
        )
    )
    by_stage = {row["to_stage"]: row for row in counts}
    nothing = {"entered": 0, "advanced": 0}
    return [
        rules.Step(stage, by_stage.get(stage, nothing)["entered"],
                   by_stage.get(stage, nothing)["advanced"])
        for stage in rules.LADDER[:-1]
    ]  # fmt: skip


def _days(won: QuerySet) -> Decimal | None:
    spans = won.order_by().annotate(since=Min("moves__at")).values_list("since", "ended_at")
    return rules.mean_days((since, ended) for since, ended in spans if since)


def _reasons(ended: QuerySet, name: str) -> list[tuple[str, str, int, Decimal]]:
    words = dict(Opportunity._meta.get_field(name).choices)
    sums = ended.order_by().values(name).annotate(n=Count("pk"), total=Sum("amount"))
    rows = [(r[name], words[r[name]], r["n"], r["total"]) for r in sums]
    return sorted(rows, key=lambda row: (-row[2], -row[3], row[0]))
