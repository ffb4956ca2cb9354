"""已到达: the arrival is noted once, and flagged when it was not five minutes early (R5)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from visits.models import Visit
from visits.tests.factories import make_record, make_visit

pytestmark = pytest.mark.django_db


def tap(client, visit, **data):
    client.force_login(visit.owner)
    url = reverse("visits:visit_arrive", args=[visit.pk])
    return client.post(url, data, headers={"HX-Request": "true"})


def booked(minutes, **fields):
    start = timezone.now() + timedelta(minutes=minutes, seconds=30)
    return make_visit(state="booked", scheduled_start=start, **fields)


def test_eight_minutes_early_is_noted_as_such(client):
    visit = booked(8)
    page = tap(client, visit).content.decode()
    assert "提前 8 分钟" in page and "没有提前 5 分钟" not in page
    assert page.lstrip().startswith(f'<div id="visit-{visit.pk}">')


def test_three_minutes_early_is_flagged_and_may_be_explained(client):
    visit = booked(3)
    assert "没有提前 5 分钟" in tap(client, visit).content.decode()
    assert "堵车" in tap(client, visit, reason="堵车").content.decode()
    assert Visit.objects.get(pk=visit.pk).late_arrival_reason == "堵车"


@pytest.mark.parametrize("reason", ["", "长" * 201])
def test_a_reason_without_words_or_too_long_is_refused(client, reason):
    visit = booked(3, arrived_at=timezone.now())
    assert tap(client, visit, reason=reason).status_code == 422
    assert Visit.objects.get(pk=visit.pk).late_arrival_reason == ""


def test_a_punctual_arrival_needs_no_reason(client):
    visit = booked(9, arrived_at=timezone.now())
    assert tap(client, visit, reason="堵车").status_code == 422


def test_nobody_arrives_half_a_day_ahead(client):
    visit = booked(12 * 60)
    response = tap(client, visit)
    assert response.status_code == 422 and "请先改期" in response.content.decode()
    assert Visit.objects.get(pk=visit.pk).arrived_at is None


def test_days_ahead_the_page_offers_the_sheet_and_not_the_arrival(client):
    visit = booked(3 * 24 * 60)
    client.force_login(visit.owner)
    page = client.get(visit.get_absolute_url()).content.decode()
    assert "看预案单" in page and "已到达" not in page
    near = booked(30, owner=visit.owner, customer=visit.customer)
    page = client.get(near.get_absolute_url()).content.decode()
    assert "看预案单" not in page and "已到达" in page


def test_the_second_tap_keeps_the_first_time(client):
    visit = booked(8)
    tap(client, visit)
    first = Visit.objects.get(pk=visit.pk).arrived_at
    response = tap(client, visit)
    assert response.status_code == 422 and "已经登记过到达时间" in response.content.decode()
    assert Visit.objects.get(pk=visit.pk).arrived_at == first
    assert AuditEvent.objects.filter(verb="visit.arrived").count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mode": "phone"}, "电话拜访不用登记到达"),
        ({"state": "planned"}, "先登记预约"),
        ({"state": "cancelled"}, "状态已变更"),
    ],
)
def test_where_there_is_no_arrival_it_is_refused(client, fields, message):
    visit = make_visit(**({"state": "booked"} | fields))
    assert message in tap(client, visit).content.decode()
    assert Visit.objects.get(pk=visit.pk).arrived_at is None


def test_without_script_the_tap_leads_back_to_the_visit(client):
    visit = booked(8)
    client.force_login(visit.owner)
    response = client.post(reverse("visits:visit_arrive", args=[visit.pk]))
    assert response.status_code == 302 and response.url == visit.get_absolute_url()


@pytest.mark.parametrize("state", ["closed", "recorded"])
def test_the_reason_is_not_rewritten_once_it_was_read_and_locked(client, state):
    visit = make_visit(state=state, late_arrival_reason="堵车")
    Visit.objects.filter(pk=visit.pk).update(arrived_at=visit.scheduled_start)
    if state == "recorded":
        make_record(visit, state="accepted")
    assert tap(client, visit, reason="客户要求").status_code == 422
    assert Visit.objects.get(pk=visit.pk).late_arrival_reason == "堵车"


def test_the_trail_keeps_the_reason_of_before(client):
    visit = booked(3, arrived_at=timezone.now())
    for reason in ("堵车", "停车难"):
        tap(client, visit, reason=reason)
    event = AuditEvent.objects.filter(verb="visit.late_arrival_explained").first()
    assert event.changes["late_arrival_reason"] == ["堵车", "停车难"]
