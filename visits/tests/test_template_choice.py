"""A pattern text chosen in the editor fills it and loses nothing (R14–R16)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from visits.actions.errors import VisitError
from visits.models import LetterReply, LetterTemplate
from visits.tests.factories import make_commitment
from visits.tests.letter_factories import (
    BODY,
    make_inbound,
    make_issued,
    make_reply,
    make_thank_you,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(client):
    letter = make_inbound()
    client.force_login(letter.owner)
    return letter


def editor(letter):
    return reverse("visits:reply_draft", args=[letter.pk])


def test_the_button_puts_the_pattern_in_and_keeps_everything_else(client, letter):
    typed = {"kind": "final", "title": "我的标题", "addressee": "某局", "body": "打了一半的正文"}
    answer = client.post(editor(letter), typed | {"template": "not-launched"})
    form, shown = answer.context["form"], answer.content.decode()
    assert answer.status_code == 200
    assert "一经开办，我公司将立即告知" in form["body"].value()
    assert form["title"].value() == "我的标题"
    assert "打了一半的正文" in shown
    assert not LetterReply.objects.exists()


def test_without_script_the_address_chooses_and_the_saved_text_stays_below(client, letter):
    make_reply(letter)
    answer = client.get(editor(letter), {"template": "out-of-policy"})
    assert "深表歉意" in answer.context["form"]["body"].value()
    assert answer.context["replaced"] == BODY


def test_alternatives_and_policy_come_with_the_address(client, letter):
    query = {"template": "not-launched", "alternatives": "千兆聚合专线"}
    body = client.get(editor(letter), query).context["form"]["body"].value()
    assert "千兆聚合专线" in body
    query = {"template": "out-of-policy"}
    body = client.get(editor(letter), query).context["form"]["body"].value()
    assert "〔待填：依据的规定或协议〕" in body


def test_an_open_place_keeps_the_reply_in_the_house(letter):
    with pytest.raises(VisitError, match="还没有填写"):
        make_issued(letter, body="来函收悉。\n按照〔待填：依据的规定或协议〕，暂缓办理。")


def test_a_holding_reply_is_an_interim_one_with_its_day(client, letter):
    day = timezone.localdate() + timedelta(days=3)
    typed = {"kind": "final", "title": "标题", "addressee": "某局", "body": "旧"}
    typed |= {"promised_on": day.isoformat(), "template": "holding-authority"}
    form = client.post(editor(letter), typed).context["form"]
    assert form["kind"].value() == "interim"
    assert f"{day.month}月{day.day}日前作出正式书面答复" in form["body"].value()


def test_a_pattern_out_of_use_or_unknown_is_not_chosen(client, letter):
    LetterTemplate.objects.filter(code="not-launched").update(is_active=False)
    for code in ("not-launched", "nothing", "thanks-visit"):
        assert client.get(editor(letter), {"template": code}).context["template"] is None


def test_only_promises_that_were_made_are_merged(client):
    letter = make_thank_you()
    make_commitment(visit=letter.visit, content="已作出的承诺")
    make_commitment(visit=letter.visit, content="blocked的承诺", state="blocked")
    made = make_commitment(visit=letter.visit, content="withdrawn的承诺")
    type(made).objects.filter(pk=made.pk).update(state="withdrawn", ended_reason="客户取消")
    client.force_login(letter.visit.owner)
    url = reverse("visits:thank_you", args=[letter.visit_id])
    body = client.get(url, {"template": "thanks-visit"}).context["form"]["body"].value()
    assert "已作出的承诺" in body
    assert "blocked的承诺" not in body
    assert "withdrawn的承诺" not in body
