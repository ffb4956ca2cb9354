"""A visit is closed once only, and only when nothing is missing any more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from visits.actions import thanks
from visits.models import ThankYouLetter
from visits.tests.factories import make_record, make_visit

pytestmark = pytest.mark.django_db


def recorded(**fields):
    visit = make_visit(state="recorded", **fields)
    make_record(visit, state="accepted")
    return visit


def close(client, visit, **headers):
    client.force_login(visit.owner)
    return client.post(reverse("visits:visit_close", args=[visit.pk]), headers=headers)


def with_letter(state):
    visit = recorded()
    letter = thanks.open_letter(visit=visit, by=visit.owner)
    fields = {
        "sent": {"sent_at": timezone.now(), "sent_by": visit.owner, "channel": "hand",
                 "recipient": "王主任"},
        "waived": {"waived_by": visit.owner, "waived_reason": "客户谢绝"},
    }  # fmt: skip
    ThankYouLetter.objects.filter(pk=letter.pk).update(state=state, **fields.get(state, {}))
    return visit


@pytest.mark.parametrize("state", ["sent", "waived"])
def test_it_closes_when_the_letter_is_done(client, state):
    visit = with_letter(state)
    response = close(client, visit)
    assert response.status_code == 302
    visit.refresh_from_db()
    assert visit.state == "closed"


def test_a_visit_that_owes_no_letter_closes(client):
    visit = recorded(mode="phone")
    close(client, visit)
    visit.refresh_from_db()
    assert visit.state == "closed"


@pytest.mark.parametrize("state", ["pending", "drafted"])
def test_an_open_letter_keeps_it_open_and_is_named(client, state):
    visit = with_letter(state)
    response = close(client, visit, hx_request="true")
    assert response.status_code == 422
    assert "感谢函还没有送出" in response.content.decode()
    visit.refresh_from_db()
    assert visit.state == "recorded"


def test_a_lost_letter_keeps_it_open_too(client):
    visit = recorded()
    assert "感谢函还没有开始办理" in close(client, visit, hx_request="true").content.decode()


def test_htmx_gets_only_the_body(client):
    visit = recorded(mode="phone")
    page = close(client, visit, hx_request="true").content.decode()
    assert page.lstrip().startswith(f'<div id="visit-{visit.pk}">') and "<html" not in page


def test_closing_twice_is_refused_and_audited_once(client):
    visit = recorded(mode="phone")
    close(client, visit)
    assert "状态已变更" in close(client, visit, hx_request="true").content.decode()
    assert AuditEvent.objects.filter(verb="visit.close").count() == 1
