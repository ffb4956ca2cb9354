"""Two hours before an appointment at the customer's one is told to leave (R4, R5)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.rules import SHANGHAI, WorkCalendar
from reminders.models import LadderStage, Obligation
from reminders.rules import instant
from visits.actions import planning, plans, visiting
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)


def booked(**fields):
    visit = make_visit(**fields)
    visiting.book_visit(
        visit=visit, booked_at=timezone.now(), booked_with=visit.contacts.first(),
        booking_channel="phone", by=visit.owner,
    )  # fmt: skip
    return visit


def departure():
    return Obligation.objects.get(kind="visit_departure")


def test_a_booked_visit_at_the_customers_is_due_five_minutes_early():
    visit = booked()
    assert departure().due_at == visit.scheduled_start - timedelta(minutes=5)


def test_the_reminder_speaks_two_hours_before_the_appointment():
    rung = LadderStage.objects.get(kind="visit_departure").as_rung()
    due_at = TUESDAY - timedelta(minutes=5)
    told = instant(rung, TUESDAY - timedelta(days=1), due_at, WorkCalendar({}))
    assert TUESDAY - told == timedelta(hours=2)
    assert rung.audiences == ("owner",) and not rung.repeats_daily


@pytest.mark.parametrize("fields", [{"mode": "phone"}, {"state": "planned"}])
def test_calls_and_visits_not_booked_have_none(fields):
    if "mode" in fields:
        booked(**fields)
    else:
        make_visit(**fields)
    assert not Obligation.objects.filter(kind="visit_departure").exists()


def test_a_visit_booked_after_the_fact_has_none():
    visit = make_visit(scheduled_start=timezone.now() - timedelta(hours=1))
    visiting.book_visit(
        visit=visit, booked_at=timezone.now() - timedelta(days=2), by=visit.owner,
        booked_with=visit.contacts.first(), booking_channel="phone",
    )  # fmt: skip
    assert not Obligation.objects.filter(kind="visit_departure").exists()


def test_the_arrival_ends_it():
    visit = booked()
    at = visit.scheduled_start - timedelta(minutes=8)
    visiting.arrive(visit=visit, arrived_at=at, by=visit.owner)
    assert departure().state == "done"


def moved(visit):
    start = visit.scheduled_start + timedelta(days=1)
    visiting.reschedule_visit(
        visit=visit, scheduled_start=start, scheduled_end=start + timedelta(hours=1),
        reason="改期", by=visit.owner,
    )  # fmt: skip


@pytest.mark.parametrize("leave", [
    moved,
    lambda v: visiting.cancel_visit(visit=v, reason="取消", by=v.owner),
    lambda v: visiting.no_show(visit=v, reason="没来", by=v.owner),
    lambda v: visiting.start_visit(visit=v, started_at=timezone.now(), by=v.owner),
])  # fmt: skip
def test_whatever_ends_the_appointment_silences_it(leave):
    visit = booked()
    leave(visit)
    assert departure().state == "cancelled" and departure().next_look_at is None


def test_a_call_instead_of_a_visit_needs_no_departure():
    visit = booked()
    known = {name: getattr(visit, name) for name in planning.PLAN_FIELDS} | {"mode": "phone"}
    planning.edit_visit(
        visit=visit, contacts=visit.contacts.all(), key_points=[("ask", "x")],
        seen=plans.mark_of(visit), by=visit.owner, **known,
    )  # fmt: skip
    assert departure().state == "cancelled"
