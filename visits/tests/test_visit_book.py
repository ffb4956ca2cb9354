"""Book a visit at least a day ahead, or say why not (R4)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from core.models import Parameter
from reminders.models import Obligation
from visits.actions import planning
from visits.tests.factories import make_visit
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db


def planned(**fields):
    visit = make_visit(**fields)
    planning.open_booking_duty(visit, by=visit.owner, at=timezone.now() - timedelta(days=3))
    return visit


def send(client, visit, **changes):
    client.force_login(visit.owner)
    data = {
        "booked_at": moment(timezone.now()),
        "booked_with": visit.contacts.first().pk,
        "booking_channel": "phone",
    }
    return client.post(reverse("visits:visit_book", args=[visit.pk]), data | changes)


def refused(client, visit, message, **changes):
    page = send(client, visit, **changes).content.decode()
    assert message in page
    visit.refresh_from_db()
    assert visit.state == "planned" and Obligation.objects.get().state == "open"
    return page


def test_a_booking_in_time_ends_its_duty(client):
    visit = planned()
    assert send(client, visit).status_code == 302
    visit.refresh_from_db()
    assert visit.state == "booked" and visit.is_booked_in_time
    assert Obligation.objects.get(kind="visit_booking").state == "done"


def starting_at_noon_yesterday():
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return planned(scheduled_start=noon - timedelta(days=1))


def test_a_late_booking_without_a_reason_is_refused(client):
    visit = starting_at_noon_yesterday()
    booked = moment(visit.scheduled_start - timedelta(hours=1))
    refused(client, visit, "请选择原因", booked_at=booked)


def test_a_late_booking_with_a_reason_is_flagged(client):
    visit = starting_at_noon_yesterday()
    booked = moment(visit.scheduled_start - timedelta(hours=1))
    send(client, visit, booked_at=booked, late_booking_reason="fault_or_complaint")
    visit.refresh_from_db()
    assert (visit.state, visit.is_booked_in_time) == ("booked", False)
    assert visit.late_booking_reason == "fault_or_complaint"


def test_the_reason_other_needs_words(client):
    visit = planned()
    refused(client, visit, "请写明情况", late_booking_reason="other")


def test_by_the_24_hour_rule_the_evening_before_is_late(client):
    Parameter.objects.filter(key="visit_booking_rule").update(value="24h")
    visit = planned(scheduled_start=timezone.now() + timedelta(hours=16))
    refused(client, visit, "请选择原因")


def test_the_reason_is_dropped_when_the_booking_was_in_time(client):
    visit = planned()
    send(client, visit, late_booking_reason="executive_order")
    visit.refresh_from_db()
    assert visit.is_booked_in_time and visit.late_booking_reason == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"booked_at": ""}, "请填写这一项"),
        ({"booked_at": "2099-01-01T10:00"}, "不能晚于现在"),
        ({"booked_at": "上周"}, "请按「年-月-日 时:分」填写"),
        ({"booked_with": "999999"}, "不在您的范围内"),
        ({"booking_channel": "smoke"}, "error-summary"),
        ({"late_booking_reason": "bogus"}, "error-summary"),
        ({"late_booking_note": "长" * 201}, "200"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(client, changes, message):
    refused(client, planned(), message, **changes)


def test_a_contact_of_another_customer_is_refused(client):
    foreign = make_contact(make_customer(), name="外人")
    assert "外人" not in refused(client, planned(), "不在您的范围内", booked_with=foreign.pk)


def test_a_booking_after_the_start_is_refused(client):
    visit = planned(scheduled_start=timezone.now() - timedelta(hours=2))
    refused(client, visit, "不能晚于约定的开始时间")
