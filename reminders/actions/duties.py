"""Every write to a duty. Callers open their transaction; the duty is made and ended inside it."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from core import audit
from core.models import Parameter, WorkCalendarDay
from reminders import rules
from reminders.models import Delivery, DutyKind, Obligation, Reminder
from staff.models import User

Clock = Obligation.Clock
State = Obligation.State

# clock and length of each kind; FIXED kinds are given their instant by the caller
DUTIES: dict[str, tuple[str, int | None]] = {
    DutyKind.THANK_YOU_LETTER: (Clock.CALENDAR_HOURS, 48),  # R8
    DutyKind.LETTER_REPLY: (Clock.WORKING_DAYS, 2),  # R13
    DutyKind.VISIT_RECORD: (Clock.WORKING_DAYS, 1),  # R9 [P]
    DutyKind.VISIT_BOOKING: (Clock.FIXED, None),  # R4
    DutyKind.COMMITMENT: (Clock.FIXED, None),  # R12
}


class DutyError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""


def compute_deadline(kind: str, started_at: datetime) -> rules.Deadline:
    """The deadline of a duty of `kind` that starts at `started_at`, by today's calendar (§B.12)."""
    clock, amount = DUTIES[kind]
    return _deadline(clock, amount, started_at)


def _deadline(clock: str, amount: int, started_at: datetime) -> rules.Deadline:
    if clock == Clock.CALENDAR_HOURS:
        return rules.hours_deadline(started_at, amount)
    calendar = WorkCalendarDay.objects.as_calendar()
    closes_at = Parameter.objects.value("business_close")
    return rules.workdays_deadline(started_at, amount, calendar, closes_at)


@transaction.atomic
def open_duty(
    *,
    kind: str,
    subject,
    owner: User,
    started_at: datetime,
    due_at: datetime | None = None,
    title: str,
    customer_name: str,
    path: str,
    by,
    customer_ref: int | None = None,
) -> Obligation:
    """Make the duty of `kind` about `subject`, once; a second call returns the first row.

    `due_at` only for FIXED kinds; the others compute it. Aware datetimes. `customer_ref` is the
    customer's pk, so that a new manager can be handed the duty; `subject.customer_id` if left out.
    """
    clock, amount = DUTIES[kind]
    if clock == Clock.FIXED:
        deadline = rules.Deadline(due_at, False, "")
    else:
        deadline = _deadline(clock, amount, started_at)
    duty, is_new = Obligation.objects.get_or_create(
        kind=kind,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        defaults={
            "owner": owner,
            "title": title,
            "customer_name": customer_name,
            "customer_ref": customer_ref or getattr(subject, "customer_id", None),
            "path": path,
            "clock": clock,
            "amount": amount,
            "started_at": started_at,
            "due_at": deadline.due_at,
            "original_due_at": deadline.due_at,
            "is_provisional": deadline.is_provisional,
            "next_look_at": started_at,
        },
    )
    if is_new:
        audit.record(verb="duty.opened", target=duty, by=by)
    return duty


@transaction.atomic
def fulfil_duty(*, kind: str, subject, at: datetime, evidence: dict, by) -> Obligation | None:
    """End the open duty with evidence; late is decided here and never changes again (R8).

    None when there is no open duty of that kind (it was never opened, or has ended).
    """
    duty = Obligation.objects.of(kind, subject).open().first()
    if duty is None:
        return None
    state = State.DONE_LATE if rules.is_late(at, duty.due_at) else State.DONE
    _end(duty, state, by=by, completed_at=at, evidence=evidence)
    return duty


@transaction.atomic
def cancel_duty(*, kind: str, subject, reason: str, by) -> None:
    """End the open duty because its cause is gone (a cancelled visit). Nothing to do is fine."""
    duty = Obligation.objects.of(kind, subject).open().first()
    if duty is not None:
        _end(duty, State.CANCELLED, by=by, reason=reason)


@transaction.atomic
def waive_duty(*, kind: str, subject, reason: str, by) -> Obligation:
    """End the open duty without doing it, with a reason (R8: department head only, see caller)."""
    duty = Obligation.objects.of(kind, subject).open().first()
    if duty is None:
        raise DutyError("该事项已经办结，无需豁免。")
    _end(duty, State.WAIVED, by=by, reason=reason, waived_reason=reason)
    return duty


def _end(duty: Obligation, state: str, *, by, reason: str = "", **fields) -> None:
    moved = Obligation.objects.filter(pk=duty.pk, state=State.OPEN).update(
        state=state, next_look_at=None, **fields
    )
    if not moved:
        raise DutyError("该事项状态已变更，请刷新后重试。")
    _silence(duty)
    audit.record(verb=f"duty.{state}", target=duty, by=by, reason=reason)
    duty.refresh_from_db()


def _silence(duty: Obligation) -> None:
    """Nothing that waits to be sent about this duty leaves; a message in the air may still land."""
    ids = list(duty.reminders.pending().values_list("delivery_id", flat=True))
    duty.reminders.pending().update(state=Reminder.State.CANCELLED)
    packed = Delivery.objects.filter(pk__in=[pk for pk in ids if pk])
    packed.empty_pending().update(state=Delivery.State.CANCELLED)


@transaction.atomic
def reassign_duties(*, duties, to: User, by, reason: str) -> int:
    """Hand open duties to another living owner; pending messages to the old one are cancelled."""
    if not to.is_active:
        raise DutyError("接手人已离职，请另选一位。")
    count = 0
    for duty in duties.open().exclude(owner=to):
        old = duty.owner
        Obligation.objects.filter(pk=duty.pk).update(
            owner=to, next_look_at=duty.started_at, acknowledged_at=None
        )
        _silence(duty)
        # What was never sent may be said again: to the new owner, and to superiors who were waiting
        # for theirs. Only the old owner is not told any more.
        unsent = duty.reminders.filter(state=Reminder.State.CANCELLED)
        unsent.exclude(recipient=old).delete()
        audit.record(
            verb="duty.reassigned",
            target=duty,
            by=by,
            changes={"owner": [str(old), str(to)]},
            reason=reason,
        )
        count += 1
    return count


@transaction.atomic
def move_duty(*, kind: str, subject, due_at: datetime, reason: str, by) -> Obligation:
    """Give the open duty another deadline (a rescheduled visit, a promise renegotiated, R12).

    `original_due_at` stays; the ladder speaks again for the new deadline.
    """
    duty = Obligation.objects.of(kind, subject).open().first()
    if duty is None:
        raise DutyError("该事项已经办结，期限不能再改。")
    if duty.due_at == due_at:
        return duty
    old = duty.due_at
    moved = Obligation.objects.filter(pk=duty.pk, state=State.OPEN).update(
        due_at=due_at, next_look_at=duty.started_at, acknowledged_at=None
    )
    if not moved:
        raise DutyError("该事项状态已变更，请刷新后重试。")
    _silence(duty)
    changes = {"due_at": [old.isoformat(), due_at.isoformat()]}
    audit.record(verb="duty.moved", target=duty, by=by, changes=changes, reason=reason)
    duty.refresh_from_db()
    return duty


@transaction.atomic
def acknowledge_duty(*, duty: Obligation, at: datetime, by) -> None:
    """已知悉: no more e-mail before the deadline; what comes after it is never silenced."""
    known = Obligation.objects.filter(pk=duty.pk, state=State.OPEN, acknowledged_at=None)
    if not known.update(acknowledged_at=at):
        raise DutyError("该事项已办结或已经标为知悉，请刷新后查看。")
    if at <= duty.due_at:
        _silence(duty)
    audit.record(verb="duty.acknowledged", target=duty, by=by)
    duty.refresh_from_db()
