"""Check-in with a place: only of whoever turned it on, coarse, for 90 days (§2.9)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from staff.tests.factories import make_department, make_user
from visits.actions import places
from visits.models import Visit, VisitLocation
from visits.tasks import forget_places
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db
HERE = {"latitude": "30.0012345", "longitude": "120.5809876"}


def booked(*, shares, **fields):
    owner = make_user(name="甲经理")
    type(owner).objects.filter(pk=owner.pk).update(shares_location=shares)
    start = timezone.now() + timedelta(minutes=9)
    return make_visit(owner=owner, state="booked", scheduled_start=start, **fields)


def tap(client, visit, **data):
    client.force_login(visit.owner)
    return client.post(reverse("visits:visit_arrive", args=[visit.pk]), data)


def test_the_point_is_kept_to_three_decimals_even_when_the_device_sends_more(client):
    visit = booked(shares=True)
    tap(client, visit, **HERE)
    place = VisitLocation.objects.get(visit=visit)
    assert (place.latitude, place.longitude) == (Decimal("30.001"), Decimal("120.581"))
    assert place.taken_at == Visit.objects.get(pk=visit.pk).arrived_at


def test_nothing_is_kept_of_whoever_did_not_turn_it_on(client):
    visit = booked(shares=False)
    tap(client, visit, **HERE)
    assert Visit.objects.get(pk=visit.pk).arrived_at
    assert not VisitLocation.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"latitude": "", "longitude": ""},
        {"latitude": "NaN", "longitude": "x"},
        {"latitude": "91", "longitude": "120"},
        {"latitude": "30.001"},
    ],
)
def test_without_a_usable_place_one_arrives_all_the_same(client, sent):
    visit = booked(shares=True)
    tap(client, visit, **sent)
    assert Visit.objects.get(pk=visit.pk).arrived_at
    assert not VisitLocation.objects.exists()


def test_a_refused_arrival_leaves_no_place(client):
    visit = booked(shares=True, arrived_at=timezone.now())
    tap(client, visit, **HERE)
    assert not VisitLocation.objects.exists()


def test_the_page_asks_for_the_place_only_of_whoever_turned_it_on(client):
    for shares in (True, False):
        visit = booked(shares=shares)
        client.force_login(visit.owner)
        page = client.get(visit.get_absolute_url()).content.decode()
        assert ("checkin" in page) is shares
        assert ('data-place="latitude"' in page) is shares


def arrived():
    department = make_department()
    owner = make_user(department=department)
    visit = make_visit(owner=owner, state="booked", arrived_at=timezone.now())
    VisitLocation.objects.create(
        visit=visit, latitude="30.001", longitude="120.581", taken_at=timezone.now()
    )
    return visit, department


def sees(client, user, visit):
    client.force_login(user)
    return "30.001" in client.get(visit.get_absolute_url()).content.decode()


def test_the_owner_and_the_head_see_the_place_and_nobody_else_does(client):
    visit, department = arrived()
    head = make_user("dept_head", department=department)
    engineer = make_user("solution_engineer", department=department)
    make_participant(visit, engineer)
    director = make_user("branch_director", branch=department.branch)
    assert sees(client, visit.owner, visit)
    assert sees(client, head, visit)
    assert not sees(client, engineer, visit)
    assert not sees(client, director, visit)


def make_place(taken_at):
    visit = make_visit(state="booked")
    return VisitLocation.objects.create(
        visit=visit, latitude="30.001", longitude="120.581", taken_at=taken_at
    )


def test_a_place_goes_when_it_is_ninety_days_old_to_the_second():
    now = timezone.now()
    old = make_place(now - timedelta(days=90))
    young = make_place(now - timedelta(days=90) + timedelta(seconds=1))
    assert places.forget_places(now=now) == 1
    assert list(VisitLocation.objects.all()) == [young]
    assert places.forget_places(now=now) == 0
    events = AuditEvent.objects.filter(verb="visit.place_forgotten")
    assert [event.target_id for event in events] == [str(old.visit_id)]
    assert "30.001" not in str(events[0].changes)


def test_more_than_one_batch_goes_in_one_night(monkeypatch):
    monkeypatch.setattr(places, "BATCH", 2)
    for _ in range(5):
        make_place(timezone.now() - timedelta(days=91))
    forget_places()
    forget_places()
    assert not VisitLocation.objects.exists()


def test_the_consent_is_given_and_taken_back_in_the_profile_with_a_trace(client):
    user = make_user()
    client.force_login(user)
    url = reverse("staff:profile")
    assert "90 天后自动删除" in client.get(url).content.decode()
    base = {"phone": user.phone, "email": user.email, "theme": "auto"}
    for sent, shares in (({"shares_location": "on"}, True), ({}, False)):
        client.post(url, base | sent)
        user.refresh_from_db()
        assert user.shares_location is shares
    kept = AuditEvent.objects.filter(verb="user.edited", target_id=str(user.pk))
    assert [list(e.changes) for e in kept] == [["shares_location"]] * 2
