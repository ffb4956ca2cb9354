"""Cancel, no-show and reschedule: the ways a visit does not take place."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reminders.models import Obligation
from visits.actions import planning
from visits.models import Visit
from visits.tests.factories import make_participant, make_visit
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db


def planned():
    visit = make_visit(key_points=2)
    planning.open_booking_duty(visit, by=visit.owner, at=timezone.now())
    return visit


def send(client, verb, visit, **data):
    client.force_login(visit.owner)
    return client.post(reverse(f"visits:visit_{verb}", args=[visit.pk]), data)


def new_time(days=6, **changes):
    start = timezone.now() + timedelta(days=days)
    end = start + timedelta(hours=1)
    times = {"scheduled_start": moment(start), "scheduled_end": moment(end)}
    return times | {"reason": "客户出差"} | changes


@pytest.mark.parametrize(("verb", "state"), [("cancel", "cancelled"), ("no_show", "no_show")])
def test_the_reason_is_kept_and_the_booking_no_longer_owed(client, verb, state):
    visit = planned()
    assert send(client, verb, visit, reason="客户出差").status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.end_reason) == (state, "客户出差")
    assert Obligation.objects.get().state == "cancelled"


@pytest.mark.parametrize("verb", ["cancel", "no_show"])
@pytest.mark.parametrize(("reason", "message"), [("", "请填写这一项"), ("长" * 201, "200")])
def test_without_a_fitting_reason_nothing_happens(client, verb, reason, message):
    visit = planned()
    page = send(client, verb, visit, reason=reason).content.decode()
    assert message in page and (not reason or reason in page)
    visit.refresh_from_db()
    assert visit.state == "planned" and Obligation.objects.get().state == "open"


def test_rescheduling_plans_the_same_visit_anew(client):
    visit = planned()
    engineer = make_participant(visit).user
    response = send(client, "reschedule", visit, **new_time())
    visit.refresh_from_db()
    new = visit.rescheduled_to
    assert visit.state == "rescheduled" and response.url == new.get_absolute_url()
    assert (new.state, new.purpose, new.booked_at) == ("planned", visit.purpose, None)
    assert list(new.contacts.all()) == list(visit.contacts.all())
    assert new.key_points.count() == 2 and new.participants.get().user == engineer
    assert sorted(Obligation.objects.values_list("state", flat=True)) == ["cancelled", "open"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scheduled_start": "2026-01-05T10:00"}, "不能早于现在"),
        ({"scheduled_end": "2026-01-05T10:00"}, "必须晚于开始时间"),
        ({"scheduled_start": "下周"}, "请按「年-月-日 时:分」填写"),
        ({"reason": ""}, "请填写这一项"),
        ({"reason": "长" * 201}, "200"),
    ],
)
def test_a_bad_new_time_is_told_and_nothing_is_stored(client, changes, message):
    visit = planned()
    assert message in send(client, "reschedule", visit, **new_time(**changes)).content.decode()
    assert Visit.objects.get().state == "planned" and Obligation.objects.get().state == "open"


def test_rescheduling_twice_makes_one_new_visit(client):
    visit = planned()
    send(client, "reschedule", visit, **new_time())
    send(client, "reschedule", visit, **new_time())
    assert Visit.objects.count() == 2
