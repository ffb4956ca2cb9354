"""The case of one customer: what is written in it and how it goes on (R47)."""

from datetime import date, datetime
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from accounts.actions.above import is_director_of, is_head_of
from accounts.models import Customer
from core import audit, clock
from core.models import AuditEvent
from core.rules import local_date
from planning import retention_rules as rules
from planning import warning_rules
from planning.actions import retention_duties as duties
from planning.actions.errors import PlanError
from planning.actions.retention_drafts import is_listed, keep_cases
from planning.actions.retention_warning import tiers_of
from planning.models import (
    CustomerRisk,
    RetentionAction,
    RetentionCase,
    RetentionMove,
    RetentionResource,
    RetentionThreat,
    Tier,
    WarningChange,
)
from reminders.actions import fulfil_duty
from reminders.models import DutyKind, Obligation
from staff.models import User

State = RetentionCase.State
STALE = "这份预案的状态刚被变更，请刷新后查看。"
ENDED = "预案已复盘，不能再修改。"
HEAD_ONLY = "请由客户所在部门的经理或分公司主任决定；参与拟定预案的人不能批准。"
EDITED = ("tier", "objective", "trigger_conditions", "budget")


@transaction.atomic
def open_case(*, customer: Customer, by: User) -> RetentionCase:
    """A draft for a customer without one; its level is that of last night. PlanError if active."""
    risk = CustomerRisk.objects.filter(customer=customer).first()
    level = risk.level if risk else warning_rules.GREEN
    reasons = [text for _, _, text in risk.reasons] if risk else []
    today = local_date(clock.now())
    try:
        with transaction.atomic():
            case = RetentionCase.objects.create(
                customer=customer,
                year=today.year,
                tier=tiers_of([customer.pk]).get(customer.pk, Tier.GENERAL),
                risk=level,
                risk_rank=warning_rules.RANK[level],
                risk_reason="；".join(reasons),
                risk_since=risk.since if risk else today,
                created_by=by,
            )
    except IntegrityError as error:
        raise PlanError("该客户已有一份进行中的保有预案。") from error
    audit.record(verb="retention_case.opened", target=case, by=by)
    return case


@transaction.atomic
def edit_case(*, case: RetentionCase, by: User, seen: datetime | None = None, **fields) -> None:
    """Objective, trigger conditions, tier and budget. A budget that was approved stays."""
    rows = RetentionCase.objects.filter(pk=case.pk).exclude(state=State.REVIEWED)
    stored = rows.select_for_update().first()
    if stored is None:
        raise PlanError(ENDED)
    if seen and stored.updated_at != seen:
        raise PlanError("这份预案刚被他人修改，请核对现在的内容；再次保存将以您填写的为准。")
    if stored.state != State.DRAFT and fields.get("budget", stored.budget) != stored.budget:
        raise PlanError("预算已随预案批准，不能再改；需要追加时请另行申请资源。")
    if fields.get("budget", stored.budget) != stored.budget:
        _check_granted(stored, fields["budget"])
    if fields.get("tier", stored.tier) != stored.tier and stored.next_review_on:
        soonest = rules.sooner_review(fields["tier"], stored.next_review_on, _today())
        fields["next_review_on"] = soonest
    changes = {
        name: [str(getattr(stored, name)), str(value)]
        for name, value in fields.items()
        if getattr(stored, name) != value
    }
    if not changes:
        return
    rows.update(**fields, updated_at=clock.now())
    audit.record(verb="retention_case.edited", target=case, by=by, changes=changes)
    case.refresh_from_db()


def _today() -> date:
    return local_date(clock.now())


def _check_granted(case: RetentionCase, budget: Decimal) -> None:
    """Drafts of earlier days may hold what was granted before their approval (R48)."""
    granted = case.resources.filter(state=RetentionResource.State.APPROVED).aggregate(
        whole=Coalesce(Sum("amount"), Decimal(0))
    )["whole"]
    if budget < granted:
        raise PlanError(f"已批准的资源合计 {granted:,.2f} 元，超过预算 {budget:,.2f} 元。")


def _writable(case: RetentionCase) -> RetentionCase:
    """The stored row behind a lock; PlanError when it has ended."""
    stored = RetentionCase.objects.select_for_update().get(pk=case.pk)
    if not stored.is_active:
        raise PlanError(ENDED)
    return stored


@transaction.atomic
def add_threat(*, case: RetentionCase, by: User, **fields) -> RetentionThreat:
    _writable(case)
    threat = RetentionThreat.objects.create(case=case, noted_by=by, **fields)
    changes = {"威胁": ["", f"{threat.get_kind_display()}：{threat.evidence}"]}
    audit.record(verb="retention_case.threat_added", target=case, by=by, changes=changes)
    return threat


@transaction.atomic
def close_threat(*, threat: RetentionThreat, by: User, note: str) -> None:
    _writable(threat.case)
    today = local_date(clock.now())
    open_ones = RetentionThreat.objects.filter(pk=threat.pk, closed_on=None)
    if not open_ones.update(closed_on=today):
        raise PlanError("这项威胁已经解除。")
    changes = {"威胁": [threat.evidence, "已解除"]}
    audit.record(
        verb="retention_case.threat_closed", target=threat.case, by=by, changes=changes, reason=note
    )


@transaction.atomic
def add_action(
    *, case: RetentionCase, by: User, at: datetime | None = None, **fields
) -> RetentionAction:
    """巩固 or 拓展. It answers the warning: the duty of the night is done (§B.14). From now on it
    is itself a duty of its owner.
    """
    _writable(case)
    action = RetentionAction(case=case, created_by=by, **fields)
    if not duties.owners_for(case.customer).filter(pk=action.owner_id).exists():
        raise PlanError("这位同事看不到该客户，或已离职，请另选一位负责人。")
    action.save()
    changes = {action.get_kind_display(): ["", f"{action.text}（{action.owner}）"]}
    audit.record(verb="retention_case.action_added", target=case, by=by, changes=changes)
    at = at or clock.now()
    _answer_warning(case.customer, action, by, at)
    duties.owe(action, by=by, at=at)
    return action


def _answer_warning(customer: Customer, action: RetentionAction, by: User, at: datetime) -> None:
    asked = Obligation.objects.open().filter(
        kind=DutyKind.RETENTION_ACTION,
        customer_ref=customer.pk,
        content_type=ContentType.objects.get_for_model(WarningChange),
    )
    evidence = {"text": str(action), "path": action.case.get_absolute_url()}
    for change in WarningChange.objects.filter(pk__in=asked.values("object_id")):
        fulfil_duty(kind=DutyKind.RETENTION_ACTION, subject=change, at=at, evidence=evidence, by=by)


@transaction.atomic
def finish_action(*, action: RetentionAction, by: User, result: str) -> None:
    _writable(action.case)
    today = local_date(clock.now())
    open_ones = RetentionAction.objects.filter(pk=action.pk, done_on=None)
    if not open_ones.update(done_on=today, result=result):
        raise PlanError("这项行动已经完成。")
    duties.done(action, by=by, result=result)
    changes = {"行动": [action.text, "已完成"]}
    audit.record(
        verb="retention_case.action_done", target=action.case, by=by, changes=changes, reason=result
    )


# --- steps ----------------------------------------------------------------------------------------
def may_decide(case: RetentionCase, user: User) -> bool:
    """The head or director above the customer, or who stands in; never who wrote at it (D16)."""
    customer, writers = case.customer, writers_of(case)
    if user.pk in writers:
        return False
    people = [person for person in user.acting_for() if person.pk not in writers]
    return any(is_head_of(p, customer) or is_director_of(p, customer) for p in people)


WRITING = ("opened", "edited", "threat_added", "action_added", "resource_asked")


def writers_of(case: RetentionCase) -> set[int]:
    """Keys of all who had a hand in it, as the audit trail remembers, and its manager."""
    verbs = [f"retention_case.{name}" for name in WRITING]
    saved = AuditEvent.objects.about(case).filter(verb__in=verbs, actor__isnull=False)
    found = {case.customer.manager_id, *saved.values_list("actor", flat=True)}
    return found | ({case.created_by_id} - {None})


@transaction.atomic
def step(
    *, case: RetentionCase, to: str, by: User, note: str = "", kept_amount=None, seen: str = ""
) -> None:
    """One step of R47; compare-and-set, the head's steps with four eyes. PlanError otherwise."""
    state = seen or case.state
    if not rules.may_step(state, to):
        raise PlanError("预案不能这样变更。")
    if to in rules.NEEDS_NOTE and not note:
        raise PlanError("请写明说明。")
    if to in rules.BY_HEAD and not may_decide(case, by):
        raise PlanError(HEAD_ONLY)
    now = clock.now()
    values = {"state": to, "updated_at": now}
    if to == State.APPROVED:
        stored = RetentionCase.objects.select_for_update().get(pk=case.pk)
        _check_complete(stored)
        _check_granted(stored, stored.budget)
        values |= {"approved_by": by, "approved_at": now}
    if to == State.MONITORING:
        values["next_review_on"] = rules.next_review(case.tier, local_date(now))
    if to in rules.OUTCOMES:
        values |= {"outcome": note, "kept_amount": kept_amount}
    if to == State.REVIEWED:
        values["next_review_on"] = None
    if not RetentionCase.objects.filter(pk=case.pk, state=state).update(**values):
        raise PlanError(STALE)
    if to == State.REVIEWED:
        duties.end_all(case, by=by)
        keep_cases([case.customer] if is_listed(case.customer) else [])
    RetentionMove.objects.create(case=case, from_state=state, to_state=to, note=note, by=by, at=now)
    changes = {"状态": [State(state).label, State(to).label]}
    audit.record(verb="retention_case.stepped", target=case, by=by, changes=changes, reason=note)
    case.refresh_from_db()


def _check_complete(case: RetentionCase) -> None:
    missing = rules.lacking(case.objective, case.trigger_conditions, case.actions.count())
    if missing:
        raise PlanError(f"预案还缺：{'、'.join(missing)}。")


@transaction.atomic
def note_review(*, case: RetentionCase, by: User, note: str, seen: date | None = None) -> date:
    """A look at the case in its cycle: what was found, and the day of the next (R47)."""
    now = clock.now()
    following = rules.next_review(case.tier, local_date(now))
    rows = RetentionCase.objects.filter(pk=case.pk).exclude(state=State.REVIEWED)
    if not rows.filter(next_review_on=seen).update(next_review_on=following, updated_at=now):
        raise PlanError(STALE)
    RetentionMove.objects.create(
        case=case, from_state=case.state, to_state=case.state, note=note, by=by, at=now
    )
    duties.looked_at(case, by=by, note=note)
    audit.record(verb="retention_case.looked_at", target=case, by=by, reason=note)
    case.refresh_from_db()
    return following


@transaction.atomic
def hand_over_actions(
    *, customer: Customer | None, old: User, to: User, by: User, reason: str
) -> list[dict]:
    """Open actions of `old` in the cases of a customer, or of all, go to `to` (R1)."""
    rows = RetentionAction.objects.filter(owner=old, done_on=None)
    if customer is not None:
        rows = rows.filter(case__customer=customer)
    moved = list(rows.select_related("case").order_by("pk"))
    for action in moved:
        changes = {"负责人": [str(old), str(to)]}
        audit.record(
            verb="retention_case.action_moved", target=action.case, by=by, changes=changes,
            reason=reason,
        )  # fmt: skip
    RetentionAction.objects.filter(pk__in=[one.pk for one in moved]).update(owner=to)
    return [{"kind": "retention_action", "id": one.pk, "text": str(one)} for one in moved]
