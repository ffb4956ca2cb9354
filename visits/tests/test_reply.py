"""Replies from draft to sent: approval, number, evidence (R13–R16, §B.6, D16)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Parameter
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_absence, make_user
from visits.actions import replying
from visits.actions.errors import VisitError
from visits.models import Commitment, LetterReply
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


@pytest.fixture
def head(letter):
    return make_user("dept_head", department=letter.customer.department)


# --- draft ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("situation", "text", "kind"),
    [
        ("standard", "经研究，现函复如下", "final"),
        ("not_launched", "一经开办，我公司将立即告知", "final"),
        ("out_of_policy", "深表歉意", "final"),
        ("holding", "作出正式书面答复", "interim"),
    ],
)
def test_each_situation_has_its_pattern_text(client, letter, situation, text, kind):
    response = client.get(url("reply_draft", letter), {"situation": situation})
    page = response.content.decode()
    assert "2026年11月20日《关于专线扩容的函》（绍数函〔2026〕12号）收悉。" in page
    assert text in page
    assert response.context["form"]["kind"].value() == kind


def test_a_draft_is_saved_and_changed_in_place(client, letter):
    client.post(url("reply_draft", letter), typed())
    client.post(url("reply_draft", letter), typed(title="关于扩容的复函"))

    reply = LetterReply.objects.get()
    letter.refresh_from_db()
    assert (reply.title, reply.addressee) == ("关于扩容的复函", "绍兴市大数据局")
    assert (reply.state, letter.state) == ("draft", "drafting")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "请填写这一项"),
        ("title", "长" * 61, "60"),
        ("addressee", "", "请填写这一项"),
        ("body", "", "请填写这一项"),
        ("body", "长" * 8001, "8000"),
        ("kind", "phone", "phone"),
        ("promised_on", "2026-02-30", "请按「年-月-日」填写"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(client, letter, field, value, message):
    response = client.post(url("reply_draft", letter), typed(**{field: value}))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert LetterReply.objects.count() == 0


@pytest.mark.parametrize("promised_on", ["", "2026-01-05"])
def test_an_interim_reply_needs_a_day_to_come(client, letter, promised_on):
    fields = typed(kind="interim", promised_on=promised_on)
    response = client.post(url("reply_draft", letter), fields)
    assert "正式答复的日期" in response.content.decode()
    assert LetterReply.objects.count() == 0


def test_an_issued_reply_is_not_changed_any_more(client, letter):
    reply = make_issued(letter)
    response = client.post(url("reply_draft", letter), typed(body="改过的正文"))
    assert "状态已变更" in response.content.decode()
    reply.refresh_from_db()
    assert reply.body == BODY


# --- approval ---------------------------------------------------------------------------------
def test_a_plain_answer_is_issued_by_the_manager_alone(client, letter):
    reply = make_reply(letter)
    client.post(url("reply_issue", reply))
    reply.refresh_from_db()
    assert reply.state == "issued"
    assert str(reply.number) == f"绍电政函〔{timezone.localdate().year}〕1号"


@pytest.mark.parametrize("fields", [{"body": BODY + "\n给予折扣。"}, {"title": "关于资费的复函"}])
def test_an_answer_about_price_waits_for_the_head(client, letter, fields):
    reply = make_reply(letter, **fields)
    response = client.post(url("reply_issue", reply), follow=True)
    assert "需要先审核通过" in response.content.decode()
    reply.refresh_from_db()
    assert (reply.state, reply.number) == ("draft", None)


def test_the_head_approves_and_the_manager_issues(client, head):
    letter = make_inbound(category="complaint", customer=_customer_of(head))
    reply = make_reply(letter)
    client.force_login(letter.owner)
    client.post(url("reply_submit", reply))
    client.force_login(head)
    client.post(url("reply_decide", reply), {"decision": "approve"})
    client.force_login(letter.owner)
    client.post(url("reply_issue", reply))

    reply.refresh_from_db()
    assert (reply.state, reply.approved_by) == ("issued", head)


def _customer_of(head):
    return make_inbound(manager=make_user(department=head.department)).customer


@pytest.fixture
def submitted(letter):
    reply = make_reply(letter, body=BODY + "\n价格不变。")
    replying.submit_reply(reply=reply, by=letter.owner)
    return reply


def test_a_returned_reply_shows_what_to_change(client, letter, submitted, head):
    client.force_login(head)
    client.post(url("reply_decide", submitted), {"decision": "return", "note": "写明依据"})

    client.force_login(letter.owner)
    page = client.get(url("letter_detail", letter)).content.decode()
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert "写明依据" in page


@pytest.mark.parametrize(
    "fields", [{"decision": "return", "note": ""}, {"decision": ""}, {"decision": "maybe"}]
)
def test_a_decision_must_be_clear(client, submitted, head, fields):
    client.force_login(head)
    response = client.post(url("reply_decide", submitted), fields)
    submitted.refresh_from_db()
    assert (response.status_code, submitted.state) == (422, "pending_approval")


def test_a_manager_may_not_decide(client, submitted):
    response = client.post(url("reply_decide", submitted), {"decision": "approve"})
    assert response.status_code == 403


def test_the_author_never_approves_even_as_delegate_of_the_head(client, letter, submitted, head):
    today = timezone.localdate()
    make_absence(head, letter.owner, today, today)
    client.force_login(type(letter.owner).objects.get(pk=letter.owner_id))
    response = client.post(url("reply_decide", submitted), {"decision": "approve"})
    submitted.refresh_from_db()
    assert "拟稿人不能审核自己的复函" in response.content.decode()
    assert submitted.state == "pending_approval"


def test_a_delegate_of_the_head_approves_for_others(client, submitted, head):
    colleague, today = make_user(department=head.department), timezone.localdate()
    make_absence(head, colleague, today, today)
    client.force_login(colleague)
    client.post(url("reply_decide", submitted), {"decision": "approve"})
    submitted.refresh_from_db()
    assert (submitted.state, submitted.approved_by) == ("approved", colleague)


def test_the_reply_of_a_head_goes_to_the_director(letter, head):
    reply = make_reply(letter, by=head, body=BODY + "\n价格不变。")
    replying.submit_reply(reply=reply, by=head)
    other_head = make_user("dept_head", department=head.department)
    with pytest.raises(VisitError, match="分公司主任"):
        replying.decide_reply(reply=reply, is_approved=True, note="", by=other_head)
    director = make_user("branch_director", branch=head.branch)
    replying.decide_reply(reply=reply, is_approved=True, note="", by=director)
    assert reply.state == "approved"


def test_a_change_after_approval_needs_it_again(client, letter, submitted, head):
    replying.decide_reply(reply=submitted, is_approved=True, note="", by=head)
    client.post(url("reply_draft", letter), typed(body=BODY + "\n价格减半。"))
    client.post(url("reply_issue", submitted))
    submitted.refresh_from_db()
    assert (submitted.state, submitted.approved_by, submitted.number) == ("draft", None, None)


def test_open_places_of_the_pattern_keep_it_in_the_house(client, letter):
    reply = make_reply(letter, body="来函收悉。\n一、【办理措施】。")
    for name in ("reply_submit", "reply_issue"):
        page = client.post(url(name, reply), follow=True).content.decode()
        assert "这里还没有填写" in page
    reply.refresh_from_db()
    assert reply.state == "draft"


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


def test_the_decision_is_scoped_too(client, submitted, head):
    client.force_login(head)
    assert client.get(url("reply_decide", submitted)).status_code == 405
    elsewhere = submitted.letter.customer.department
    other = type(elsewhere).objects.create(
        branch=elsewhere.branch, code="ZZ", name="别的部门", path="/ZZ/"
    )
    client.force_login(make_user("dept_head", department=other))
    assert client.post(url("reply_decide", submitted)).status_code == 404


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
