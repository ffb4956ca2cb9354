"""当日路线: own visits of a day by district, and who else could be seen on the way."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from core.rules import SHANGHAI
from staff.tests.factories import make_user
from visits.models import VisitSuggestion
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db
DAY = timezone.localdate() + timedelta(days=2)


def at(hour):
    return datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def manager(db):
    return make_user()


def customer_in(manager, region, **fields):
    customer = make_customer(manager=manager, region=region, **fields)
    make_contact(customer, name="王建华", phone="13857512345")
    return customer


def page(user, query=f"?day={DAY}"):
    client = Client()
    client.force_login(user)
    return client.get(f"/visits/route/{query}")


def test_visits_stand_by_time_grouped_by_district(manager):
    first, second = customer_in(manager, "柯桥区"), customer_in(manager, "越城区")
    again = customer_in(manager, "柯桥区")
    make_visit(customer=again, scheduled_start=at(15))
    make_visit(customer=second, scheduled_start=at(11))
    make_visit(customer=first, scheduled_start=at(9))
    make_visit(customer=first, scheduled_start=at(9) + timedelta(days=1))
    stops = page(manager).context["stops"]
    said = [(stop.region, [visit.customer for visit in stop.visits]) for stop in stops]
    assert said == [("柯桥区", [first, again]), ("越城区", [second])]


def test_calls_and_cancelled_visits_are_no_stops(manager):
    customer = customer_in(manager, "越城区")
    make_visit(customer=customer, scheduled_start=at(9), mode="phone")
    make_visit(customer=customer, scheduled_start=at(10), state="cancelled")
    assert page(manager).context["stops"] == []


def test_telephones_are_masked_in_the_source_too(manager):
    make_visit(customer=customer_in(manager, "越城区"), scheduled_start=at(9))
    html = page(manager).content.decode()
    assert "13857512345" not in html
    assert "138****2345" in html


def test_who_is_due_in_the_same_district_is_offered_with_one_tap(manager):
    make_visit(customer=customer_in(manager, "越城区"), scheduled_start=at(9))
    near, far = customer_in(manager, "越城区"), customer_in(manager, "新昌县")
    foreign = customer_in(make_user(), "越城区")
    for customer in (near, far, foreign):
        VisitSuggestion.objects.create(customer=customer, kind="on_site", due_on=DAY)
    response = page(manager)
    assert [row.customer for row in response.context["stops"][0].near] == [near]
    assert f"?customer={near.pk}&amp;mode=on_site" in response.content.decode()


def test_another_manager_sees_nothing_of_it(manager):
    customer = customer_in(manager, "越城区")
    make_visit(customer=customer, scheduled_start=at(9))
    assert customer.name not in page(make_user()).content.decode()


def test_a_wrong_day_shows_today(manager):
    for query in ("?day=x", "?day=0001-01-01", "?day=9999-12-31", ""):
        assert page(manager, query).context["day"] == timezone.localdate()


def test_a_role_that_makes_no_visits_gets_403(manager):
    assert page(make_user("auditor")).status_code == 403


def test_a_visit_that_one_goes_along_to_stands_there_too(manager):
    engineer = make_user("account_manager")
    visit = make_visit(customer=customer_in(manager, "柯桥区"), scheduled_start=at(9))
    make_participant(visit, engineer)
    assert [stop.visits for stop in page(engineer).context["stops"]] == [[visit]]
    assert page(make_user()).context["stops"] == []
