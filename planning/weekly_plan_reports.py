"""Plans in the weekly file: what changed, how far they are, what waits for whom (§B.13 ①②)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractQuarter

from accounts.models import Customer, MonthlyBill
from core.templatetags.fmt import clock, day
from planning import actual_reports, bill_facts, rollup_reports, target_reports
from planning import target_rules as rules
from planning.models import (
    IN_REVIEW,
    MarketingPlan,
    PlanPreparationTask,
    PlanState,
    PlanTargetLine,
    PlanVersion,
)
from planning.paper_tables import NOTHING, Head, Marked, Table, number, short
from planning.weekly_scope_reports import Chapter, Part, Scope
from reminders.models import DutyKind, Obligation

MOST = 200
LIGHTS = {rules.GREEN: "● 绿", rules.YELLOW: "▲ 黄", rules.RED: "■ 红"}
MORE = "其余 {} 行见系统。"


def said(value: Decimal) -> str:
    return f"{value:,.2f}" if value else NOTHING


def percent(reached: actual_reports.Reached) -> str:
    if not reached.light:
        return NOTHING
    return Marked.by(f"{LIGHTS[reached.light]} {reached.percent}%", f"light {reached.light}")


def cut(
    title: str, heads, rows: list, nothing: str, lead: str = "", most: int = MOST, total: int = 0
) -> Part:
    """At most `most` rows; how many more there are stands in the lead. `total`: of rows of which
    only the first were read."""
    if not rows:
        return Part(title, lead, nothing=nothing)
    hidden = max(total, len(rows)) - min(len(rows), most)
    more = MORE.format(hidden) if hidden else ""
    return Part(title, " ".join(filter(None, (lead, more))), Table(title, heads, rows[:most]))


# --- ① progress -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    """Businesses and all together against their bills, quarter by quarter; 万元."""

    year: int
    rows: list[tuple[str, list[actual_reports.Reached]]]


KIND_HEADS = (
    short("类别"),
    *(number(label) for label in (*rules.QUARTER_NAMES.values(), "全年")),
)
PLAN_HEADS = (
    short("计划"),
    Head("对象"),
    short("状态"),
    number("全年目标"),
    number("应达"),
    number("实际"),
    short("完成"),
)


def progress(scope: Scope) -> Chapter:
    """About twelve queries a year, whatever the number of plans."""
    parts = [part for year in scope.years for part in _of_year(scope, year)]
    if not parts:
        parts = [Part("目标", nothing="这个范围还没有计划。")]
    lead = (
        "目标为已提交或已批准的计划之和；实际为账单收入，应达为已过月份应完成的部分。单位：万元。"
    )
    return Chapter("1", "年度计划进度", parts, lead)


def _of_year(scope: Scope, year: int) -> Iterator[Part]:
    targets, plan = _targets(scope, year)
    customers = _customers(scope, year, plan)
    by_kind = rules.totals((kind, five) for (kind, _, _), five in targets.items())
    rows = [[rules.KINDS[kind], *map(said, five)] for kind, five in by_kind.items()]
    whole = rules.grand_total(by_kind)
    rows.append([Marked.by("合计", "b"), *(Marked.by(said(value), "b") for value in whole)])
    title = f"{year} 年目标"
    yield Part(title, table=Table(title, KIND_HEADS, rows))
    if year <= scope.today.year:  # nothing is due of a year to come
        found = _progress(plan, year, targets, whole, customers, scope)
        yield Part(f"{year} 年各业务完成情况", progress=found)
    yield cut(f"{year} 年各客户计划", PLAN_HEADS, _plan_rows(scope, year), "没有已计入的客户计划。")


def _customers(scope: Scope, year: int, annual: MarketingPlan | None) -> QuerySet[Customer]:
    """Whose bills are held against the targets: exactly those whose plans are in the sum."""
    if annual and annual.counted:
        return rollup_reports.customers_below(annual)
    return scope.customers.filter(plans__year=year, plans__counted__isnull=False)


def _targets(scope: Scope, year: int) -> tuple[dict, MarketingPlan | None]:
    """The roll-up of the annual plan, where there is one; else the counted plans of the scope."""
    plans = scope.plans.filter(year=year)
    annual = plans.filter(kind=MarketingPlan.Kind.ANNUAL_MARKET).select_related("counted").first()
    if annual and annual.counted:
        rolled = rollup_reports.rollup(annual, annual.counted)
        pairs = [*rolled.summed_lines.items(), *rolled.adjusted_lines.items()]
        found: dict = {}
        for key, five in pairs:
            found[key] = rules.with_year(rules.plus(found.get(key, rules.NOTHING), five))
        return found, annual
    lines = PlanTargetLine.objects.filter(version__counted_for__in=plans).order_by()
    keys = ("kind", "business_line", "from_operator")
    sums = lines.values_list(*keys).annotate(**target_reports.quarter_sums())
    return {tuple(row[:3]): rules.with_year(row[3:]) for row in sums}, annual


def _progress(plan, year, targets, whole, customers, scope) -> Progress:
    by_business: dict[str, rules.Five] = {}
    for (_, line, _), five in targets.items():
        by_business[line] = rules.with_year(rules.plus(by_business.get(line, rules.NOTHING), five))
    billed = bill_facts.billed_by_line(customers, year)[year]
    on, nothing = actual_reports.scale(), rules.with_year(rules.NOTHING)
    rows = []
    names = rules.LINES | {bill_facts.OTHER: "策反与未分到业务"}
    for code, name in names.items():
        target, actual = by_business.get(code, nothing), billed.get(code, nothing)
        if any(target) or any(actual):
            rows.append((name, actual_reports.reached(year, target, actual, scope.today, on)))
    together = rules.grand_total(billed)
    rows.append(("合计", actual_reports.reached(year, whole, together, scope.today, on)))
    return Progress(year, rows)


def _plan_rows(scope: Scope, year: int) -> list[list[str]]:
    """Counted plans of customers, the furthest behind first. Three queries."""
    plans = scope.plans.filter(
        year=year, kind=MarketingPlan.Kind.KEY_CUSTOMER, counted__isnull=False
    ).select_related("customer", "counted")
    lines = PlanTargetLine.objects.filter(version__counted_for__in=plans).order_by()
    sums = lines.values_list("version__counted_for").annotate(**target_reports.quarter_sums())
    targets = {row[0]: rules.with_year(row[1:]) for row in sums}
    actual = _billed_by_customer(plans, year)
    on, nothing, rows = actual_reports.scale(), rules.with_year(rules.NOTHING), []
    for plan in plans:
        target = targets.get(plan.pk, nothing)
        billed = actual.get(plan.customer_id, nothing)
        reached = actual_reports.reached(year, target, billed, scope.today, on)[4]
        behind = reached.percent if reached.percent is not None else rules.LARGEST
        line = [
            plan.number, plan.customer.name, plan.counted.get_state_display(),
            said(reached.target), said(reached.due), said(reached.actual), percent(reached),
        ]  # fmt: skip
        rows.append((behind, plan.number, line))
    return [line for _, _, line in sorted(rows, key=lambda row: row[:2])]


def _billed_by_customer(plans: QuerySet[MarketingPlan], year: int) -> dict[int, rules.Five]:
    """As bill_facts.billed, customer by customer. One query."""
    bills = MonthlyBill.objects.filter(customer__in=plans.values("customer"), month__year=year)
    rows = bills.order_by().values_list("customer", ExtractQuarter("month"))
    found: dict[int, list[Decimal]] = {}
    for customer, quarter, total in rows.annotate(total=Sum("reported_total")):
        found.setdefault(customer, [rules.ZERO] * 4)[quarter - 1] = rules.in_wan(total)
    return {customer: rules.with_year(quarters) for customer, quarters in found.items()}


# --- ② review and overdue -------------------------------------------------------------------------
WAITING_HEADS = (
    short("计划"),
    Head("对象"),
    short("状态"),
    short("提交"),
    short("等待"),
    short("期限"),
)
LATE_HEADS = (
    short("计划"),
    Head("事项"),
    Head("对象"),
    short("责任人"),
    short("期限"),
)
WAITING = (PlanState.OUTLINE_REVIEW, *IN_REVIEW)
KINDS = {
    DutyKind.PLAN_SUBMISSION: MarketingPlan,
    DutyKind.PLAN_REVIEW: PlanVersion,
    DutyKind.PLAN_TASK: PlanPreparationTask,
}
"""What somebody may be late with, and what the duty is about."""
ABOUT = ("customer", "industry", "branch")


def waiting(scope: Scope) -> Chapter:
    parts = [
        cut("审核中的计划和提纲", WAITING_HEADS, _waiting_rows(scope), "没有计划或提纲在审核。"),
        cut("逾期的提交、审核和编制任务", LATE_HEADS, _late_rows(scope), "没有逾期的事项。"),
    ]
    return Chapter("2", "审核中与逾期的计划", parts)


def _waiting_rows(scope: Scope) -> list[list[str]]:
    """The longest waiting first. An outline is not handed in: it waits since its duty began."""
    versions = PlanVersion.objects.filter(plan__in=scope.plans, state__in=WAITING)
    versions = versions.select_related(*(f"plan__{name}" for name in ABOUT)).defer("snapshot")
    duties = _duties(DutyKind.PLAN_REVIEW, versions.values("pk"))
    by_version = {duty.object_id: duty for duty in duties}
    rows = []
    for one in versions.order_by("pk"):
        duty = by_version.get(one.pk)
        is_outline = one.state == PlanState.OUTLINE_REVIEW
        since = (duty.started_at if duty else None) if is_outline else one.submitted_at
        line = [
            one.plan.number, one.plan.about(), one.get_state_display(),
            day(since) if since else NOTHING, duty.owner.name if duty else NOTHING,
            _due(duty, scope) if duty else NOTHING,
        ]  # fmt: skip
        rows.append((since or scope.now, one.pk, line))
    return [line for _, _, line in sorted(rows, key=lambda row: row[:2])]


def _late_rows(scope: Scope) -> list[list[str]]:
    """Of all three kinds together, the latest first. Three queries each."""
    late = [pair for kind in KINDS for pair in _late(scope, kind)]
    late.sort(key=lambda pair: (pair[0].due_at, pair[0].pk))
    return [
        [plan.number, duty.title, plan.about(), duty.owner.name, _due(duty, scope)]
        for duty, plan in late
    ]


def _late(scope: Scope, kind: DutyKind) -> list[tuple[Obligation, MarketingPlan]]:
    rows = KINDS[kind].objects.all()
    if kind == DutyKind.PLAN_SUBMISSION:
        rows = rows.filter(pk__in=scope.plans).select_related(*ABOUT)
    else:
        rows = rows.filter(plan__in=scope.plans)
        rows = rows.select_related(*(f"plan__{name}" for name in ABOUT))
    duties = [d for d in _duties(kind, rows.values("pk")) if d.due_at < scope.now]
    found = rows.in_bulk([duty.object_id for duty in duties])
    subjects = [(duty, found[duty.object_id]) for duty in duties]
    return [(duty, getattr(subject, "plan", subject)) for duty, subject in subjects]


def _duties(kind: DutyKind, keys) -> list[Obligation]:
    content_type = ContentType.objects.get_for_model(KINDS[kind])
    found = Obligation.objects.open().filter(
        kind=kind, content_type=content_type, object_id__in=keys.order_by()
    )
    return list(found.select_related("owner").order_by("due_at", "pk"))


def _due(duty: Obligation, scope: Scope) -> str:
    text = f"{day(duty.due_at)} {clock(duty.due_at)}"
    return Marked.by(f"{text} 逾期", "late") if duty.due_at < scope.now else text
