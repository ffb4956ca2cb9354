"""Every write to a duty. Callers open their transaction; the duty is made and ended inside it."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F

from core import audit
from core.models import Parameter, WorkCalendarDay
from core.rules import deadline_clock
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
    DutyKind.VISIT_DEPARTURE: (Clock.FIXED, None),  # R4, R5: five minutes early at the door
    DutyKind.COMMITMENT: (Clock.FIXED, None),  # R12
    DutyKind.FINDING_CONFIRM: (Clock.WORKING_DAYS, 2),  # R10
    DutyKind.ESCALATION_RESPONSE: (Clock.WORKING_DAYS, 1),  # R14 [P]
    DutyKind.SERVICE_LAUNCH_NOTICE: (Clock.WORKING_DAYS, 1),  # R15 [P]
    DutyKind.DEMAND_FORECAST: (Clock.FIXED, None),  # R19: last working day of the month before
    DutyKind.WEEKLY_PLAN: (Clock.FIXED, None),  # §B.13: Friday 17:30
    DutyKind.WEEKLY_PLAN_REVIEW: (Clock.WORKING_DAYS, 2),  # §B.13
    DutyKind.PLAN_SUBMISSION: (Clock.FIXED, None),  # R46: the day the plan is due
    DutyKind.PLAN_REVIEW: (Clock.WORKING_DAYS, 5),  # R46 [P]
    DutyKind.PLAN_TASK: (Clock.FIXED, None),  # R46
    DutyKind.RETENTION_ACTION: (Clock.FIXED, None),  # §B.14: red 1, orange 3, yellow 10 days
    DutyKind.SUPPORT_IMPROVEMENT: (Clock.FIXED, None),  # R75
}


WORKDAYS = {
    DutyKind.VISIT_RECORD: "visit_record_workdays",
    DutyKind.FINDING_CONFIRM: "finding_confirm_workdays",
    DutyKind.ESCALATION_RESPONSE: "escalation_workdays",
    DutyKind.SERVICE_LAUNCH_NOTICE: "launch_notice_workdays",
    DutyKind.WEEKLY_PLAN_REVIEW: "weekly_review_workdays",
    DutyKind.PLAN_REVIEW: "plan_review_workdays",
}
"""Lengths that the handbook leaves open [P]: the administrator's number counts."""

THANK_YOU_WORKDAYS = 2
"""Forty-eight hours, counted in working days (D4)."""
LONGEST = 60


class DutyError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""


def compute_deadline(kind: str, started_at: datetime) -> rules.Deadline:
    """The deadline of a duty of `kind` that starts at `started_at`, by today's calendar (§B.12)."""
    clock, amount = measure_of(kind)
    return _deadline(clock, amount, started_at)


def measure_of(kind: str) -> tuple[str, int | None]:
    """(clock, length) of a duty that begins now, by the settings of the administrator (D4)."""
    clock, amount = DUTIES[kind]
    if kind in WORKDAYS:
        return clock, min(max(Parameter.objects.value(WORKDAYS[kind]), 1), LONGEST)
    if kind == DutyKind.THANK_YOU_LETTER:
        if Parameter.objects.value("thank_you_clock") == "working":
            return Clock.WORKING_DAYS, THANK_YOU_WORKDAYS
    return clock, amount


def said_length(kind: str) -> str:
    """「48 小时（含休息日）」, 「2 个工作日」: what a duty of `kind` that begins now is given."""
    clock, amount = measure_of(kind)
    unit = "小时（含休息日）" if clock == Clock.CALENDAR_HOURS else "个工作日"
    return f"{amount} {unit}"


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
    clock, amount = measure_of(kind)
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
def reopen_duty(
    *, kind: str, subject, owner: User, started_at: datetime, by, due_at: datetime | None = None
) -> bool:
    """Owe the same once more: what was answered has come back (a returned plan, §B.13).

    The clock runs anew and the ladder speaks anew. `due_at` only for FIXED kinds, as in open_duty.
    False when there is no ended duty of that kind.
    """
    duty = Obligation.objects.of(kind, subject).first()
    if duty is None or duty.state == State.OPEN:
        return False
    clock, amount = measure_of(kind)
    if clock == Clock.FIXED:
        deadline = rules.Deadline(due_at, False, "")
    else:
        deadline = _deadline(clock, amount, started_at)
    Obligation.objects.filter(pk=duty.pk, state=duty.state).update(
        state=State.OPEN,
        owner=owner,
        clock=clock,
        amount=amount,
        started_at=started_at,
        due_at=deadline.due_at,
        is_provisional=deadline.is_provisional,
        completed_at=None,
        waived_reason="",
        acknowledged_at=None,
        escalated_at=None,
        next_look_at=started_at,
        moved_count=F("moved_count") + 1,
    )
    audit.record(verb="duty.reopened", target=duty, by=by)
    return True


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
def move_duty(*, duty: Obligation, to: rules.Deadline, by) -> bool:
    """Give an open duty another deadline; `original_due_at` stays and the ladder speaks anew.

    Compare-and-set: False for a duty that ended or moved meanwhile. What waits to be sent was about
    the old deadline and does not leave; 已知悉 was about it too. A deadline that only becomes
    certain (暂估 no more) has not moved.
    """
    values = {"is_provisional": to.is_provisional, "next_look_at": duty.started_at}
    has_moved = duty.due_at != to.due_at
    if has_moved:
        values |= {"due_at": to.due_at, "acknowledged_at": None}
        values["moved_count"] = F("moved_count") + 1
    same = Obligation.objects.open().filter(pk=duty.pk, due_at=duty.due_at)
    if not same.update(**values):
        return False
    if has_moved:
        waiting = list(duty.reminders.pending().values_list("pk", flat=True))
        _silence(duty)
        # Never sent, so its stage may be said again: with the new deadline.
        duty.reminders.filter(pk__in=waiting, state=Reminder.State.CANCELLED).delete()
    changes = {"due_at": [_say_due(duty), _say_due(to)]}
    audit.record(verb="duty.due_moved", target=duty, by=by, changes=changes, reason=to.explanation)
    return True


def _say_due(row) -> str:
    day, clock_time = deadline_clock(row.due_at)
    about = "（暂估）" if row.is_provisional else ""
    return f"{day.year} 年 {day.month}月{day.day}日 {clock_time}{about}"


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
