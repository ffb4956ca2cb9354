"""What the pages of retention say: counts, one case, metrics with their rows (R47–R49)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from accounts.models import Customer, ServiceContract
from core.charts import Chart, Series, line_chart
from core.rules import local_date
from planning import metric_rules as rules
from planning import retention_rules
from planning.actions.retention_cases import may_decide
from planning.actions.retention_money import left_of, shortfall
from planning.models import (
    Level,
    Metric,
    RetentionCase,
    RetentionFact,
    RetentionMetricSnapshot,
    RetentionResource,
    RetentionTarget,
    RiskLevel,
    Tier,
    WarningChange,
)
from planning.retention_kept_reports import TargetRow, billed_until, rows_of
from staff.access import may
from staff.models import Branch, User

State = RetentionCase.State
HEADER = (
    "客户编码", "客户", "客户经理", "部门", "等级", "风险", "风险原因", "自何日起", "状态",
    "保有目标", "触发条件", "预算（元）", "下次复查",
)  # fmt: skip
TREND_MONTHS = 12
CHANGES = 12
CONTRACTS = 5
WORDS = {
    State.APPROVED: "批准预案", State.MONITORING: "开始监控", State.TRIGGERED: "触发预案",
    State.EXECUTING: "开始执行", State.RETAINED: "已保有", State.PARTIALLY_LOST: "部分流失",
    State.LOST: "已流失", State.REVIEWED: "复盘结束",
}  # fmt: skip


def risk_counts(rows) -> list[tuple[str, str, int]]:
    """(level, words, how many) of exactly these cases, the highest first. One query."""
    found = dict(rows.order_by().values_list("risk").annotate(Count("pk")))
    return [(code, label, found.get(code, 0)) for code, label in RiskLevel.choices]


def export_rows(rows) -> Iterator[list]:
    """Rows under HEADER; read in portions."""
    related = rows.select_related("customer__manager", "customer__department")
    for case in related.iterator(chunk_size=1000):
        customer = case.customer
        yield [
            customer.code, customer.name, customer.manager.name, customer.department.name,
            case.get_tier_display(), case.get_risk_display(), case.risk_reason, case.risk_since,
            case.get_state_display(), case.objective, case.trigger_conditions, case.budget,
            case.next_review_on,
        ]  # fmt: skip


@dataclass(frozen=True)
class CasePage:
    """Everything that one case shows; lists are ordered."""

    case: RetentionCase
    steps: list[tuple[str, str]]
    missing: list[str]
    changes: list[WarningChange]
    contracts: list[ServiceContract]
    left: Decimal
    approved: Decimal
    may_write: bool
    may_decide: bool
    is_due: bool


def case_page(case: RetentionCase, user: User, today: date) -> CasePage:
    decides = may(user, "retention.decide") and may_decide(case, user)
    writes = may(user, "retention.write") and case.is_active
    left = left_of(case)
    missing = (
        retention_rules.lacking(case.objective, case.trigger_conditions, case.actions.count())
        if case.state == State.DRAFT
        else []
    )
    contracts = case.customer.contracts.order_by("-ends_on", "-pk")[:CONTRACTS]
    return CasePage(
        case=case,
        steps=_steps(case, decides, may(user, "retention.write")),
        missing=missing,
        changes=list(case.customer.warning_changes.all()[:CHANGES]),
        contracts=list(contracts),
        left=left,
        approved=case.budget - left,
        may_write=writes,
        may_decide=decides,
        is_due=bool(case.next_review_on and case.next_review_on <= today),
    )


def _steps(case: RetentionCase, decides: bool, writes: bool) -> list[tuple[str, str]]:
    """(state, words) of the steps that this reader may take now."""
    return [
        (to, WORDS[State(to)])
        for to in retention_rules.STEPS[case.state]
        if (decides if to in retention_rules.BY_HEAD else writes)
    ]


# --- metrics --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figure:
    snapshot: RetentionMetricSnapshot
    is_met: bool | None

    @property
    def lower_is_better(self) -> bool:
        return self.snapshot.metric in rules.LOWER_IS_BETTER


def scopes(user: User) -> list[RetentionMetricSnapshot]:
    """One row for each branch, department and manager with figures the reader may see."""
    mine = RetentionMetricSnapshot.objects.visible_to(user)
    newest = mine.order_by("-month").values_list("month", flat=True).first()
    if newest is None:
        return []
    rows = mine.filter(month=newest, metric=Metric.RENEWAL)
    rows = list(rows.select_related("branch", "department", "manager"))
    order = list(Level.values)
    rows.sort(
        key=lambda row: (order.index(row.level), row.department.path if row.department else "",
                         row.manager.username if row.manager else "")
    )  # fmt: skip
    return rows


def same_scope(row: RetentionMetricSnapshot) -> dict:
    return {
        "level": row.level,
        "branch": row.branch_id,
        "department": row.department_id,
        "manager": row.manager_id,
    }


def figures(scope: RetentionMetricSnapshot, month: date) -> list[Figure]:
    """The five figures of a scope and month, in the order of R49."""
    rows = RetentionMetricSnapshot.objects.filter(**_owner(scope), month=month)
    rows = rows.select_related("branch", "department", "manager")
    by_metric = {row.metric: row for row in rows}
    return [
        Figure(row, rules.is_met(row.metric, row.value, row.target))
        for row in (by_metric.get(metric) for metric in rules.METRICS)
        if row
    ]


def _owner(scope: RetentionMetricSnapshot) -> dict:
    """A manager who changed the department keeps the line of figures."""
    owner = {
        Level.BRANCH: {"branch": scope.branch_id},
        Level.DEPARTMENT: {"department": scope.department_id},
        Level.MANAGER: {"manager": scope.manager_id},
    }
    return {"level": scope.level} | owner[Level(scope.level)]


def trends(scope: RetentionMetricSnapshot, month: date) -> list[Chart]:
    """A line for each figure over the last twelve months up to `month`."""
    first = rules.shift(month, 1 - TREND_MONTHS)
    rows = RetentionMetricSnapshot.objects.filter(
        **_owner(scope), month__gte=first, month__lte=month
    ).order_by("month")
    found: dict[str, list[RetentionMetricSnapshot]] = {}
    for row in rows:
        found.setdefault(row.metric, []).append(row)
    return [
        line_chart(
            Metric(metric).label,
            [f"{row.month:%Y-%m}" for row in found[metric]],
            [Series(Metric(metric).label, [row.value for row in found[metric]])],
            unit="%",
            target=found[metric][-1].target,
        )
        for metric in rules.METRICS
        if metric in found
    ]


def counted_late(scope: RetentionMetricSnapshot, month: date) -> list[tuple[date, date]]:
    """(month, day it was counted) of the drawn months that were not counted in the month after.

    Their customers stand with the departments and managers of that day.
    """
    first = rules.shift(month, 1 - TREND_MONTHS)
    rows = RetentionMetricSnapshot.objects.filter(
        # Not the renewals: those are counted again when their grace is over.
        **_owner(scope), month__gte=first, month__lte=month, metric=Metric.LONG_TERM,
    )  # fmt: skip
    days = [(row.month, local_date(row.made_at)) for row in rows.order_by("month")]
    return [(of, day) for of, day in days if day >= rules.shift(of, 2)]


@dataclass(frozen=True)
class DrillDown:
    """Rows of one figure. What the reader no longer sees stands in `rest`, so that it adds up."""

    rows: object  # QuerySet of facts with `done` and `due`
    rest_count: int
    rest_done: Decimal
    rest_due: Decimal


def drill_down(snapshot: RetentionMetricSnapshot, user: User) -> DrillDown:
    done, due = f"{snapshot.metric}_done", f"{snapshot.metric}_due"
    facts = RetentionFact.objects.filter(_within(snapshot), month=snapshot.month)
    facts = facts.filter(Q(**{f"{due}__gt": 0}) | Q(**{f"{done}__gt": 0}))
    seen = facts.filter(customer__in=Customer.objects.visible_to(user))
    whole = facts.aggregate(number=Count("pk"), done=Sum(done), due=Sum(due))
    mine = seen.aggregate(number=Count("pk"), done=Sum(done), due=Sum(due))
    rows = seen.annotate(done=F(done), due=F(due)).select_related("customer__manager")
    return DrillDown(
        rows.order_by("pk"),
        whole["number"] - mine["number"],
        (whole["done"] or 0) - (mine["done"] or 0),
        (whole["due"] or 0) - (mine["due"] or 0),
    )


def _within(snapshot: RetentionMetricSnapshot) -> Q:
    if snapshot.level == Level.MANAGER:
        return Q(manager=snapshot.manager_id)
    here = Q(department__branch=snapshot.branch_id)
    if snapshot.level == Level.DEPARTMENT:
        here &= Q(department__path__startswith=snapshot.department.path)
    return here


# --- targets --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Targets:
    """The targets of a branch and year as the reader sees them; bills count up to `until`."""

    whole: TargetRow | None
    parts: list[TargetRow]
    until: date | None
    shortfall: Decimal
    approved_cost: Decimal


def targets(branch: Branch, year: int, user: User, today: date) -> Targets:
    rows = RetentionTarget.objects.visible_to(user).filter(branch=branch, year=year)
    rows = list(rows.select_related("branch", "department", "owner", "confirmed_by"))
    until = billed_until(branch, year, today)
    rows = rows_of(rows, until, user)
    cost = RetentionResource.objects.visible_to(user).filter(
        case__customer__branch=branch, case__year=year, state=RetentionResource.State.APPROVED
    )
    return Targets(
        next((row for row in rows if row.target.department is None), None),
        [row for row in rows if row.target.department],
        until,
        shortfall(branch, year),
        cost.aggregate(whole=Sum("amount"))["whole"] or Decimal(0),
    )


def tier_words(tier: str) -> str:
    """「每月复查」 for the page of a case."""
    months = retention_rules.CYCLE_MONTHS[tier]
    return f"{Tier(tier).label}客户每 {months} 个月复查一次" if months > 1 else "重点客户每月复查"
