"""visits:reply_sign, reply_signed, thank_you_sign, thank_you_signed: the signed copy (§4.6)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.actions import correspondence, thanks
from visits.models import Visit
from visits.tests.letter_factories import make_issued, make_thank_you_draft, pdf_file, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(client):
    reply = make_issued()
    send(reply)
    client.force_login(reply.letter.owner)
    return reply


def url(name, pk):
    return reverse(f"visits:{name}", args=[pk])


def upload(client, reply, name="签章.pdf"):
    return client.post(url("reply_sign", reply.pk), {"scan": pdf_file(name)})


def test_the_scan_is_kept_served_and_replaced_with_its_history(client, reply):
    upload(client, reply)
    assert client.get(url("reply_signed", reply.pk)).status_code == 200
    upload(client, reply, "更清楚.pdf")
    reply.refresh_from_db()
    assert reply.signed_scan.name == "更清楚.pdf"
    old, new = (
        AuditEvent.objects.filter(verb="reply.scanned").order_by("pk")[1].changes["signed_scan"]
    )
    assert old.startswith("签章.pdf")
    assert new.startswith("更清楚.pdf")


def test_after_closing_it_is_not_replaced(client, reply):
    upload(client, reply)
    reply.letter.refresh_from_db()
    correspondence.close_letter(letter=reply.letter, by=reply.letter.owner)
    answer = upload(client, reply, "别的.pdf")
    assert answer.status_code == 422
    assert "不能再换" in answer.content.decode()
    reply.refresh_from_db()
    assert reply.signed_scan.name == "签章.pdf"


def test_a_letter_that_was_not_sent_has_no_signed_copy(client):
    reply = make_issued()
    client.force_login(reply.letter.owner)
    assert "登记送出以后" in upload(client, reply).content.decode()
    assert client.get(url("reply_signed", reply.pk)).status_code == 404


def test_a_bad_file_is_told_at_the_field(client, reply):
    bad = pdf_file("a.pdf", b"MZ" + b"\0" * 100)
    answer = client.post(url("reply_sign", reply.pk), {"scan": bad})
    assert answer.status_code == 422
    assert "文件内容与扩展名不符" in answer.content.decode()


def test_the_signed_thank_you_letter(client):
    letter = make_thank_you_draft()
    owner = letter.visit.owner
    thanks.send_letter(
        letter=letter, channel="paper", recipient="王", by=owner, sent_at=timezone.now()
    )
    client.force_login(owner)
    client.post(url("thank_you_sign", letter.visit_id), {"scan": pdf_file()})
    assert client.get(url("thank_you_signed", letter.visit_id)).status_code == 200
    Visit.objects.filter(pk=letter.visit_id).update(state="closed")
    again = client.post(url("thank_you_sign", letter.visit_id), {"scan": pdf_file()})
    assert again.status_code == 422


def test_scope_role_and_method(client, reply):
    assert client.get(url("reply_sign", reply.pk)).status_code == 405
    client.force_login(make_user("auditor"))
    assert upload(client, reply).status_code == 403
    client.force_login(make_user())
    assert upload(client, reply).status_code == 404
    assert client.get(url("reply_signed", reply.pk)).status_code == 404
