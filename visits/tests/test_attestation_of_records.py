"""Whoever submits a record answers for its truth (R25)."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from staff.actions.attesting import DECLARATION
from staff.models import Attestation
from visits.models import VisitRecord
from visits.tests.test_quick_log import send as send_quick
from visits.tests.test_visit_record import held, send

pytestmark = pytest.mark.django_db


def test_the_tick_is_kept_with_version_time_and_address(client):
    visit = held()
    send(client, visit)
    row = Attestation.objects.get()
    assert (row.user, row.revision, row.text, row.address) == (
        visit.owner, 1, DECLARATION, "127.0.0.1",
    )  # fmt: skip
    assert row.target_id == VisitRecord.objects.get().pk
    assert AuditEvent.objects.filter(verb="attestation.given").count() == 1


def test_without_the_tick_nothing_is_submitted(client):
    visit = held()
    page = send(client, visit, declares_truth="").content.decode()
    assert "请确认对所填内容负责" in page
    assert not VisitRecord.objects.exists() and not Attestation.objects.exists()


def test_a_quick_log_says_so_at_its_button_and_keeps_it(client):
    contact = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    page = client.get(reverse("visits:quick_log")).content.decode()
    assert DECLARATION in page and 'name="declares_truth"' not in page
    send_quick(client, contact)
    row = Attestation.objects.get()
    assert (row.user, row.address) == (contact.customer.manager, "127.0.0.1")
