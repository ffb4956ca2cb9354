"""Replies until they are issued: pattern texts, approval, number (R15, R16, §B.6, D16)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_absence, make_user
from visits.actions import replying
from visits.actions.errors import VisitError
from visits.models import LetterReply
from visits.rules import day_text
from visits.tests.letter_factories import (
    BODY,
    make_inbound,
    make_issued,
    make_reply,
    seen,
    send,
)

pytestmark = pytest.mark.django_db
REASON = "需要省公司核实传输资源"
APPROVE = {"decision": "approve"}


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
    ("code", "text", "kind"),
    [
        ("reply-standard", "经研究，现函复如下", "final"),
        ("not-launched", "一经开办，我公司将立即告知", "final"),
        ("out-of-policy", "深表歉意", "final"),
        ("interim-progress", "作出正式书面答复", "interim"),
    ],
)
def test_each_situation_has_its_pattern_text(client, letter, code, text, kind):
    response = client.get(url("reply_draft", letter), {"template": code})
    page = response.content.decode()
    assert "2026年11月20日《关于专线扩容的函》（绍数函〔2026〕12号）收悉。" in page
    assert text in page
    assert response.context["form"]["kind"].value() == kind


def test_a_draft_is_saved_and_changed_in_place(client, letter):
    client.post(url("reply_draft", letter), typed())
    again = typed(title="关于扩容的复函", **seen(LetterReply.objects.get()))
    client.post(url("reply_draft", letter), again)

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
    fields = typed(kind="interim", promised_on=promised_on, interim_reason=REASON)
    response = client.post(url("reply_draft", letter), fields)
    assert "正式答复的日期" in response.content.decode()
    assert LetterReply.objects.count() == 0


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "初步答复必须写明暂不能正式答复的原因"),
        (" 。 ", "请至少写 4 个字"),
        ("忙。", "请至少写 4 个字"),
        ("很长" * 101, "请写在 200 个字以内"),
    ],
)
def test_an_interim_reply_says_why_the_full_one_takes_longer(client, letter, reason, message):
    fields = typed(kind="interim", promised_on=in_days(3), interim_reason=reason)
    response = client.post(url("reply_draft", letter), fields)
    assert response.status_code == 422 and message in response.content.decode()
    assert BODY.splitlines()[0] in response.content.decode() and not LetterReply.objects.exists()


def test_the_reason_stands_on_the_page_and_in_the_trail(client, letter):
    fields = typed(kind="interim", promised_on=in_days(3), interim_reason=f"{REASON}。")
    client.post(url("reply_draft", letter), fields)
    reply = LetterReply.objects.get()
    assert reply.interim_reason == REASON
    assert AuditEvent.objects.get(verb="reply.drafted").reason == REASON
    page = client.get(url("letter_detail", letter)).content.decode()
    assert f"<strong>暂不能正式答复的原因：</strong>{REASON}。" in page
    assert f"{day_text(in_days(3))}前正式答复" in page


def test_who_approves_and_who_reads_it_later_see_the_reason(client, letter):
    reply = make_reply(letter, kind="interim", promised_on=in_days(3), interim_reason=REASON)
    for state in ("pending_approval", "draft"):
        LetterReply.objects.update(state=state)
        page = client.get(url("letter_detail", letter)).content.decode()
        assert f"<strong>暂不能正式答复的原因：</strong>{REASON}" in page
    reply.refresh_from_db()
    send(replying.issue_reply(reply=reply, by=letter.owner))
    page = client.get(url("letter_detail", letter)).content.decode()
    assert f"<dt>暂不能正式答复的原因</dt><dd>{REASON}</dd>" in page


def test_a_final_reply_puts_nothing_off(client, letter):
    reply = make_reply(letter, kind="interim", promised_on=in_days(3), interim_reason=REASON)
    client.post(url("reply_draft", letter), typed(interim_reason=REASON, **seen(reply)))
    reply = LetterReply.objects.get()
    assert (reply.kind, reply.promised_on, reply.interim_reason) == ("final", None, "")


def test_neither_the_action_nor_the_database_takes_one_without_a_reason(letter):
    with pytest.raises(VisitError, match="原因"):
        make_reply(letter, kind="interim", promised_on=in_days(3), interim_reason="")
    reply = make_reply(letter, kind="interim", promised_on=in_days(3))
    with pytest.raises(IntegrityError, match="visits_reply_interim_has_reason"):
        LetterReply.objects.filter(pk=reply.pk).update(interim_reason="")


def test_the_pattern_text_says_the_reason_or_leaves_it_open(client, letter):
    fields = typed(kind="interim", interim_reason=REASON, template="interim-progress")
    body = client.post(url("reply_draft", letter), fields).context["form"]["body"].value()
    assert f"来函所提事项因{REASON}，暂时不能正式答复" in body
    body = client.get(url("reply_draft", letter), {"template": "interim-progress"})
    assert "〔待填：暂不能正式答复的原因〕" in body.context["form"]["body"].value()


def test_the_holding_reply_proposes_its_reason(client, letter):
    form = client.get(url("reply_draft", letter), {"template": "holding-authority"}).context["form"]
    assert form["interim_reason"].value() == "超出了经办人员的权限，需要向上级报告"


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
    client.post(url("reply_decide", reply), APPROVE | seen(reply))
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
    fields = {"decision": "return", "note": "写明依据", **seen(submitted)}
    client.post(url("reply_decide", submitted), fields)

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
    response = client.post(url("reply_decide", submitted), APPROVE | seen(submitted))
    assert response.status_code == 403


def test_the_author_never_approves_even_as_delegate_of_the_head(client, letter, submitted, head):
    today = timezone.localdate()
    make_absence(head, letter.owner, today, today)
    client.force_login(type(letter.owner).objects.get(pk=letter.owner_id))
    response = client.post(url("reply_decide", submitted), APPROVE | seen(submitted))
    submitted.refresh_from_db()
    assert "拟稿人不能审核自己的复函" in response.content.decode()
    assert submitted.state == "pending_approval"


def test_a_delegate_of_the_head_approves_for_others(client, submitted, head):
    colleague, today = make_user(department=head.department), timezone.localdate()
    make_absence(head, colleague, today, today)
    client.force_login(colleague)
    client.post(url("reply_decide", submitted), APPROVE | seen(submitted))
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
    client.post(url("reply_draft", letter), typed(body=BODY + "\n价格减半。", **seen(submitted)))
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


def test_the_decision_is_scoped_too(client, submitted, head):
    client.force_login(head)
    assert client.get(url("reply_decide", submitted)).status_code == 405
    elsewhere = submitted.letter.customer.department
    other = type(elsewhere).objects.create(
        branch=elsewhere.branch, code="ZZ", name="别的部门", path="/ZZ/"
    )
    client.force_login(make_user("dept_head", department=other))
    assert client.post(url("reply_decide", submitted)).status_code == 404


def test_what_stands_in_the_fields_fills_the_open_places_of_the_pattern(client, letter):
    page = client.get(url("reply_draft", letter), {"template": "interim-progress"})
    body = page.context["form"]["body"].value()
    assert "〔待填：" in body
    day = in_days(3)
    fields = typed(kind="interim", promised_on=day, interim_reason=REASON, body=body)
    client.post(url("reply_draft", letter), fields)
    reply = LetterReply.objects.get()
    assert "〔待填：" not in reply.body
    assert REASON in reply.body and day_text(day) in reply.body


def test_the_name_of_an_open_place_is_no_reason_for_approval(letter):
    reply = make_reply(letter, body="来函收悉。\n我公司将于〔待填：承诺正式答复的日期〕前办理。")
    assert not replying.approval_need(reply).is_needed
