"""The opening list is ticked by single taps while the visit goes on (R5, D46)."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def tap(client, visit, user=None, name="has_introduced", done="1", **headers):
    client.force_login(user or visit.owner)
    url = reverse("visits:visit_check", args=[visit.pk])
    return client.post(url, {"name": name, "done": done}, headers=headers)


def test_a_tap_ticks_and_another_takes_it_back(client):
    visit = make_visit(state="in_progress")
    answer = tap(client, visit, **HTMX)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith(f'<div id="visit-{visit.pk}">')
    visit.refresh_from_db()
    assert (visit.has_introduced, visit.has_stated_purpose) == (True, False)
    tap(client, visit, done="0")
    visit.refresh_from_db()
    assert not visit.has_introduced
    assert AuditEvent.objects.filter(verb="visit.opening_ticked").count() == 2


def test_the_same_tap_twice_leaves_it_ticked(client):
    visit = make_visit(state="in_progress")
    tap(client, visit)
    tap(client, visit)
    visit.refresh_from_db()
    assert visit.has_introduced


def test_without_script_the_tap_leads_back_to_the_visit(client):
    visit = make_visit(state="in_progress")
    assert tap(client, visit).url == visit.get_absolute_url()


@pytest.mark.parametrize("state", ["planned", "recorded", "cancelled"])
def test_outside_the_visit_nothing_is_ticked(client, state):
    visit = make_visit(state=state)
    assert tap(client, visit, **HTMX).status_code == 422
    visit.refresh_from_db()
    assert not visit.has_introduced


@pytest.mark.parametrize("name", ["state", "owner_id", ""])
def test_only_the_points_of_the_list_can_be_ticked(client, name):
    visit = make_visit(state="in_progress")
    assert "没有这一项" in tap(client, visit, name=name, **HTMX).content.decode()


def test_another_manager_gets_404_and_who_only_takes_part_403(client):
    visit = make_visit(state="in_progress")
    engineer = make_user("solution_engineer")
    make_participant(visit, engineer)
    assert tap(client, visit, user=make_user()).status_code == 404
    assert tap(client, visit, user=engineer).status_code == 403


def test_it_is_changed_by_post_only(client):
    visit = make_visit(state="in_progress")
    client.force_login(visit.owner)
    assert client.get(reverse("visits:visit_check", args=[visit.pk])).status_code == 405


def test_a_visit_without_a_single_tick_can_end_and_be_recorded(client):
    visit = make_visit(state="in_progress")
    client.force_login(visit.owner)
    page = client.get(visit.get_absolute_url()).content.decode()
    assert 'aria-pressed="false"' in page and 'aria-pressed="true"' not in page
    page = client.get(reverse("visits:visit_hold", args=[visit.pk]))
    assert page.status_code == 200
