"""A reply leaves the house: only that ends the duty of the letter (R13, D5, E.5)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Parameter
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits.actions import replying
from visits.actions.errors import VisitError
from visits.models import Commitment, LetterReply
from visits.rules import day_text
from visits.tests.letter_factories import (
    BODY,
    make_inbound,
    make_issued,
    make_reply,
    pdf_file,
    send,
    shanghai,
)

pytestmark = pytest.mark.django_db


def url(name, row):
    return reverse(f"visits:{name}", args=[row.pk])


def duty_of(letter):
    return Obligation.objects.of(DutyKind.LETTER_REPLY, letter).get()


def typed(**fields):
    return {
        "kind": "final",
        "title": "关于专线扩容的复函",
        "addressee": "绍兴市大数据局：",
        "body": BODY,
        **fields,
    }


@pytest.fixture
def letter(client):
    letter = make_inbound(letter_on=date(2026, 11, 20), customer_ref="绍数函〔2026〕12号")
    client.force_login(letter.owner)
    return letter


# --- send -------------------------------------------------------------------------------------
def sending(**fields):
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    return {"channel": "paper", "recipient": "王建华", "sent_at": now, **fields}


def test_only_the_sent_reply_ends_the_duty(client, letter):
    reply = make_issued(letter)
    assert duty_of(letter).state == "open"

    client.post(url("reply_send", reply), sending(proof=pdf_file("回执.pdf")))

    reply.refresh_from_db()
    letter.refresh_from_db()
    duty = duty_of(letter)
    assert (reply.state, letter.state, duty.state) == ("sent", "replied", "done")
    assert duty.evidence["number"] == str(reply.number)
    assert duty.evidence["proof_sha256"] == reply.proof.sha256
    assert client.get(url("reply_proof", reply)).status_code == 200


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"channel": "phone"}, "请选择一种书面的送出方式"),
        ({"sent_at": "2099-01-01T10:00:00"}, "送出时间不能晚于现在"),
        ({"sent_at": "2020-01-01T10:00:00"}, "送出时间不能早于收到来函的时间"),
        ({"recipient": ""}, "请填写这一项"),
        ({"proof": pdf_file("回执.pdf", b"MZ" + b"\x00" * 100)}, "文件内容与扩展名不符"),
    ],
)
def test_a_bad_sending_is_named_and_the_duty_stays_open(client, letter, fields, message):
    reply = make_issued(letter)
    response = client.post(url("reply_send", reply), sending(**fields))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert duty_of(letter).state == "open"


@pytest.mark.parametrize("name", ["reply_submit", "reply_issue", "reply_send"])
def test_scope_role_and_method_of_the_verbs(client, letter, name):
    reply = make_reply(letter)
    assert client.get(url(name, reply)).status_code == 405
    client.force_login(make_user("auditor"))
    assert client.post(url(name, reply)).status_code == 403
    client.force_login(make_user())
    assert client.post(url(name, reply)).status_code == 404


def test_a_reply_that_was_not_issued_cannot_be_sent(client, letter):
    reply = make_reply(letter)
    response = client.post(url("reply_send", reply), sending())
    assert "状态已变更" in response.content.decode()
    assert duty_of(letter).state == "open"


def test_a_sent_reply_never_changes(client, letter):
    reply = make_issued(letter)
    client.post(url("reply_send", reply), sending())
    client.post(url("reply_send", reply), sending(recipient="别人"))
    client.post(url("reply_draft", letter), typed(body="改过的正文"))
    reply.refresh_from_db()
    assert (reply.recipient, reply.body) == ("王建华", BODY)
    assert LetterReply.objects.count() == 1


# --- interim ----------------------------------------------------------------------------------
def make_interim(letter):
    promised_on = timezone.localdate() + timedelta(days=3)
    return make_issued(letter, kind="interim", promised_on=promised_on)


def test_an_interim_reply_names_the_day_in_its_text(letter):
    day = timezone.localdate() + timedelta(days=3)
    reply = make_reply(letter, kind="interim", promised_on=day, body="贵单位来函收悉。\n特此函复。")
    with pytest.raises(VisitError, match=f"{day.month}月{day.day}日"):
        replying.issue_reply(reply=reply, by=letter.owner)


def test_an_interim_reply_whose_day_is_past_is_neither_issued_nor_sent(letter):
    reply = make_interim(letter)
    yesterday = timezone.localdate() - timedelta(days=1)
    body = f"{reply.body}\n改为{day_text(yesterday)}。"
    LetterReply.objects.update(promised_on=yesterday, body=body)
    reply.refresh_from_db()
    with pytest.raises(VisitError, match="已过"):
        send(reply)
    LetterReply.objects.update(state="draft", number=None, issued_on=None)
    reply.refresh_from_db()
    with pytest.raises(VisitError, match="已过"):
        replying.issue_reply(reply=reply, by=letter.owner)


def test_an_interim_reply_ends_the_duty_and_promises_the_final_one(letter):
    reply = make_interim(letter)
    send(reply)
    letter.refresh_from_db()
    promise = Commitment.objects.get()
    assert (letter.state, duty_of(letter).state) == ("interim_replied", "done")
    assert (promise.letter, promise.due_on) == (letter, reply.promised_on)
    assert Obligation.objects.of(DutyKind.COMMITMENT, promise).get().state == "open"


def test_the_final_reply_keeps_that_promise(letter):
    send(make_interim(letter))
    send(make_issued(letter))
    promise = Commitment.objects.get()
    assert promise.state == "fulfilled"
    assert Obligation.objects.of(DutyKind.COMMITMENT, promise).get().state == "done"


def test_by_the_other_setting_an_interim_reply_is_not_enough(letter):
    Parameter.objects.filter(key="interim_reply_counts").update(value="false")
    send(make_interim(letter))
    assert duty_of(letter).state == "open"
    assert Commitment.objects.count() == 0


# --- E.5 --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "received_at", "sent_at", "state"),
    [
        ("LT4", (2026, 9, 30, 15, 0), (2026, 10, 10, 9, 0), "done_late"),
        ("LT5", (2026, 9, 17, 10, 0), (2026, 9, 20, 10, 0), "done"),
        ("second", (2026, 11, 20, 17, 20), (2026, 11, 24, 18, 0, 0), "done"),
        ("late", (2026, 11, 20, 17, 20), (2026, 11, 24, 18, 0, 1), "done_late"),
    ],
)
def test_answers_of_the_examples_are_judged_by_the_moment_they_left(
    name, received_at, sent_at, state
):
    letter = make_inbound(received_at=shanghai(*received_at))
    reply = make_reply(letter)
    sent_at = shanghai(*sent_at)
    replying.issue_reply(reply=reply, by=letter.owner, on=sent_at.date())
    send(reply, sent_at)
    assert duty_of(letter).state == state, name


def test_an_interim_reply_without_its_reason_in_the_text_stays_in_the_house(letter):
    day = timezone.localdate() + timedelta(days=3)
    body = f"贵单位来函收悉。\n我公司将于{day_text(day)}前正式答复。"
    reply = make_reply(letter, kind="interim", promised_on=day, body=body)
    with pytest.raises(VisitError, match="没有写暂不能正式答复的原因"):
        replying.issue_reply(reply=reply, by=letter.owner)
