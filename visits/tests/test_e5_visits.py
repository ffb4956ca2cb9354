"""The visits V1–V6 of the specification (§E.5) with their real dates of November 2026."""

from datetime import datetime, timedelta

import pytest

from accounts.tests.factories import make_contact, make_customer
from core.models import Parameter
from core.rules import SHANGHAI
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits import reports
from visits.actions import planning, recording, thanks, visiting
from visits.actions.errors import VisitError
from visits.models import ThankYouLetter, Visit

pytestmark = pytest.mark.django_db


def at(day, clock):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def plan(start, *, planned, **fields):
    contact = make_contact(make_customer())
    defaults = {"mode": "on_site", "is_formal": True, "stage": "general_contact"}
    return planning.plan_visit(
        customer=contact.customer,
        contacts=[contact],
        key_points=[("ask", "明年的预算")],
        by=contact.customer.manager,
        scheduled_start=start,
        scheduled_end=start + timedelta(hours=1),
        purpose="了解需求，商量下一步的方案",
        at=planned,
        **(defaults | fields),
    )


def book(visit, booked_at, **reason):
    visiting.book_visit(
        visit=visit,
        booked_at=booked_at,
        booked_with=visit.contacts.first(),
        booking_channel="phone",
        by=visit.owner,
        **reason,
    )


def hold(visit, started_at, ended_at, **logged):
    visiting.hold_visit(
        visit=visit, started_at=started_at, ended_at=ended_at, by=visit.owner, **logged
    )


def duty_of(visit, kind):
    subject = visit.thank_you if kind == DutyKind.THANK_YOU_LETTER else visit
    return Obligation.objects.of(kind, subject).get()


def test_v1_booked_punctual_and_thanked_in_time():
    visit = plan(at(19, "14:00"), planned=at(16, "09:00"))
    book(visit, at(17, "10:00"))
    visiting.arrive(visit=visit, arrived_at=at(19, "13:52"), by=visit.owner)
    visiting.start_visit(visit=visit, started_at=at(19, "14:00"), by=visit.owner)
    hold(visit, at(19, "14:00"), at(19, "15:40"), at=at(19, "16:00"))

    assert visit.is_booked_in_time and duty_of(visit, DutyKind.VISIT_BOOKING).state == "done"
    assert (reports.arrival(visit).minutes, reports.arrival(visit).is_punctual) == (8, True)
    duty = duty_of(visit, DutyKind.THANK_YOU_LETTER)
    assert duty.due_at == at(21, "15:40")  # a Saturday: the hours are not paused

    letter = visit.thank_you
    ThankYouLetter.objects.filter(pk=letter.pk).update(state="drafted", body="感谢接待")
    letter.refresh_from_db()
    thanks.send_letter(
        letter=letter, sent_at=at(20, "10:15"), channel="hand", recipient="王主任", by=visit.owner
    )
    assert duty_of(visit, DutyKind.THANK_YOU_LETTER).state == "done"


def test_v2_without_a_letter_it_is_overdue_on_monday():
    visit = plan(at(20, "15:00"), planned=at(18, "09:00"))
    book(visit, at(19, "10:00"))
    hold(visit, at(20, "15:00"), at(20, "16:30"), at=at(20, "17:00"))
    duty = duty_of(visit, DutyKind.THANK_YOU_LETTER)
    assert duty.due_at == at(22, "16:30") and duty.is_overdue(at(23, "09:00"))
    assert not duty.is_overdue(at(22, "16:30"))
    assert duty_of(visit, DutyKind.VISIT_RECORD).due_at == at(23, "18:00")


def test_v3_the_evening_before_is_in_time_by_date():
    visit = plan(at(23, "10:00"), planned=at(20, "09:00"))
    book(visit, at(22, "18:00"))
    assert visit.is_booked_in_time and duty_of(visit, DutyKind.VISIT_BOOKING).state == "done"


def test_v3_the_evening_before_is_a_violation_by_24_hours():
    Parameter.objects.filter(key="visit_booking_rule").update(value="24h")
    visit = plan(at(23, "10:00"), planned=at(20, "09:00"))
    with pytest.raises(VisitError, match="没有提前一天"):
        book(visit, at(22, "18:00"))
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_v4_a_phone_visit_owes_no_letter():
    visit = plan(at(18, "10:00"), planned=at(16, "09:00"), mode="phone", is_formal=False)
    hold(visit, at(18, "10:00"), at(18, "10:30"), at=at(18, "11:00"))
    assert not ThankYouLetter.objects.exists()
    assert not Obligation.objects.filter(kind=DutyKind.THANK_YOU_LETTER).exists()


def test_v5_the_engineer_sees_the_joint_visit():
    engineer = make_user("solution_engineer")
    visit = plan(at(24, "09:30"), planned=at(20, "09:00"), colleagues=[engineer])
    assert list(Visit.objects.visible_to(engineer)) == [visit]
    assert not reports.can_change(visit, engineer)


def test_v6_the_same_day_with_a_reason_is_allowed_and_flagged():
    visit = plan(at(23, "15:00"), planned=at(23, "09:00"))
    assert duty_of(visit, DutyKind.VISIT_BOOKING).due_at == at(23, "15:00")
    book(visit, at(23, "09:10"), late_booking_reason="fault_or_complaint")
    assert (visit.state, visit.is_booked_in_time) == ("booked", False)


def test_a_visit_logged_after_48_hours_is_born_late():
    visit = plan(at(20, "15:00"), planned=at(18, "09:00"))
    book(visit, at(19, "10:00"))
    hold(visit, at(20, "15:00"), at(20, "16:30"), at=at(23, "09:00"))
    assert reports.is_born_late(visit)
    assert duty_of(visit, DutyKind.THANK_YOU_LETTER).is_overdue(at(23, "09:00"))
    assert recording.missing_for_close(visit)
