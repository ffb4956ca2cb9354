"""After acceptance a record only grows by addenda, with author and time (R11)."""

import pytest
from django.urls import reverse

from accounts.models import TimelineEntry
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.models import RecordAddendum
from visits.tests.joint_factories import engineer_of, joint_visit

pytestmark = pytest.mark.django_db


def post(client, visit, by, text="客户来电更正：搬迁改在四月"):
    client.force_login(by)
    return client.post(reverse("visits:record_addendum", args=[visit.pk]), {"text": text})


def test_owner_attendee_and_head_add_and_the_page_shows_who_and_when(client):
    visit = joint_visit()
    head = make_user("dept_head", department=visit.customer.department)
    for number, person in enumerate((visit.owner, engineer_of(visit), head)):
        assert post(client, visit, person, f"补充 {number}").status_code == 302
    client.force_login(visit.owner)
    page = client.get(visit.get_absolute_url()).content.decode()
    assert all(f"补充 {n}" in page for n in range(3)) and engineer_of(visit).name in page
    assert AuditEvent.objects.filter(verb="addendum.added").count() == 3


def test_it_is_told_to_the_timeline(client):
    visit = joint_visit()
    post(client, visit, visit.owner)
    entry = TimelineEntry.objects.get(source__startswith="addendum:")
    assert (entry.customer, entry.actor) == (visit.customer, visit.owner)
    assert "四月" in entry.detail


def test_also_on_a_closed_visit(client):
    visit = joint_visit(state="closed")
    assert post(client, visit, visit.owner).status_code == 302


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_before_acceptance_it_is_refused_and_the_text_is_kept(client, state):
    visit = joint_visit(record=state)
    response = post(client, visit, visit.owner)
    assert response.status_code == 422 and "还没有采纳" in response.content.decode()
    assert not RecordAddendum.objects.exists()


def test_an_empty_one_is_told_at_the_field(client):
    visit = joint_visit()
    assert "请写下要补充的内容" in post(client, visit, visit.owner, " ").content.decode()


def test_who_did_not_come_gets_403_a_stranger_404(client):
    visit = joint_visit()
    visit.participants.update(has_attended=False)
    assert post(client, visit, engineer_of(visit)).status_code == 403
    assert post(client, visit, make_user()).status_code == 404
    client.force_login(visit.owner)
    assert client.get(reverse("visits:record_addendum", args=[visit.pk])).status_code == 405
