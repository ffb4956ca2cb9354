"""The rest of the weekly file: visits, duties, opportunities, contracts, cases, rates (§B.13 ③–⑧).

Each list counts exactly what the scope's rows say; of very long ones the first stand on paper.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from accounts.models import Customer, ServiceContract
from core.templatetags.fmt import clock, day, wan
from opportunities.models import Opportunity, Stage, StageMove
from opportunities.stage_reports import patience, stale_ones, standings
from planning.actions.retention_signals import is_left, terms_of
from planning.models import RetentionCase, RetentionMetricSnapshot, RiskLevel
from planning.paper_tables import NOTHING, Head, Marked, number, short, wordy
from planning.weekly_plan_reports import MOST, cut
from planning.weekly_scope_reports import Chapter, Part, Scope
from reminders.models import DutyKind, Obligation
from visits import kpi_reports, kpi_rules, kpi_sets
from visits.models import Visit

EXPIRY_DAYS = 90
LEVEL_WORDS = {"ok": "● 达标", "soon": "▲ 接近", "late": "■ 未达标"}
LEVEL_CSS = {"ok": "light green", "soon": "light yellow", "late": "light red"}
RISK_CSS = {RiskLevel.RED: "light red", RiskLevel.ORANGE: "light yellow"}
RISK_WORDS = {RiskLevel.RED: "■ 红色", RiskLevel.ORANGE: "▲ 橙色"}
ELSEWHERE = "（范围外的客户）"

VISIT_HEADS = (
    short("时间"),
    Head("客户"),
    short("方式"),
    wordy("目的"),
    short("拜访人"),
    short("状态"),
)
COUNT_HEADS = (short("类别"), number("已逾期"), number("本周内到期"))
DUTY_HEADS = (
    short("期限"),
    short("类别"),
    wordy("事项"),
    Head("客户"),
    short("责任人"),
)
MOVE_HEADS = (
    short("时间"),
    Head("客户"),
    Head("商机"),
    Head("阶段"),
    number("金额"),
    short("经办人"),
)
STALE_HEADS = (
    Head("客户"),
    Head("商机"),
    Head("阶段"),
    number("停留"),
    number("金额"),
    short("负责人"),
)
CONTRACT_HEADS = (
    short("到期"),
    number("还有"),
    Head("客户"),
    Head("合同"),
    number("年金额"),
    short("客户经理"),
)
CASE_HEADS = (
    short("风险"),
    short("自"),
    Head("客户"),
    short("预案状态"),
    wordy("原因"),
    short("客户经理"),
)
METRIC_HEADS = (
    Head("指标"),
    number("分子"),
    number("分母"),
    number("值"),
    number("目标"),
)
RATE_HEADS = (
    Head("指标"),
    number("达到"),
    number("应做"),
    number("本月"),
    number("目标"),
    number("上月"),
    short("评价"),
)


# --- ③ visits -------------------------------------------------------------------------------------
def visits_of(scope: Scope):
    """Arranged for the week; one that was moved stands where it was moved to."""
    V = Visit.State
    found = Visit.objects.filter(customer__in=scope.customers).on_day(*scope.week)
    return found.exclude(state__in=(V.DRAFT, V.RESCHEDULED))


def visits(scope: Scope) -> Chapter:
    found = visits_of(scope).select_related("customer", "owner").order_by("scheduled_start", "pk")
    rows = [
        [
            f"{one.scheduled_start.astimezone(scope.week[0].tzinfo):%m-%d %H:%M}",
            one.customer.name, one.get_mode_display(), one.purpose or NOTHING, one.owner.name,
            one.get_state_display(),
        ]
        for one in found[:MOST]
    ]  # fmt: skip
    total = found.count()
    part = cut("安排", VISIT_HEADS, rows, "本周没有安排拜访。", f"共 {total} 次。", total=total)
    return Chapter("3", "本周拜访", [part])


# --- ④ duties -------------------------------------------------------------------------------------
def duties_of(scope: Scope):
    """Open ones of the scope's people that are late or due before the week ends."""
    return Obligation.objects.open().filter(owner__in=scope.people, due_at__lte=scope.week[1])


def duties(scope: Scope) -> Chapter:
    """Three queries."""
    found, labels = duties_of(scope), dict(DutyKind.choices)
    late = Q(due_at__lt=scope.now)
    counts = found.order_by().values_list("kind").annotate(
        late=Count("pk", late), due=Count("pk", ~late)
    )  # fmt: skip
    sums = sorted(([labels[kind], n, m] for kind, n, m in counts), key=lambda row: -row[1])
    total = [sum(row[1] for row in sums), sum(row[2] for row in sums)]
    table = [[name, str(n), str(m)] for name, n, m in sums]
    table.append([Marked.by("合计", "b"), *(Marked.by(str(n), "b") for n in total)])
    parts = [cut("按类别", COUNT_HEADS, table if sums else [], "没有逾期或本周到期的事项。")]
    if sums:
        rows = _duty_rows(scope, found)
        parts.append(cut("明细", DUTY_HEADS, rows, "", "逾期的在前。", total=sum(total)))
    return Chapter("4", "时限任务", parts)


def _duty_rows(scope: Scope, found) -> list[list[str]]:
    own = set(
        scope.customers.filter(pk__in=found.values("customer_ref")).values_list("pk", flat=True)
    )
    rows = []
    for one in found.select_related("owner").order_by("due_at", "pk")[:MOST]:
        due = f"{day(one.due_at)} {clock(one.due_at)}"
        name = one.customer_name or NOTHING
        is_other = one.customer_ref and one.customer_ref not in own
        rows.append([
            Marked.by(due, "late") if one.due_at < scope.now else due, one.get_kind_display(),
            one.get_kind_display() if is_other else one.title,
            ELSEWHERE if is_other else name, one.owner.name,
        ])  # fmt: skip
    return rows


# --- ⑤ opportunities ------------------------------------------------------------------------------
def opportunities_of(scope: Scope):
    return Opportunity.objects.filter(customer__in=scope.customers)


def opportunities(scope: Scope) -> Chapter:
    """Seven queries."""
    mine = opportunities_of(scope)
    moves = StageMove.objects.filter(
        opportunity__in=mine, at__gte=scope.since, at__lt=scope.now
    ).exclude(from_stage="")
    moves = moves.select_related("opportunity__customer", "by").order_by("at", "pk")
    moved = [
        [f"{day(one.at)} {clock(one.at)}", one.opportunity.customer.name, one.opportunity.name,
         f"{one.get_from_stage_display()} → {one.get_to_stage_display()}", wan(one.amount),
         one.by.name]
        for one in moves[:MOST]
    ]  # fmt: skip
    limits = patience()
    due = stale_ones(scope.today, limits) | Q(stage=Stage.SUSPENDED, review_on__lte=scope.today)
    waiting = mine.filter(due).select_related("customer", "owner").order_by("stage_since", "pk")
    stale = [
        [one.opportunity.customer.name, one.opportunity.name,
         one.opportunity.get_stage_display(), f"{one.days} 天", wan(one.opportunity.amount),
         one.opportunity.owner.name]
        for one in standings(waiting[:MOST], scope.today, limits)
    ]  # fmt: skip
    running = mine.running().aggregate(count=Count("pk"), total=Sum("amount"))
    lead = f"在跟商机 {running['count']} 个，金额 {wan(running['total'] or 0)}。"
    parts = [
        cut("阶段有变化", MOVE_HEADS, moved, "没有商机变动。", total=moves.count()),
        cut(
            "停留过久或到复查日", STALE_HEADS, stale, "没有停留过久的商机。", total=waiting.count()
        ),
    ]
    return Chapter("5", "商机", parts, lead)


# --- ⑦ contracts and cases ------------------------------------------------------------------------
def contracts_of(scope: Scope):
    """That end within 90 days and that nothing renews, as the warnings mean it (R49, §B.14).

    A query for the contracts of all customers with one that ends, whatever their number.
    """
    ending = Q(ends_on__range=(scope.today, scope.today + timedelta(days=EXPIRY_DAYS)))
    mine = ServiceContract.objects.filter(customer__in=scope.customers, ends_on__gte=scope.today)
    terms = terms_of(mine.filter(customer__in=mine.filter(ending).order_by().values("customer")))
    left = [one.pk for rows in terms.values() for one in rows if is_left(one, rows)]
    found = ServiceContract.objects.filter(ending, pk__in=left)
    return found.order_by("ends_on", "pk")


def cases_of(scope: Scope):
    found = RetentionCase.objects.filter(
        customer__in=scope.customers, risk__in=(RiskLevel.RED, RiskLevel.ORANGE)
    )
    return found.exclude(state=RetentionCase.State.REVIEWED).order_by("risk_rank", "risk_since",
                                                                      "pk")  # fmt: skip


def keeping(scope: Scope) -> Chapter:
    """Seven queries."""
    ending, risky = contracts_of(scope), cases_of(scope)
    rows = [
        [day(one.ends_on), f"{(one.ends_on - scope.today).days} 天", one.customer.name, one.name,
         wan(one.annual_amount), one.customer.manager.name]
        for one in ending.select_related("customer__manager")[:MOST]
    ]  # fmt: skip
    cases = [
        [Marked.by(RISK_WORDS[one.risk], RISK_CSS[one.risk]), day(one.risk_since),
         one.customer.name, one.get_state_display(), one.risk_reason or NOTHING,
         one.customer.manager.name]
        for one in risky.select_related("customer__manager")[:MOST]
    ]  # fmt: skip
    count = ending.count()
    parts = [
        cut("90 天内到期的合同", CONTRACT_HEADS, rows, "没有待续的合同在 90 天内到期。",
            f"共 {count} 份，尚无续签合同。" if rows else "", total=count),
        cut("红色与橙色的保有预案", CASE_HEADS, cases, "没有红色或橙色预警。",
            total=risky.count()),
        _metrics(scope),
    ]  # fmt: skip
    return Chapter("7", "合同到期与保有", parts)


def _metrics(scope: Scope) -> Part:
    """The newest month that was counted for this scope (R49)."""
    found = RetentionMetricSnapshot.objects.filter(
        branch=scope.branch, department=scope.department, manager=None
    )
    newest = found.order_by("-month").values_list("month", flat=True).first()
    rows = [
        [one.get_metric_display(), f"{one.numerator.normalize():f}",
         f"{one.denominator.normalize():f}", _percent(one.value), _percent(one.target)]
        for one in found.filter(month=newest).order_by("pk")
    ]  # fmt: skip
    title = f"保有指标（{newest:%Y-%m}）" if newest else "保有指标"
    return cut(title, METRIC_HEADS, rows, "还没有统计过保有指标。")


def _percent(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{value}%"


# --- ⑧ rates --------------------------------------------------------------------------------------
def rates(scope: Scope) -> Chapter:
    """Of everybody in the scope together, the month of today and the one before. Seven queries."""
    people = list(scope.people.values_list("pk", flat=True))
    month = scope.today.replace(day=1)
    now, before = (_totals(m, scope, people) for m in (month, kpi_rules.add_months(month, -1)))
    aims, rows = kpi_reports.targets(), []
    for code, metric in kpi_rules.METRICS.items():
        tally = now[code]
        level = kpi_rules.level(tally.rate, aims[code])
        word = Marked.by(LEVEL_WORDS.get(level, NOTHING), LEVEL_CSS.get(level, ""))
        rows.append([
            metric.label, str(tally.hits), str(tally.base), _percent(tally.rate),
            f"{aims[code]:f}%", _percent(before[code].rate), word,
        ])  # fmt: skip
    title = f"执行情况（{month:%Y-%m}，至生成时）"
    lead = "按人员所在部门统计，各项办法见系统「执行情况」。"
    return Chapter("8", "指标", [cut(title, RATE_HEADS, rows, "", lead)])


def _totals(month: date, scope: Scope, people: list[int]) -> dict[str, kpi_rules.Tally]:
    counted = kpi_sets.tallies(month, scope.now, people)
    return {
        code: kpi_rules.total(t for (_, metric), t in counted.items() if metric == code)
        for code in kpi_rules.METRICS
    }


def customer_count(scope: Scope) -> int:
    return scope.customers.exclude(lifecycle=Customer.Lifecycle.LOST).count()
