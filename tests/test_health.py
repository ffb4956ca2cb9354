"""What whoever watches the service gets to know, and that a stopped sweep is seen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import WorkCalendarYear
from reminders.models import SweepRun

READY = reverse("crm:readyz")


@pytest.fixture
def swept(db):
    return SweepRun.objects.create(started_at=timezone.now(), finished_at=timezone.now(), host="a")


def test_healthz_asks_no_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get(reverse("crm:healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_product_that_sweeps_is_ready(client, swept):
    answer = client.get(READY)
    assert answer.status_code == 200
    assert answer.json()["sweep"] == "ok"
    assert answer.json()["pending_migrations"] == 0
    assert answer.json()["calendar"]["this_year"] is True


def test_a_sweep_that_never_ran_is_not_ready(client, db):
    answer = client.get(READY)
    assert (answer.status_code, answer.json()["sweep"]) == (503, "never")


def test_a_sweep_that_stopped_ten_minutes_ago_is_not_ready(client, swept):
    SweepRun.objects.update(finished_at=timezone.now() - timedelta(minutes=10))
    answer = client.get(READY)
    assert (answer.status_code, answer.json()["sweep"]) == (503, "stopped")
    assert 600 <= answer.json()["sweep_age_seconds"] < 660


def test_a_sweep_that_hangs_does_not_count_as_finished(client, db):
    SweepRun.objects.create(started_at=timezone.now(), host="a")
    assert client.get(READY).json()["sweep"] == "never"


def test_a_year_without_calendar_is_not_ready(client, swept):
    WorkCalendarYear.objects.all().delete()
    answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["calendar"] == {
        "this_year": False,
        "next_year": False,
        "next_year_is_due": timezone.localdate().month >= 12,
    }


def test_it_says_nothing_of_secrets(client, swept, settings):
    assert settings.SECRET_KEY not in client.get(READY).content.decode()
