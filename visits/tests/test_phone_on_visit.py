"""The telephone number of whom one meets: hidden until asked for, never shown to a guest (A0)."""

import pytest
from django.urls import reverse

from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db
NUMBER = "13812345678"


def page_of(client, visit, user):
    client.force_login(user)
    return client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("state", "offered"), [("booked", True), ("recorded", False)])
def test_only_before_the_visit_it_is_one_tap_away(client, state, offered):
    visit = make_visit(state=state)
    visit.contacts.update(phone=NUMBER)
    page = page_of(client, visit, visit.owner)
    reveal = reverse("accounts:contact_reveal", args=[visit.contacts.get().pk])
    assert NUMBER not in page and (reveal in page) is offered


def test_who_only_comes_along_is_not_offered_it(client):
    visit = make_visit(state="booked")
    visit.contacts.update(phone=NUMBER)
    page = page_of(client, visit, make_participant(visit).user)
    assert NUMBER[:3] not in page and "/reveal/" not in page
