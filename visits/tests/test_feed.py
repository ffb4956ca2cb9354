"""The calendar of a user under a secret address: whole, true, and nobody else's (R4)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.models import User
from staff.tests.factories import make_user
from visits.actions import feeds, planning, plans, visiting
from visits.models import CalendarFeed
from visits.tests.calendars import events_of
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db


def read(client, token):
    """As a calendar program does: without any session."""
    return Client().get(reverse("visits:calendar_feed", args=[token]))


def entries(client, token):
    answer = read(client, token)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return events_of(answer.content)


def test_plan_move_and_cancel_arrive_in_the_feed(client):
    visit = make_visit(state="planned")
    token, by = feeds.make_feed(user=visit.owner), visit.owner
    (first,) = entries(client, token).values()
    start = visit.scheduled_start + timedelta(days=1)
    new = visiting.reschedule_visit(
        visit=visit, scheduled_start=start, scheduled_end=start + timedelta(hours=1),
        reason="改期", by=by,
    )  # fmt: skip
    found = entries(client, token)
    second = found[str(first["uid"])]
    visiting.cancel_visit(visit=new, reason="取消", by=by)
    third = entries(client, token)[str(first["uid"])]
    assert second.decoded("dtstart") - first.decoded("dtstart") == timedelta(days=1)
    assert first["sequence"] < second["sequence"] < third["sequence"]
    stamps = [event.decoded("last-modified") for event in (first, second, third)]
    assert stamps == sorted(stamps)
    states = [str(event["status"]) for event in (first, second, third)]
    assert states == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_a_place_that_changes_arrives_too(client):
    visit = make_visit(location="甲路")
    token = feeds.make_feed(user=visit.owner)
    (before,) = entries(client, token).values()
    known = {name: getattr(visit, name) for name in planning.PLAN_FIELDS} | {"location": "乙路"}
    planning.edit_visit(
        visit=visit, contacts=visit.contacts.all(), key_points=[("ask", "x")],
        seen=plans.mark_of(visit), by=visit.owner, **known,
    )  # fmt: skip
    (after,) = entries(client, token).values()
    assert after["location"] == "乙路" and after["sequence"] > before["sequence"]


def test_it_names_the_customer_and_nothing_confidential(client):
    visit = make_visit(purpose="摸清对手的报价与底线是多少")
    token = feeds.make_feed(user=visit.owner)
    content = read(client, token).content.decode().replace("\r\n ", "")
    assert visit.customer.name in content
    assert visit.purpose not in content and visit.contacts.first().name not in content


def test_only_own_rows_stand_in_it(client):
    visit = make_visit()
    colleague = make_user(department=visit.owner.department)
    other = make_visit(owner=colleague, customer=make_customer(manager=colleague))
    head = make_user("dept_head", department=visit.owner.department)
    joint = make_visit(customer=make_customer(manager=colleague))
    make_participant(joint, visit.owner)
    mine = entries(client, feeds.make_feed(user=visit.owner))
    names = {str(event["summary"]) for event in mine.values()}
    assert names == {f"上门拜访 {v.customer.name}" for v in (visit, joint)}
    assert other.customer.name not in str(names)
    assert entries(client, feeds.make_feed(user=head)) == {}


def test_a_customer_who_went_to_somebody_else_leaves_the_calendar(client):
    visit = make_visit()
    token = feeds.make_feed(user=visit.owner)
    assert len(entries(client, token)) == 1
    successor = make_user()
    visit.customer.assignments.update(user=successor)
    Customer.objects.filter(pk=visit.customer_id).update(manager=successor)
    assert entries(client, token) == {}


def test_due_days_are_whole_days(client):
    visit = make_visit()
    planning.open_booking_duty(visit, by=visit.owner, at=timezone.now())
    found = entries(client, feeds.make_feed(user=visit.owner)).values()
    (due,) = [e for e in found if str(e["uid"]).startswith("duty-")]
    assert str(due["summary"]) == f"到期：拜访预约 {visit.customer.name}"
    assert due["dtstart"].params["VALUE"] == "DATE"


def test_far_days_and_drafts_are_left_out(client):
    near = make_visit()
    for days in (-31, 181):
        make_visit(owner=near.owner, scheduled_start=timezone.now() + timedelta(days=days))
    make_visit(owner=near.owner, state="draft")
    assert len(entries(client, feeds.make_feed(user=near.owner))) == 1


def test_thirty_visits_cost_what_one_costs(client):
    visit = make_visit()
    token = feeds.make_feed(user=visit.owner)
    read(client, token)
    with CaptureQueriesContext(connection) as one:
        read(client, token)
    for _ in range(29):
        make_visit(owner=visit.owner)
    with CaptureQueriesContext(connection) as many:
        assert len(entries(client, token)) == 30
    assert len(one) == len(many) <= 5  # on PostgreSQL the clock is one


def test_a_wrong_token_and_one_who_left_get_404(client):
    user = make_user()
    token = feeds.make_feed(user=user)
    assert read(client, token).status_code == 200
    for wrong in ("x", token[:-1], token + "x", token.swapcase()):
        assert read(client, wrong).status_code == 404
    User.objects.filter(pk=user.pk).update(state="left", left_on=timezone.localdate())
    assert read(client, token).status_code == 404


def test_only_the_digest_is_stored_and_no_cache_keeps_the_answer(client):
    user = make_user()
    token = feeds.make_feed(user=user)
    stored = CalendarFeed.objects.values().get()
    assert token not in str(stored) and len(stored["token_sha256"]) == 64
    assert not AuditEvent.objects.filter(changes__icontains=token).exists()
    assert "private" in read(client, token)["Cache-Control"]


def test_it_notes_when_it_was_read_but_not_every_time(client):
    user = make_user()
    token = feeds.make_feed(user=user)
    read(client, token)
    first = CalendarFeed.objects.get().read_at
    read(client, token)
    assert first and CalendarFeed.objects.get().read_at == first


def test_the_address_is_shown_once_and_a_new_one_ends_the_old(client):
    user = make_user()
    client.force_login(user)
    page = reverse("visits:feed_settings")
    first = client.post(page).content.decode()
    assert ".ics" in first and ".ics" not in client.get(page).content.decode()
    (token,) = re.findall(r"/calendar/([\w-]{43})\.ics", first)
    assert read(client, token).status_code == 200
    client.force_login(user)
    client.post(page)
    assert read(client, token).status_code == 404


def test_a_revoked_feed_is_gone(client):
    user = make_user()
    token = feeds.make_feed(user=user)
    client.force_login(user)
    assert client.get(reverse("visits:feed_revoke")).status_code == 405
    client.post(reverse("visits:feed_revoke"))
    client.force_login(user)
    assert "已经停用" in client.post(reverse("visits:feed_revoke"), follow=True).content.decode()
    assert read(client, token).status_code == 404
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"calendar_feed.made", "calendar_feed.revoked"} <= verbs
