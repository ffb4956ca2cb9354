"""An issued reply that must not leave the house is voided; its number stays recorded (§4.6)."""

import io
import re
from datetime import timedelta

import pdfplumber
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits.actions import replying
from visits.actions.errors import VisitError
from visits.models import LetterNumber, LetterReply
from visits.tests.letter_factories import make_inbound, make_issued, make_reply, send

pytestmark = pytest.mark.django_db

REASON = {"reason": "主送单位写错了，应为绍兴市大数据局"}


def url(name, row):
    return reverse(f"visits:{name}", args=[row.pk])


def void(client, reply, **fields):
    return client.post(url("reply_void", reply), REASON | fields)


@pytest.fixture
def reply(client):
    reply = make_issued(make_inbound())
    client.force_login(reply.letter.owner)
    return reply


def test_voiding_keeps_the_number_and_lets_the_duty_run_on(client, reply):
    assert void(client, reply).status_code == 302

    reply.refresh_from_db()
    reply.letter.refresh_from_db()
    event = AuditEvent.objects.about(reply).get(verb="reply.voided")
    duty = Obligation.objects.of(DutyKind.LETTER_REPLY, reply.letter).get()
    assert (reply.state, reply.letter.state, duty.state) == ("void", "drafting", "open")
    assert (reply.number.serial, reply.void_reason) == (1, REASON["reason"])
    assert reply.voided_by == reply.letter.owner
    assert (event.reason, event.changes["number"]) == (REASON["reason"], str(reply.number))


def test_a_new_reply_takes_the_next_number_and_ends_the_duty(client, reply):
    void(client, reply)
    again = make_issued(reply.letter, addressee="绍兴市大数据局")
    send(again)
    duty = Obligation.objects.of(DutyKind.LETTER_REPLY, reply.letter).get()
    assert (again.pk != reply.pk, again.number.serial, duty.state) == (True, 2, "done")
    given = LetterNumber.objects.filter(series="out").values_list("serial", flat=True)
    assert list(given) == [1, 2]


def test_the_new_draft_starts_from_the_voided_text(client, reply):
    void(client, reply)
    page = client.get(url("reply_draft", reply.letter))
    assert page.context["form"].initial["body"] == reply.body
    assert page.context["reply"] is None


def test_after_an_interim_reply_the_final_one_can_be_voided_too(client):
    letter = make_inbound()
    day = timezone.localdate() + timedelta(days=3)
    send(make_issued(letter, kind="interim", promised_on=day))
    client.force_login(letter.owner)
    void(client, final := make_issued(letter))
    send(make_issued(letter))
    final.refresh_from_db()
    letter.refresh_from_db()
    assert (final.state, letter.state) == ("void", "replied")


@pytest.mark.parametrize("reason", ["", "   ", "错", "很长" * 151])
def test_without_a_proper_reason_nothing_is_voided_and_the_text_is_kept(client, reply, reason):
    response = void(client, reply, reason=reason)
    reply.refresh_from_db()
    assert (response.status_code, reply.state) == (422, "issued")
    assert reason.strip() in response.content.decode()
    if reason == "错":
        assert "至少 4 个字" in response.content.decode()


def test_the_database_wants_the_reason_too(reply):
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterReply.objects.filter(pk=reply.pk).update(state="void")


def test_a_second_click_voids_nothing_more_and_keeps_what_was_typed(client, reply):
    void(client, reply)
    response = void(client, reply, reason="另外一个理由")
    reply.refresh_from_db()
    page = response.content.decode()
    assert (response.status_code, reply.void_reason) == (422, REASON["reason"])
    assert "状态已变更" in page
    assert "另外一个理由" in page
    assert AuditEvent.objects.filter(verb="reply.voided").count() == 1


def test_a_sent_reply_is_not_voided_and_a_voided_one_not_sent(client, reply):
    stale = LetterReply.objects.select_related("letter__customer", "number").get(pk=reply.pk)
    void(client, reply)
    with pytest.raises(VisitError):
        send(stale)
    sent = make_issued(reply.letter)
    send(sent)
    assert void(client, sent).status_code == 422
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.mark.parametrize("state", ["draft", "pending_approval", "approved", "returned"])
def test_only_an_issued_reply_is_voided(client, state):
    reply = make_reply()
    LetterReply.objects.filter(pk=reply.pk).update(state=state)
    client.force_login(reply.letter.owner)
    assert void(client, reply).status_code == 422
    reply.refresh_from_db()
    assert (reply.state, reply.void_reason) == (state, "")


def test_a_page_opened_before_the_issue_sends_nothing(reply):
    before = LetterReply.objects.select_related("letter__customer").get(pk=reply.pk)
    before.state, before.number = "approved", None
    with pytest.raises(VisitError):
        send(before)


def test_scope_role_and_method(client, reply):
    assert client.get(url("reply_void", reply)).status_code == 405
    client.force_login(make_user())
    assert void(client, reply).status_code == 404
    client.force_login(make_user("auditor"))
    assert void(client, reply).status_code == 403
    head = make_user("dept_head", department=reply.letter.customer.department)
    client.force_login(head)
    assert void(client, reply).status_code == 302


def test_the_page_tells_the_story_of_the_voided_number(client, reply):
    assert "作废重拟" in client.get(url("letter_detail", reply.letter)).content.decode()
    void(client, reply)
    page = client.get(url("letter_detail", reply.letter))
    text = page.content.decode()
    assert str(reply.number) in text
    assert "已作废" in text
    assert [item.what for item in page.context["timeline"]][-1] == "作废复函"
    assert page.context["can"]["draft"]


def test_no_two_fields_of_the_page_share_an_id(client, reply):
    ids = re.findall(
        r' id="([^"]+)"', client.get(url("letter_detail", reply.letter)).content.decode()
    )
    assert len(ids) == len(set(ids))


def printed(client, reply):
    answer = client.get(url("reply_pdf", reply))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [page.extract_text() for page in pdf.pages]


def test_every_page_of_the_voided_pdf_says_so(client):
    reply = make_issued(make_inbound(), body="我公司将逐项办理。\n" * 40)
    client.force_login(reply.letter.owner)
    assert not any("作" in page and "废" in page for page in printed(client, reply))
    replying.void_reply(reply=reply, by=reply.letter.owner, **REASON)
    pages = printed(client, reply)
    assert len(pages) > 1
    assert all("作" in page and "废" in page for page in pages)
