"""请示: a question goes up, is decided within a working day, the customer is told (R14)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.actions.above import is_director_of, is_head_of
from accounts.models import Customer
from core import audit, clock
from reminders.actions import cancel_duty, fulfil_duty, open_duty
from reminders.models import DutyKind
from staff.models import User
from visits.actions import authority, promises
from visits.actions.errors import STALE, VisitError
from visits.authority_rules import OUT_OF_POLICY, verdict
from visits.models import Commitment, Escalation, EscalationStep

State = Escalation.State
Role = User.Role
BEYOND = "超出您的权限（{}），请上报。"
NOBODY = "这家客户所在的部门和分公司没有可以决定的上级，请联系系统管理员。"


# --- who ----------------------------------------------------------------------------------------
def heads_of(customer: Customer) -> User | None:
    """The nearest active department head above the customer (D16)."""
    heads = User.objects.active().filter(role=Role.DEPT_HEAD, branch=customer.branch_id)
    above = [h for h in heads.select_related("department") if is_head_of(h, customer)]
    return max(above, key=lambda head: len(head.department.path), default=None)


def director_of(customer: Customer) -> User | None:
    active = User.objects.active().filter(role=Role.BRANCH_DIRECTOR)
    return active.filter(branch=customer.branch_id).order_by("pk").first()


def approver_for(customer: Customer, asker: User) -> User:
    """The head; for a head's own request, or where there is none, the director (D16)."""
    head = heads_of(customer)
    if asker.role != Role.DEPT_HEAD and head and head.pk != asker.pk:
        return head
    director = director_of(customer)
    if director is None or director.pk == asker.pk:
        raise VisitError(NOBODY)
    return director


def acts_as(escalation: Escalation, by: User) -> User | None:
    """In whose place `by` may decide: the approver's, or somebody's higher up; never the asker's.

    A head's own request is for the director alone (D16).
    """
    asker = escalation.requested_by
    if by.pk == asker.pk:
        return None
    others = [person for person in by.acting_for() if person.pk != asker.pk]
    customer = escalation.customer
    able = [p for p in others if is_director_of(p, customer)]
    if escalation.state == State.SUBMITTED and asker.role != Role.DEPT_HEAD:
        able += [p for p in others if p.pk == escalation.approver_id or is_head_of(p, customer)]
    return able[0] if able else None


def beyond(escalation: Escalation, person: User) -> str:
    """Why `person` cannot approve this, in words; empty when the own limit suffices."""
    limits = authority.limits_of(person.role)
    over = verdict(escalation.topic, authority.asked_for(escalation), limits)
    return "；".join(excess.said for excess in over)


# --- verbs --------------------------------------------------------------------------------------
@transaction.atomic
def ask(
    *,
    customer: Customer,
    topic: str,
    question: str,
    proposal: str,
    by: User,
    origin=None,
    policy_ref: str = "",
    special_reason: str = "",
    **figures,
) -> Escalation:
    """Send a request up the line; its approver owes a decision within one working day (R14, R16).

    `figures`: discount_pct, amount, term_months. `origin` waits for the answer.
    """
    if topic == OUT_OF_POLICY and not policy_ref:
        raise VisitError("不符合规定的要求必须写明依据的规定。")
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)  # one by one
    if origin is not None and Escalation.objects.about(origin).undecided().exists():
        raise VisitError("这件事已有一份请示正在等待决定。")
    _check_origin(origin)
    if isinstance(origin, Commitment):
        figures |= _not_less_than(origin, figures)
    escalation = Escalation.objects.create(
        customer=customer, topic=topic, question=question, proposal=proposal, origin=origin,
        policy_ref=policy_ref, special_reason=special_reason, requested_by=by,
        requested_at=clock.now(), approver=approver_for(customer, by), **figures,
    )  # fmt: skip
    if isinstance(origin, Commitment):
        Commitment.objects.filter(pk=origin.pk).update(escalation=escalation)
    _next_step(escalation, "submitted", by=by, note=proposal)
    audit.record(verb="escalation.submitted", target=escalation, by=by)
    return escalation


def _not_less_than(promise: Commitment, figures: dict) -> dict:
    """A request for a promise asks for all that it says, whatever smaller number was typed."""
    names = ("discount_pct", "amount", "term_months")
    said = {name: (figures.get(name), getattr(promise, name)) for name in names}
    return {
        name: max((n for n in pair if n is not None), default=None) for name, pair in said.items()
    }


def _check_origin(origin) -> None:
    if isinstance(origin, Commitment):
        row = Commitment.objects.select_for_update(of=("self",)).get(pk=origin.pk)
        if row.state != Commitment.State.BLOCKED:
            raise VisitError(f"该承诺{STALE}")


def _next_step(escalation: Escalation, verb: str, *, by: User, note: str) -> None:
    """Note that it went to a (new) approver, who has one working day from now."""
    step = _note(escalation, verb, by=by, note=note)
    open_duty(
        kind=DutyKind.ESCALATION_RESPONSE,
        subject=step,
        owner=escalation.approver,
        started_at=step.at,
        title=f"决定请示：{escalation.customer} {escalation.get_topic_display()}"[:200],
        customer_name=escalation.customer.name,
        customer_ref=escalation.customer_id,
        path=escalation.get_absolute_url(),
        by=by,
    )


def _note(escalation: Escalation, verb: str, *, by: User, note: str = "") -> EscalationStep:
    return EscalationStep.objects.create(
        escalation=escalation, verb=verb, by=by, at=clock.now(), note=note
    )


def _move(escalation: Escalation, allowed, state: str, **fields) -> None:
    """Compare-and-set: two tabs, or a decision after a withdrawal, have one winner."""
    same = Escalation.objects.filter(pk=escalation.pk, state__in=allowed)
    same = same.filter(approver=escalation.approver_id)
    if not same.update(state=state, **fields):
        raise VisitError(f"该请示{STALE}")
    escalation.refresh_from_db()


def _check_waits(escalation: Escalation) -> None:
    """A tab that is behind is told so, and not that the reader is the wrong person."""
    if escalation.state not in Escalation.UNDECIDED:
        raise VisitError(f"该请示{STALE}")


def _waiting_step(escalation: Escalation) -> EscalationStep:
    return escalation.steps.filter(verb__in=("submitted", "forwarded")).last()


@transaction.atomic
def decide(
    *,
    escalation: Escalation,
    outcome: str,
    by: User,
    conditions: str = "",
    alternative: str = "",
    expires_on: date | None = None,
) -> None:
    """Approve, approve with conditions, or reject with an alternative (R14, R16).

    Within the limit of who decides only; what was asked for with a promise follows at once.
    """
    _check_waits(escalation)
    person = acts_as(escalation, by)
    if person is None:
        raise VisitError("请示人不能自己决定；这件请示由上级决定。")
    is_granted = outcome in Escalation.GRANTED
    if is_granted and (over := beyond(escalation, person)):
        raise VisitError(BEYOND.format(over))
    _check_words(escalation, outcome, conditions, alternative, expires_on)
    waiting = _waiting_step(escalation)
    now = clock.now()
    _move(
        escalation, Escalation.UNDECIDED, outcome, outcome=outcome, decided_by=by, decided_at=now,
        conditions=conditions, alternative=alternative,
        expires_on=expires_on if is_granted else None,
    )  # fmt: skip
    note = conditions or alternative
    _note(escalation, outcome, by=by, note=note)
    _end_duty(waiting, escalation.get_outcome_display(), at=now, by=by)
    audit.record(verb=f"escalation.{outcome}", target=escalation, by=by, reason=note)
    _tell_promises(escalation, by)


def _check_words(escalation, outcome, conditions, alternative, expires_on) -> None:
    if outcome == State.CONDITIONAL and not conditions:
        raise VisitError("附条件同意时请写明条件。")
    if outcome == State.REJECTED and not alternative:
        raise VisitError("不同意时请给出替代方案或解释。")
    if outcome == State.REJECTED:
        return
    if escalation.topic == OUT_OF_POLICY and expires_on is None:
        raise VisitError("同意例外时必须写明有效期。")
    if expires_on and expires_on < timezone.localdate():
        raise VisitError("有效期不能早于今天。")


def _end_duty(step: EscalationStep, said: str, *, at: datetime, by: User) -> None:
    fulfil_duty(
        kind=DutyKind.ESCALATION_RESPONSE, subject=step, at=at, evidence={"text": said}, by=by
    )


def _tell_promises(escalation: Escalation, by: User) -> None:
    """Approved: made from now on. Rejected: withdrawn. Conditions wait for the owner (R14)."""
    blocked = escalation.commitments.filter(state=Commitment.State.BLOCKED)
    for promise in blocked.select_related("customer", "owner", "escalation"):
        if escalation.outcome == State.APPROVED and promises.is_granted(promise):
            promises.release_promise(promise=promise, by=by)
        elif escalation.outcome == State.REJECTED:
            reason = f"请示未获同意：{escalation.alternative}"
            promises.withdraw_promise(promise=promise, reason=reason, by=by)


@transaction.atomic
def forward(*, escalation: Escalation, by: User, note: str = "") -> None:
    """上报: to the director, who has one working day from now (R14)."""
    _check_waits(escalation)
    if acts_as(escalation, by) is None:
        raise VisitError("这件请示由上级决定，您不能上报。")
    director = director_of(escalation.customer)
    if director is None or director.pk in (escalation.approver_id, escalation.requested_by_id):
        raise VisitError("已经在分公司的最高一级，不能再上报。")
    waiting = _waiting_step(escalation)
    _move(escalation, (State.SUBMITTED,), State.FORWARDED, approver=director)
    _end_duty(waiting, f"上报 {director}", at=clock.now(), by=by)
    _next_step(escalation, "forwarded", by=by, note=note)
    audit.record(verb="escalation.forwarded", target=escalation, by=by, reason=note)


@transaction.atomic
def withdraw(*, escalation: Escalation, by: User, reason: str) -> None:
    """The asker takes it back before it is decided; a blocked promise stays blocked."""
    if not may_withdraw(escalation, by):
        raise VisitError("只有请示人可以撤回。")
    waiting = _waiting_step(escalation)
    _move(escalation, Escalation.UNDECIDED, State.WITHDRAWN)
    _note(escalation, "withdrawn", by=by, note=reason)
    cancel_duty(
        kind=DutyKind.ESCALATION_RESPONSE, subject=waiting, reason=f"请示撤回：{reason}"[:300],
        by=by,
    )  # fmt: skip
    audit.record(verb="escalation.withdrawn", target=escalation, by=by, reason=reason)


def may_withdraw(escalation: Escalation, by: User) -> bool:
    return escalation.requested_by_id in {person.pk for person in by.acting_for()}


@transaction.atomic
def communicate(*, escalation: Escalation, how: str, at: datetime, by: User) -> None:
    """The customer was told of the decision: how and when (R14)."""
    decided_at = escalation.decided_at and escalation.decided_at.replace(second=0, microsecond=0)
    if at > clock.now() or (decided_at and at < decided_at):  # typed to the minute
        raise VisitError("告知的时间要在决定之后，且不能晚于现在。")
    _move(
        escalation, Escalation.DECIDED, State.COMMUNICATED,
        communicated_at=at, communicated_how=how,
    )  # fmt: skip
    _note(escalation, "communicated", by=by, note=how)
    audit.record(verb="escalation.communicated", target=escalation, by=by, reason=how)
