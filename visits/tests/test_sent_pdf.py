"""What was sent never changes: the sheet is kept at sending and served from then on (§4.6)."""

from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import StoredFile
from reminders.models import DutyKind, Obligation
from staff.models import Branch, Department, User
from visits.tests.letter_factories import make_issued, make_thank_you_draft

pytestmark = pytest.mark.django_db


def sending(**fields):
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    return {"channel": "paper", "recipient": "王建华", "sent_at": now, **fields}


def content_of(client, name, pk):
    answer = client.get(reverse(f"visits:{name}", args=[pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def change_everything():
    User.objects.update(name="换了人", phone="13900000000", title="另一职务")
    Department.objects.update(name="改名后的部门")
    Branch.objects.update(
        letter_name="中国电信股份有限公司杭州分公司", phone="0571-1", address="杭州"
    )


@pytest.fixture
def letter(client):
    letter = make_thank_you_draft()
    client.force_login(letter.visit.owner)
    return letter


@pytest.fixture
def reply(client):
    reply = make_issued()
    client.force_login(reply.letter.owner)
    return reply


def test_a_sent_thank_you_letter_keeps_its_sheet(client, letter):
    client.post(reverse("visits:thank_you_send", args=[letter.visit_id]), sending())
    before = content_of(client, "thank_you_pdf", letter.visit_id)
    change_everything()
    letter.refresh_from_db()
    duty = Obligation.objects.of(DutyKind.THANK_YOU_LETTER, letter).get()
    digest = sha256(before).hexdigest()
    assert content_of(client, "thank_you_pdf", letter.visit_id) == before
    assert letter.sent_pdf.sha256 == digest == duty.evidence["pdf_sha256"]


def test_a_sent_reply_keeps_its_sheet(client, reply):
    client.post(reverse("visits:reply_send", args=[reply.pk]), sending())
    before = content_of(client, "reply_pdf", reply.pk)
    owner = User.objects.create(username="later", name="后来的人", branch=reply.letter.owner.branch)
    type(reply.letter).objects.filter(pk=reply.letter_id).update(owner=owner)
    change_everything()
    reply.refresh_from_db()
    assert content_of(client, "reply_pdf", reply.pk) == before
    assert reply.sent_pdf.sha256 == sha256(before).hexdigest()


def test_before_it_is_sent_the_sheet_follows_the_facts(client, reply):
    before = content_of(client, "reply_pdf", reply.pk)
    change_everything()
    assert content_of(client, "reply_pdf", reply.pk) != before
    assert StoredFile.objects.count() == 0


def test_a_refused_sending_keeps_no_sheet(client, letter, reply):
    client.force_login(letter.visit.owner)
    bad = sending(sent_at="2020-01-01T10:00:00")
    client.post(reverse("visits:thank_you_send", args=[letter.visit_id]), bad)
    client.force_login(reply.letter.owner)
    client.post(reverse("visits:reply_send", args=[reply.pk]), bad)
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("name", ["thank_you", "reply"])
def test_what_was_typed_stands_there_again_when_sending_is_refused(client, letter, reply, name):
    row, pk = (reply, reply.pk) if name == "reply" else (letter, letter.visit_id)
    client.force_login(reply.letter.owner if name == "reply" else letter.visit.owner)
    url = reverse(f"visits:{name}_send", args=[pk])
    assert (
        "李四代收" in client.post(url, sending(recipient="李四代收", channel="x")).content.decode()
    )
    type(row).objects.filter(pk=row.pk).update(
        state="sent",
        channel="fax",
        recipient="王",
        sent_at=timezone.now(),
        sent_by=reply.written_by,
    )
    stale = client.post(url, sending(recipient="李四代收"))
    assert stale.status_code == 422
    assert "李四代收" in stale.content.decode()
