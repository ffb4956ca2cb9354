"""Visits, letters and promises tell the customer's timeline, now and when it is filled later."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Contact, TimelineEntry, ViewQuality
from visits.actions import correspondence, promises, recording
from visits.models import VisitRecord
from visits.tests.test_visit_record import held, send

pytestmark = pytest.mark.django_db


def told(source):
    return TimelineEntry.objects.get(source__startswith=source)


def test_a_recorded_visit_is_one_entry_at_its_end_with_what_was_agreed(client):
    visit = held()
    send(client, visit)
    entry = told("visit:")
    visit.refresh_from_db()
    assert (entry.customer, entry.at, entry.kind) == (visit.customer, visit.ended_at, "visit")
    assert "月底前送方案" in entry.detail
    assert entry.path == visit.get_absolute_url()


def test_the_people_met_were_last_contacted_then(client):
    visit = held()
    send(client, visit)
    met = Contact.objects.get(pk=visit.contacts.first().pk)
    visit.refresh_from_db()
    assert met.last_contact_at == visit.ended_at


def test_a_letter_and_a_promise_are_told():
    visit = held()
    letter = correspondence.register_letter(
        customer=visit.customer, subject="带宽", received_at=timezone.now(), by=visit.owner,
        received_channel="paper", category="inquiry",
    )  # fmt: skip
    asked = {"customer": visit.customer, "owner": visit.owner, "by": visit.owner, "visit": visit}
    due_on = timezone.localdate() + timedelta(days=3)
    promise = promises.make_promise(content="送组网图", due_on=due_on, **asked)
    promises.fulfil_promise(promise=promise, evidence="已送达", at=timezone.now(), by=visit.owner)
    assert told(f"letter:{letter.pk}").title == "收到来函《带宽》"
    assert told(f"promise:{promise.pk}").kind == "commitment"
    assert told(f"promise-kept:{promise.pk}").detail == "已送达"


def test_a_refused_record_tells_nothing(client):
    visit = held()
    send(client, visit, customer_opinions="")
    assert not TimelineEntry.objects.exists()


def test_the_backfill_can_be_repeated(client):
    visit = held()
    send(client, visit)
    due_on = timezone.localdate() + timedelta(days=3)
    promises.make_promise(
        customer=visit.customer, owner=visit.owner, by=visit.owner, visit=visit,
        content="送方案", due_on=due_on,
    )  # fmt: skip
    before = set(TimelineEntry.objects.values_list("source", "title", "detail", "at"))
    TimelineEntry.objects.all().delete()
    call_command("backfill_timeline", verbosity=0)
    call_command("backfill_timeline", verbosity=0)
    after = set(TimelineEntry.objects.values_list("source", "title", "detail", "at"))
    assert {row for row in before if row[0]} <= after
    assert TimelineEntry.objects.count() == len(after)
    assert ViewQuality.objects.filter(customer=visit.customer).exists()


def test_closing_keeps_the_one_entry(client):
    visit = held(is_formal=False)
    send(client, visit)
    VisitRecord.objects.filter(visit=visit).update(state="accepted")
    visit.refresh_from_db()
    recording.close_visit(visit=visit, by=visit.owner)
    assert "已办结" in told("visit:").detail
