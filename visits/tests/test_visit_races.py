"""Many at once: one winner, one audit event, one letter. Only PostgreSQL lets them collide."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.models import AuditEvent
from reminders.models import Obligation
from visits.actions import healing, planning, plans, recording, visiting
from visits.actions.errors import VisitError
from visits.models import ThankYouLetter
from visits.tests.factories import make_record, make_visit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]
MANY = 8


def at_once(act):
    """How many of MANY simultaneous calls succeeded; the others must be refused politely."""

    def run(_):
        try:
            act()
        except VisitError:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(MANY) as pool:
        return sum(pool.map(run, range(MANY)))


def fresh(visit):
    return type(visit).objects.get(pk=visit.pk)


def test_eight_holds_have_one_winner_and_open_one_letter():
    now = timezone.now()
    start = now - timedelta(hours=1)
    visit = make_visit(state="in_progress", started_at=start, scheduled_start=start)

    def hold():
        own = fresh(visit)
        visiting.hold_visit(visit=own, started_at=start, ended_at=now, by=own.owner)

    assert at_once(hold) == 1
    assert AuditEvent.objects.filter(verb="visit.hold").count() == 1
    assert ThankYouLetter.objects.count() == 1 and Obligation.objects.count() == 2


def test_eight_closes_have_one_winner():
    visit = make_visit(state="recorded", mode="phone")
    make_record(visit, state="accepted")

    def close():
        own = fresh(visit)
        recording.close_visit(visit=own, by=own.owner)

    assert at_once(close) == 1
    assert AuditEvent.objects.filter(verb="visit.close").count() == 1


def test_eight_cancels_and_holds_leave_one_state():
    now = timezone.now()
    visit = make_visit(state="booked", scheduled_start=now - timedelta(hours=1))
    verbs = iter(range(MANY))

    def either():
        own = fresh(visit)
        if next(verbs) % 2:
            visiting.cancel_visit(visit=own, reason="客户出差", by=own.owner)
        else:
            start = own.scheduled_start
            visiting.hold_visit(visit=own, started_at=start, ended_at=now, by=own.owner)

    assert at_once(either) == 1
    letters = ThankYouLetter.objects.count()
    assert (fresh(visit).state, letters) in [("held", 1), ("cancelled", 0)]


def test_eight_tabs_of_one_plan_have_one_winner():
    visit = make_visit()
    seen, people = plans.mark_of(visit), list(visit.contacts.all())

    def edit():
        own, points = fresh(visit), [("ask", "明年的预算")]
        planning.edit_visit(visit=own, contacts=people, key_points=points, seen=seen, by=own.owner)

    assert at_once(edit) == 1
    assert AuditEvent.objects.filter(verb="visit.edited").count() == 1
    assert visit.key_points.get().content == "明年的预算"


def test_eight_healers_open_one_duty():
    visit = make_visit(ended_at=timezone.now() - timedelta(hours=3))
    at_once(lambda: healing.heal_duties(now=timezone.now()))
    assert visit.thank_you and Obligation.objects.count() == 2
