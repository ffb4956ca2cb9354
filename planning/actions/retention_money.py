"""What a case may use, and what a branch is to keep (R48, R14)."""

from decimal import Decimal

from django.db import transaction

from core import audit, clock
from planning import retention_rules as rules
from planning.actions.errors import PlanError
from planning.actions.retention_cases import ENDED, HEAD_ONLY, may_decide
from planning.models import RetentionCase, RetentionResource, RetentionTarget
from staff.models import AuthorityTopic, Branch, User
from visits.actions.authority import beyond
from visits.authority_rules import Figures

Kind, State = RetentionResource.Kind, RetentionResource.State


def _locked(case: RetentionCase) -> RetentionCase:
    stored = RetentionCase.objects.select_for_update().get(pk=case.pk)
    if not stored.is_active:
        raise PlanError(ENDED)
    return stored


@transaction.atomic
def ask_resource(*, case: RetentionCase, by: User, **fields) -> RetentionResource:
    _locked(case)
    row = RetentionResource.objects.create(case=case, asked_by=by, **fields)
    changes = {row.get_kind_display(): ["", f"{row.text} {row.amount} 元"]}
    audit.record(verb="retention_case.resource_asked", target=case, by=by, changes=changes)
    return row


@transaction.atomic
def decide_resource(*, resource: RetentionResource, is_granted: bool, note: str, by: User) -> None:
    """Granted only within the budget of the case and the own authority (R48, R14)."""
    case = _locked(resource.case)
    if resource.asked_by_id == by.pk or not may_decide(resource.case, by):
        raise PlanError(HEAD_ONLY)
    if is_granted:
        if case.state == RetentionCase.State.DRAFT:
            raise PlanError("预案还没有批准，预算未定；请先批准预案，再批准资源。")
        _check_budget(case, resource)
        _check_authority(resource, by)
    elif not note:
        raise PlanError("不批准时请写明原因。")
    state = State.APPROVED if is_granted else State.REFUSED
    asked = RetentionResource.objects.filter(pk=resource.pk, state=State.ASKED)
    if not asked.update(state=state, decided_by=by, decided_at=clock.now(), note=note):
        raise PlanError("这项申请已经有了决定，请刷新后查看。")
    resource.refresh_from_db()
    changes = {resource.get_kind_display(): [resource.text, resource.get_state_display()]}
    audit.record(
        verb="retention_case.resource_decided", target=case, by=by, changes=changes, reason=note
    )


def _check_budget(case: RetentionCase, resource: RetentionResource) -> None:
    left = left_of(case)
    if resource.amount > left:
        raise PlanError(
            f"预算 {case.budget:,.2f} 元，还剩 {left:,.2f} 元，"
            f"这项申请 {resource.amount:,.2f} 元，超出预算。"
        )


def left_of(case: RetentionCase) -> Decimal:
    """元 of the budget that is still free."""
    approved = case.resources.filter(state=State.APPROVED).values_list("amount", flat=True)
    return rules.left_of(case.budget, approved)


def _check_authority(resource: RetentionResource, by: User) -> None:
    if resource.kind != Kind.DISCOUNT:
        return
    figures = Figures(resource.discount_pct, None, None)
    over = beyond(by, AuthorityTopic.PRICE_DISCOUNT, figures)
    if over:
        raise PlanError(f"{over[0].said}。请先走请示，由有权限的上级决定。")


# --- targets --------------------------------------------------------------------------------------
@transaction.atomic
def save_target(
    *, branch: Branch, year: int, department=None, base: Decimal, rate: Decimal, owner: User, by
) -> RetentionTarget:
    """The target of a branch or a department. After it was handed down, the sum must still hold."""
    _lock(branch)
    values = {"stock_revenue_base": base, "target_rate": rate, "owner": owner}
    target, _ = RetentionTarget.objects.update_or_create(
        branch=branch, department=department, year=year, defaults=values
    )
    whole = RetentionTarget.objects.filter(branch=branch, year=year, department=None).first()
    if whole and whole.confirmed_at and shortfall(branch, year):
        raise PlanError(_too_little(branch, year))
    said = f"{base:,.2f} 元 × {rate}%"
    changes = {str(target): ["", said]}
    audit.record(verb="retention_target.saved", target=branch, by=by, changes=changes)
    return target


@transaction.atomic
def confirm_targets(*, branch: Branch, year: int, by: User) -> None:
    """Hand down: the departments together take on at least the branch's target (R48)."""
    _lock(branch)
    rows = RetentionTarget.objects.filter(branch=branch, year=year, department=None)
    if not rows.exists():
        raise PlanError("请先填写分公司的保有目标。")
    if shortfall(branch, year):
        raise PlanError(_too_little(branch, year))
    if not rows.filter(confirmed_at=None).update(confirmed_by=by, confirmed_at=clock.now()):
        raise PlanError("目标已经下达。")
    audit.record(
        verb="retention_target.confirmed", target=branch, by=by, changes={"年度": ["", str(year)]}
    )


def _lock(branch: Branch) -> None:
    Branch.objects.select_for_update().get(pk=branch.pk)


def shortfall(branch: Branch, year: int) -> Decimal:
    """元 that the departments lack. A department below another counts within it, not twice."""
    rows = RetentionTarget.objects.filter(branch=branch, year=year).select_related("department")
    whole = sum((row.amount for row in rows if row.department is None), Decimal(0))
    parts = [row for row in rows if row.department]
    paths = {row.department.path for row in parts}
    top = [row.amount for row in parts if not _has_parent(row.department.path, paths)]
    return rules.shortfall(whole, top)


def _has_parent(path: str, paths: set[str]) -> bool:
    return any(path != other and path.startswith(other) for other in paths)


def _too_little(branch: Branch, year: int) -> str:
    return f"各部门目标合计比分公司目标少 {shortfall(branch, year):,.2f} 元，不能下达。"
