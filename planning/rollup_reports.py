"""Customer plans → industry plans → annual plan: added by the database when asked (R41).

Only the counted version of a plan below counts. What hangs below an industry's plan counts for the
annual plan whether or not that plan counts itself: its own adjustments wait until it is handed in,
the customers' money does not. No sum of several plans is stored. Amounts in 万元.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum

from accounts.models import Customer
from planning import actual_reports, bill_facts, target_reports
from planning import target_rules as rules
from planning.models import (
    COUNTED,
    MarketingPlan,
    PlanAllotment,
    PlanState,
    PlanTargetLine,
    PlanVersion,
    VersionTotal,
    plans_seen,
)
from staff.models import User

Kind = MarketingPlan.Kind
LINE_KEYS = ("business_line", "from_operator")
LineKey = tuple[str, str, str]
"""(kind, business line, source operator); the last two empty where only kinds were asked for."""


@dataclass(frozen=True)
class RollUp:
    """`summed`: of the counted plans below; `adjusted`: of the version's own lines. By line.

    `by_parent`: what is summed, by the plan that it hangs on: this one or one between.
    """

    plan: MarketingPlan
    version: PlanVersion | None
    summed_lines: dict[LineKey, rules.Five]
    adjusted_lines: dict[LineKey, rules.Five]
    by_parent: dict[int, dict[LineKey, rules.Five]] = field(default_factory=dict)

    @property
    def summed(self) -> dict[str, rules.Five]:
        """{kind: (q1, q2, q3, q4, year)} of the plans below."""
        return _by_kind(self.summed_lines)

    @property
    def adjusted(self) -> dict[str, rules.Five]:
        return _by_kind(self.adjusted_lines)

    @property
    def totals(self) -> dict[str, rules.Five]:
        """{kind: (q1, q2, q3, q4, year)}: below and adjustments together."""
        return rules.totals([*self.summed.items(), *self.adjusted.items()])

    @property
    def grand(self) -> rules.Five:
        return rules.grand_total(self.totals)


def _by_kind(lines: dict[LineKey, rules.Five]) -> dict[str, rules.Five]:
    return rules.totals((kind, five) for (kind, _, _), five in lines.items())


def rollup(
    plan: MarketingPlan, version: PlanVersion | None = None, *, only_kinds: bool = False
) -> RollUp:
    """Of the plan with `version` (default: its newest) shown. Three queries at most.

    Of a customer's plan there is nothing below: its own lines are the sum. `only_kinds` adds what
    the database wrote down of each version (VersionTotal): a sixth of the rows, the same sums.
    """
    version = version or plan.current
    own = _sums(PlanTargetLine.objects.filter(version=version), "version").get(version.pk, {})
    if plan.kind == Kind.KEY_CUSTOMER:
        return RollUp(plan, version, own, {})
    model, keys = (VersionTotal, ()) if only_kinds else (PlanTargetLine, LINE_KEYS)
    below = model.objects.filter(version__counted_for__parent__in=_parents(plan))
    by_parent = _sums(below, "version__counted_for__parent", keys)
    return RollUp(plan, version, _together(by_parent), own, by_parent)


def moved_since(version: PlanVersion, now: Decimal) -> tuple[Decimal, Decimal] | None:
    """(year's total as it was handed in, how much it is more by now) where the plans below have
    changed since; None where nothing moved or nothing was handed in yet. No query.
    """
    if version.state not in COUNTED or not version.snapshot:
        return None
    then = Decimal(version.snapshot["total"][4])
    return (then, now - then) if now != then else None


def counted_below(plan: MarketingPlan) -> QuerySet[MarketingPlan]:
    """Every plan below that counts for `plan`: children, and children of children."""
    below = MarketingPlan.objects.filter(parent__in=_parents(plan), counted__isnull=False)
    return below.order_by()


def _parents(plan: MarketingPlan) -> list[int]:
    """Whose children count for `plan`: itself, and the plans between, handed in or not.

    These few are asked for first (one query): with a join of plans to their parents PostgreSQL
    guesses so few lines that it sorts them all instead of adding them as they come.
    """
    if plan.kind != Kind.ANNUAL_MARKET:
        return [plan.pk]
    between = MarketingPlan.objects.filter(parent=plan, kind=Kind.KEY_INDUSTRY).order_by()
    return [plan.pk, *between.values_list("pk", flat=True)]


def _sums(
    lines: QuerySet, of: str, keys: tuple[str, ...] = LINE_KEYS
) -> dict[int, dict[LineKey, rules.Five]]:
    """{value of `of`: {line: quarters and year}}."""
    found: dict[int, dict[LineKey, rules.Five]] = defaultdict(dict)
    rows = lines.order_by().values_list(of, "kind", *keys)
    for group, kind, *names, q1, q2, q3, q4 in rows.annotate(**target_reports.quarter_sums()):
        line, operator = names or ("", "")
        found[group][kind, line, operator] = rules.with_year((q1, q2, q3, q4))
    return {group: _in_order(lines) for group, lines in found.items()}


def _together(groups: dict[int, dict[LineKey, rules.Five]]) -> dict[LineKey, rules.Five]:
    found: dict[LineKey, rules.Quarters] = {}
    for lines in groups.values():
        for key, five in lines.items():
            found[key] = rules.plus(found.get(key, rules.NOTHING), five)
    return _in_order({key: rules.with_year(quarters) for key, quarters in found.items()})


def _in_order(lines: dict[LineKey, rules.Five]) -> dict[LineKey, rules.Five]:
    return {key: lines[key] for key in sorted(lines, key=lambda key: rules.line_order(*key))}


# --- the page -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class KindRow:
    """One kind, or all together (`kind` empty)."""

    kind: str
    name: str
    allotted: rules.Five
    summed: rules.Five
    adjusted: rules.Five
    total: rules.Five
    handed_on: Decimal
    """What was handed down to the plans below, of the year."""

    @property
    def gap(self) -> rules.Gap:
        return rules.Gap(self.allotted[4], self.summed[4], self.adjusted[4])

    @property
    def open_by_quarter(self) -> rules.Five:
        return rules.with_year(rules.minus(self.allotted, self.total))

    @property
    def not_handed_on(self) -> Decimal:
        """Positive: not yet handed on to a plan below. Negative: more than was handed down."""
        return self.allotted[4] - self.handed_on


@dataclass(frozen=True)
class Page:
    rolled: RollUp
    kinds: list[KindRow]
    whole: KindRow
    reached: list[actual_reports.Reached]
    actual: dict[int, rules.Five]
    """What was billed in the plan's year and the year before."""
    has_allotment: bool

    @property
    def last_year(self) -> rules.Five:
        return self.actual[self.rolled.plan.year - 1]


def page(
    plan: MarketingPlan, version: PlanVersion, today: date, *, only_kinds: bool = False
) -> Page:
    """下达, 汇总, 调整, 实际 of a plan above others. Eight queries, whatever hangs below."""
    rolled = rollup(plan, version, only_kinds=only_kinds)
    allotted = allotted_to(plan)
    handed = handed_on(plan)
    kinds = [_kind_row(kind, rolled, allotted, handed) for kind in rules.KINDS]
    whole = KindRow(
        "", "合计", rules.grand_total(allotted), rules.grand_total(rolled.summed),
        rules.grand_total(rolled.adjusted), rolled.grand, sum(handed.values(), rules.ZERO),
    )  # fmt: skip
    actual = bill_facts.billed(customers_below(plan), plan.year, plan.year - 1)
    reached = actual_reports.reached(
        plan.year, whole.total, actual[plan.year], today, actual_reports.scale()
    )
    is_asked = any(five[4] for five in allotted.values())
    return Page(rolled, kinds, whole, reached, actual, is_asked)


def _kind_row(kind: str, rolled: RollUp, allotted, handed) -> KindRow:
    return KindRow(
        kind, rules.KINDS[kind], allotted[kind], rolled.summed[kind], rolled.adjusted[kind],
        rolled.totals[kind], handed.get(kind, rules.ZERO),
    )  # fmt: skip


def allotted_to(plan: MarketingPlan) -> dict[str, rules.Five]:
    """{kind: what was handed down to the plan}. One query."""
    rows = PlanAllotment.objects.filter(plan=plan).values_list("kind", *rules.QUARTERS)
    return rules.totals((row[0], row[1:]) for row in rows)


def handed_on(plan: MarketingPlan) -> dict[str, Decimal]:
    """{kind: 万元 of the year that the plan handed down to those below}. One query."""
    rows = PlanAllotment.objects.filter(plan__parent=plan).order_by().values_list("kind")
    year = F("q1") + F("q2") + F("q3") + F("q4")
    return dict(rows.annotate(total=Sum(year)))


def customers_below(plan: MarketingPlan) -> QuerySet:
    """The keys of the customers whose plans count for `plan`, to be asked for with `__in`."""
    if plan.kind == Kind.KEY_CUSTOMER:
        return Customer.objects.filter(pk=plan.customer_id).values("pk")
    return counted_below(plan).filter(kind=Kind.KEY_CUSTOMER).values("customer")


# --- by business ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class LineRow:
    """One business: its targets of all kinds that name it, what was billed, and last year."""

    code: str
    name: str
    targets: rules.Five
    reached: list[actual_reports.Reached]
    last_year: rules.Five


@dataclass(frozen=True)
class ByLine:
    targets: list[tuple[str, str, rules.Five, rules.Five, rules.Five]]
    """(kind, name, below, adjusted, total) of every line with a target."""
    lines: list[LineRow]


def by_line(found: Page, today: date) -> ByLine:
    """Every line, and every business against its bills. Three queries."""
    rolled, nothing = found.rolled, rules.with_year(rules.NOTHING)
    keys = sorted(
        {*rolled.summed_lines, *rolled.adjusted_lines}, key=lambda k: rules.line_order(*k)
    )
    targets, by_business = [], defaultdict(lambda: nothing)
    for key in keys:
        below = rolled.summed_lines.get(key, nothing)
        own = rolled.adjusted_lines.get(key, nothing)
        total = rules.with_year(rules.plus(below, own))
        targets.append((rules.KINDS[key[0]], rules.line_name(*key), below, own, total))
        by_business[key[1]] = rules.with_year(rules.plus(by_business[key[1]], total))
    customers = customers_below(rolled.plan)
    lines = businesses(rolled.plan, dict(by_business), customers, today, found.actual)
    return ByLine(targets, lines)


def businesses(
    plan: MarketingPlan,
    targets: dict[str, rules.Five],
    customers: QuerySet,
    today: date,
    whole: dict[int, rules.Five] | None = None,
) -> list[LineRow]:
    """Targets by business against bills of the plan's year and the year before. Three queries, or
    two with `whole`, what bill_facts.billed found for the two years."""
    actuals = bill_facts.billed_by_line(customers, plan.year, plan.year - 1, whole=whole)
    now, before = actuals[plan.year], actuals[plan.year - 1]
    on, nothing = actual_reports.scale(), rules.with_year(rules.NOTHING)
    names = rules.LINES | {bill_facts.OTHER: "策反与未分到业务"}
    rows = []
    for code, name in names.items():
        target = targets.get(code, nothing)
        actual, last = now.get(code, nothing), before.get(code, nothing)
        if any(target) or any(actual) or any(last):
            reached = actual_reports.reached(plan.year, target, actual, today, on)
            rows.append(LineRow(code, name, target, reached, last))
    return rows


# --- the plans below ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Child:
    """A plan below. `counts` is what the plan above adds of it, `planned` what stands in its newest
    version where nothing of it counts yet; both by kind, of the year. `is_part`: the plan does not
    count itself, only plans below it do."""

    plan: MarketingPlan
    why: str
    is_counted: bool
    counts: dict[str, Decimal] = field(default_factory=dict)
    planned: dict[str, Decimal] = field(default_factory=dict)
    is_part: bool = False

    @property
    def amounts(self) -> list[Decimal]:
        """By kind and together."""
        parts = self.counts if self.is_counted else self.planned
        found = [parts.get(kind, rules.ZERO) for kind in rules.KINDS]
        return [*found, sum(found, rules.ZERO)]


@dataclass(frozen=True)
class Tally:
    """How many plans hang below, how many count, and how many of both the reader may not open."""

    plans: int
    counted: int
    hidden: int


# What a row of them shows. A customer alone has forty columns more.
CHILD_SHOWS = (
    *("kind", "number", "year", "customer__name", "industry__name", "author__name"),
    *(f"{version}__{name}" for version in ("current", "counted") for name in ("number", "state")),
)


def children(plan: MarketingPlan, user: User) -> QuerySet[MarketingPlan]:
    """The plans below that `user` may open."""
    found = MarketingPlan.objects.visible_to(user).filter(parent=plan)
    return found.select_related("customer", "industry", "current", "counted", "author")


def tally(plan: MarketingPlan, user: User) -> Tally:
    """One query."""
    below = MarketingPlan.objects.filter(parent=plan).order_by()
    counts = below.aggregate(
        plans=Count("pk"), counted=Count("counted"), seen=Count("pk", filter=plans_seen(user))
    )
    return Tally(counts["plans"], counts["counted"], counts["plans"] - counts["seen"])


def rows_of(plans: list[MarketingPlan], rolled: RollUp) -> list[Child]:
    """Plans below `rolled.plan` as rows, with their amounts; those that count come to its sum. One
    query: what hangs below them, `rolled` has added up."""
    shown = {plan.counted_id or plan.current_id: plan.pk for plan in plans}
    own = _years(PlanTargetLine.objects.filter(version__in=list(shown)), "version")
    added = {
        parent: {kind: five[4] for kind, five in _by_kind(lines).items()}
        for parent, lines in rolled.by_parent.items()
    }
    return [_child(plan, own.get(plan.counted_id or plan.current_id, {}), added) for plan in plans]


def _child(plan: MarketingPlan, own: dict, added: dict) -> Child:
    beneath = added.get(plan.pk, {})
    if plan.counted_id:
        both = {k: own.get(k, rules.ZERO) + beneath.get(k, rules.ZERO) for k in rules.KINDS}
        return Child(plan, why(plan), True, counts=both)
    if any(beneath.values()):
        return Child(plan, why(plan), True, counts=beneath, is_part=True)
    return Child(plan, why(plan), False, planned=own)


def _years(lines: QuerySet, of: str) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = lines.order_by().values_list(of, "kind").annotate(total=Sum("year"))
    for key, kind, total in rows:
        found[key][kind] = total
    return found


def why(plan: MarketingPlan) -> str:
    """Why a plan counts, with which version, or why it does not; in Chinese."""
    current, counted = plan.current, plan.counted
    if counted is None:
        return _why_not(plan)
    state = PlanState(counted.state).label
    if current is None or current.pk == counted.pk:
        return f"第 {counted.number} 版{state}，已计入"
    now = PlanState(current.state).label
    return f"按第 {counted.number} 版（{state}）计入；第 {current.number} 版{now}，暂不计入"


def _why_not(plan: MarketingPlan) -> str:
    if plan.current is None:
        return "没有可计入的版本"
    if plan.current.state == PlanState.RETURNED:
        text = "已退回，重新提交后计入"
    elif plan.current.state == PlanState.DISCARDED:
        text = "已作废，不计入"
    else:
        text = f"{PlanState(plan.current.state).label}，提交后计入"
    return f"{text}；其下客户计划照常汇总" if plan.kind == Kind.KEY_INDUSTRY else text
