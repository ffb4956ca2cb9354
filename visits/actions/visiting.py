"""A planned visit takes place: booked, arrived, begun, ended; or does not (R4, R5, R8)."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Contact
from core import audit, clock
from core.models import Parameter
from core.rules import local_date
from reminders.actions import cancel_duty, fulfil_duty, open_duty
from reminders.models import DutyKind
from staff.models import User
from visits import rules
from visits.actions import departing, invitations, places, preparing, telling, thanks
from visits.actions.errors import STALE, VisitError
from visits.actions.moves import move
from visits.actions.planning import PLAN_FIELDS, open_booking_duty
from visits.models import Visit, VisitRecord, WeeklyPlan, WeeklyPlanItem


@transaction.atomic
def book_visit(
    *,
    visit: Visit,
    booked_at: datetime,
    booked_with: Contact,
    booking_channel: str,
    by: User,
    late_booking_reason: str = "",
    late_booking_note: str = "",
    invite: bool = False,
) -> None:
    """Note when, with whom and how the visit was agreed; at least one day ahead or why not (R4).

    `invite`: whoever we meet and has an e-mail address gets a calendar invitation.
    """
    in_time = is_in_time(visit, booked_at)
    if visit.is_formal and not in_time and not late_booking_reason:
        raise VisitError("预约没有提前一天，请选择原因。")
    if late_booking_reason == Visit.LateBooking.OTHER and not late_booking_note:
        raise VisitError("原因选了「其他」，请写明情况。")
    move(
        visit,
        "book",
        by=by,
        booked_at=booked_at,
        booked_with=booked_with,
        booking_channel=booking_channel,
        is_booked_in_time=in_time,
        late_booking_reason="" if in_time else late_booking_reason,
        late_booking_note="" if in_time else late_booking_note,
    )
    evidence = {"booked_with": str(booked_with), "channel": visit.get_booking_channel_display()}
    fulfil_duty(kind=DutyKind.VISIT_BOOKING, subject=visit, at=booked_at, evidence=evidence, by=by)
    departing.expect(visit, by=by)
    if invite:
        invitations.invite(visit=visit, by=by)


def is_in_time(visit: Visit, booked_at: datetime) -> bool:
    """By the rule that the administrator has chosen (R4, D17)."""
    rule = Parameter.objects.value("visit_booking_rule")
    return rules.is_booked_in_time(booked_at, visit.scheduled_start, rule)


@transaction.atomic
def arrive(*, visit: Visit, arrived_at: datetime, by: User, point: dict | None = None) -> None:
    """Note the arrival at the customer's door, once, before the visit begins (R5).

    `point`: latitude and longitude, kept only of a user who has turned that on.
    """
    if visit.mode != Visit.Mode.ON_SITE:
        raise VisitError("电话拜访不用登记到达。")
    sources = rules.sources("start", is_formal=visit.is_formal)
    is_open = visit.state in sources and visit.arrived_at is None
    if is_open and not rules.may_arrive(arrived_at, visit.scheduled_start):
        raise VisitError("离约定的时间还早。时间有变请先改期，再登记到达。")
    here = Visit.objects.filter(pk=visit.pk, state__in=sources, arrived_at=None)
    if not here.update(arrived_at=arrived_at):
        visit.refresh_from_db()
        raise VisitError(_arrival_refusal(visit))
    visit.refresh_from_db()
    departing.arrived(visit, at=arrived_at, by=by)
    audit.record(verb="visit.arrived", target=visit, by=by)
    if point:
        places.note_place(visit=visit, at=arrived_at, by=by, **point)


def _arrival_refusal(visit: Visit) -> str:
    if visit.arrived_at:
        return "已经登记过到达时间。"
    if visit.state == Visit.State.PLANNED:
        return "正式拜访要先登记预约，再登记到达。"
    return f"该拜访{STALE}"


@transaction.atomic
def explain_late_arrival(*, visit: Visit, reason: str, by: User) -> None:
    """Say why one was not at the door five minutes early (R5). Only for a late arrival."""
    if not visit.arrived_at or rules.is_punctual(visit.arrived_at, visit.scheduled_start):
        raise VisitError("已提前 5 分钟到达，不用说明原因。")
    old = Visit.objects.select_for_update().get(pk=visit.pk).late_arrival_reason
    accepted = VisitRecord.objects.filter(state=VisitRecord.State.ACCEPTED)
    open_ = Visit.objects.filter(pk=visit.pk).exclude(state=Visit.State.CLOSED)
    if not open_.exclude(record__in=accepted).update(late_arrival_reason=reason):
        raise VisitError("拜访已办结，或记录已采纳，不能再改迟到的原因。")
    visit.refresh_from_db()
    changes = {"late_arrival_reason": [old, reason]}
    verb = "visit.late_arrival_explained"
    audit.record(verb=verb, target=visit, by=by, reason=reason, changes=changes)


@transaction.atomic
def start_visit(*, visit: Visit, started_at: datetime, by: User) -> None:
    """The talk begins (R5)."""
    move(visit, "start", by=by, started_at=started_at)
    departing.give_up(visit, reason=departing.BEGUN, by=by)


@transaction.atomic
def hold_visit(
    *,
    visit: Visit,
    started_at: datetime,
    ended_at: datetime,
    by: User,
    at: datetime | None = None,
) -> None:
    """The visit has ended, at its actual end (R8). Opens the record and the thank-you duty.

    `at` is when that was written down (None: now): more than 48 hours after the end, the letter is
    born late, and owed all the same.
    """
    at = at or clock.now()
    check_times(started_at=started_at, ended_at=ended_at, at=at)
    move(visit, "hold", by=by, started_at=started_at, ended_at=ended_at, logged_at=at)
    departing.give_up(visit, reason=departing.BEGUN, by=by)
    open_duties_after(visit, by=by)
    telling.tell_visit(visit, by=by)


def check_times(*, started_at: datetime, ended_at: datetime, at: datetime) -> None:
    """VisitError unless the visit ended after it began and before it was written down."""
    if ended_at < started_at:
        raise VisitError("结束时间不能早于开始时间。")
    if ended_at > at:
        raise VisitError("结束时间不能晚于现在。")


def open_duties_after(visit: Visit, *, by: User) -> None:
    """What a visit owes once it has ended: its record (R9), and a formal one the letter (R8)."""
    open_record_duty(visit, by=by)
    if owes_letter(visit):
        thanks.open_letter(visit=visit, by=by)


def open_record_duty(visit: Visit, *, by: User | None) -> None:
    """The record is due one working day after the end of the visit (R9)."""
    open_duty(
        kind=DutyKind.VISIT_RECORD,
        subject=visit,
        owner=visit.owner,
        started_at=visit.ended_at,
        title=f"填写 {visit.customer} 的拜访记录",
        customer_name=visit.customer.name,
        path=visit.get_absolute_url(),
        by=by,
    )


def owes_letter(visit: Visit) -> bool:
    """Formal on-site visits; phone visits by setting (R8, D6)."""
    phone_too = Parameter.objects.value("thank_you_for_phone")
    return rules.owes_thank_you(mode=visit.mode, is_formal=visit.is_formal, phone_too=phone_too)


@transaction.atomic
def cancel_visit(*, visit: Visit, reason: str, by: User, invite: bool = False) -> None:
    """The visit will not take place. Its booking is not owed. `invite`: calendars are told."""
    move(visit, "cancel", by=by, reason=reason, end_reason=reason)
    _leave(visit, reason, by, invite)


@transaction.atomic
def no_show(*, visit: Visit, reason: str, by: User, invite: bool = False) -> None:
    """The customer did not appear."""
    move(visit, "no_show", by=by, reason=reason, end_reason=reason)
    _leave(visit, reason, by, invite)


def _leave(visit: Visit, reason: str, by: User, invite: bool) -> None:
    cancel_duty(kind=DutyKind.VISIT_BOOKING, subject=visit, reason=reason, by=by)
    departing.give_up(visit, reason=reason, by=by)
    invitations.has_changed(visit)
    if invite:
        invitations.call_off(visit=visit, by=by)


@transaction.atomic
def reschedule_visit(
    *,
    visit: Visit,
    scheduled_start: datetime,
    scheduled_end: datetime,
    reason: str,
    by: User,
    at: datetime | None = None,
    invite: bool = False,
) -> Visit:
    """Close the old appointment and plan the same visit for another time; returns the new one.

    `invite`: the customer's calendar moves the same event to the new time; otherwise an invitation
    to the old time is called off.
    """
    new = _copy_of(visit, scheduled_start, scheduled_end, by)
    move(visit, "reschedule", by=by, reason=reason, end_reason=reason, rescheduled_to=new)
    cancel_duty(kind=DutyKind.VISIT_BOOKING, subject=visit, reason=reason, by=by)
    departing.give_up(visit, reason=reason, by=by)
    _move_plan_lines(visit, new)
    open_booking_duty(new, by=by, at=at or clock.now())
    invitations.has_changed(new)
    if invite:
        invitations.invite(visit=new, by=by)
    else:  # the old time must not stand in the customer's calendar
        invitations.call_off_old(old=visit, new=new, by=by)
    return new


def _move_plan_lines(old: Visit, new: Visit) -> None:
    """Lines of weekly plans that are not answered yet speak of the new appointment (§B.13).

    The day goes along within the week of the plan; an answered plan stays as it was read.
    """
    day = local_date(new.scheduled_start)
    lines = WeeklyPlanItem.objects.filter(visit=old).exclude(plan__state=WeeklyPlan.State.REVIEWED)
    lines.filter(plan__monday=day - timedelta(days=day.weekday())).update(day=day)
    lines.update(visit=new)


def _copy_of(visit: Visit, scheduled_start: datetime, scheduled_end: datetime, by: User) -> Visit:
    same = ("customer", "owner", "is_formal", *PLAN_FIELDS)
    new = Visit.objects.create(
        state=Visit.State.PLANNED,
        series=invitations.series_of(visit),
        invite_sequence=visit.invite_sequence,
        scheduled_start=scheduled_start,
        scheduled_end=scheduled_end,
        created_by=by,
        **{name: getattr(visit, name) for name in same},
    )
    new.contacts.set(visit.contacts.all())
    for participant in visit.participants.all():
        new.participants.create(user=participant.user, role=participant.role)
    for point in visit.key_points.all():
        new.key_points.create(kind=point.kind, content=point.content, owner=point.owner)
    preparing.copy_materials(visit, new)
    audit.record(verb="visit.plan", target=new, by=by)
    return new
