"""A page that is read is of one moment; what is sent is judged by the moment it is asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_one_moment_holds_until_it_is_over():
    with clock.one_moment():
        first = clock.now()
        assert clock.now() is first
    later = clock.now()
    assert later > first and clock.now() > later


def test_a_moment_within_a_moment_is_its_own():
    with clock.one_moment():
        first = clock.now()
        with clock.one_moment():
            assert clock.now() > first
        assert clock.now() is first


def test_a_page_asks_for_the_clock_once_and_not_for_the_branch(client):
    head = make_user("dept_head")
    client.force_login(head)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(reverse("crm:today"))
    said = [query["sql"] for query in asked]
    assert sum("clock_timestamp" in sql for sql in said) == (connection.vendor == "postgresql")
    assert not any('FROM "staff_branch"' in sql for sql in said)


def test_what_is_sent_is_of_no_held_moment(client, monkeypatch):
    held = []
    real = clock.one_moment
    monkeypatch.setattr(clock, "one_moment", lambda: held.append(1) or real())
    client.force_login(make_user())
    client.post(reverse("core:draft_save"), {"key": "x", "payload": "{}"})
    assert not held
    client.get(reverse("crm:today"))
    assert held == [1]
