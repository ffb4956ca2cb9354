"""Change the plan of a visit that has not begun."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact
from visits.actions import plans
from visits.models import Visit
from visits.tests.factories import make_visit
from visits.tests.test_visit_plan import moment, plan

pytestmark = pytest.mark.django_db


def send(client, visit, **changes):
    client.force_login(visit.owner)
    contact = visit.contacts.first()
    data = plan(contact, seen=plans.mark_of(visit)) | changes
    return client.post(reverse("visits:visit_edit", args=[visit.pk]), data)


def test_purpose_people_and_key_points_change(client):
    visit = make_visit()
    second = make_contact(visit.customer, name="李敏")
    response = send(client, visit, contacts=second.pk, purpose="换一个目的，谈明年的续约")
    assert response.status_code == 302
    visit.refresh_from_db()
    assert visit.purpose.startswith("换一个目的") and visit.contacts.get() == second
    assert [p.content for p in visit.key_points.all()] == ["明年的预算"]


def test_the_time_of_a_planned_visit_stays(client):
    visit = make_visit()
    send(client, visit, scheduled_start=moment(timezone.now() + timedelta(days=9)), is_formal="")
    before = visit.scheduled_start
    visit.refresh_from_db()
    assert visit.scheduled_start == before and visit.is_formal


def test_a_draft_becomes_a_plan(client):
    visit = make_visit(state="draft", key_points=0)
    send(client, visit)
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_a_draft_may_stay_a_draft(client):
    visit = make_visit(state="draft")
    send(client, visit, verb="draft", key_content=["", ""], contacts=[])
    visit.refresh_from_db()
    assert visit.state == "draft" and not visit.key_points.exists()


def test_a_foreign_contact_is_refused(client):
    visit, foreign = make_visit(), make_contact(make_visit().customer, name="外人")
    page = send(client, visit, contacts=foreign.pk).content.decode()
    assert "不在您的范围内" in page and "外人" not in page
    assert Visit.objects.get(pk=visit.pk).contacts.get() != foreign


def test_a_visit_that_has_begun_is_no_longer_edited(client):
    visit = make_visit(state="in_progress")
    page = send(client, visit, purpose="换一个目的，谈明年的续约").content.decode()
    assert "现在是「进行中」，不能再修改计划" in page and "换一个目的，谈明年的续约" in page
    assert Visit.objects.get(pk=visit.pk).purpose == visit.purpose
