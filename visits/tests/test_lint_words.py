"""Words that an administrator watches keep letters in the house, or are pointed out (R35)."""

import pytest
from django.urls import reverse

from visits.actions import thanks
from visits.actions.errors import VisitError
from visits.models import LintWord
from visits.tests.letter_factories import (
    make_inbound,
    make_issued,
    make_reply,
    make_thank_you_draft,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("word", ["不知道", "不能办", "内部价", "不得使用其他", "信号差"])
def test_a_forbidden_word_stops_a_reply(word):
    with pytest.raises(VisitError, match="第 2 段"):
        make_issued(make_inbound(), body=f"来函收悉。\n这件事{word}。")


def test_a_doubtful_word_is_shown_at_its_paragraph_and_stops_nothing(client):
    reply = make_reply(body="来函收悉。\n我公司将尽快办理。")
    client.force_login(reply.letter.owner)
    shown = client.get(reply.letter.get_absolute_url()).content.decode()
    assert "请写明日期" in shown
    assert "第 2 段" in shown
    client.post(reverse("visits:reply_issue", args=[reply.pk]))
    reply.refresh_from_db()
    send(reply)


def test_a_word_out_of_use_is_not_looked_for():
    LintWord.objects.filter(word="不知道").update(is_active=False)
    make_issued(make_inbound(), body="来函收悉。\n这件事不知道。")


def test_a_forbidden_word_stops_a_thank_you_letter():
    letter = make_thank_you_draft()
    type(letter).objects.filter(pk=letter.pk).update(body="您好！\n别家信号差。")
    letter.refresh_from_db()
    with pytest.raises(VisitError, match="不评论同行"):
        thanks.send_letter(
            letter=letter, channel="paper", recipient="王", by=letter.visit.owner,
            sent_at=letter.visit.ended_at,
        )  # fmt: skip
