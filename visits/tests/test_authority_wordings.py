"""X1 holds for every wording of a cut: not promised, not issued, printed or sent until decided."""

import pytest
from django.urls import reverse
from django.utils import timezone

from visits import print_reports
from visits.actions import promises, replying
from visits.actions.errors import VisitError
from visits.models import LetterReply, PrintJob, ThankYouLetter
from visits.tests.authority_cases import (
    approve,
    ask,
    limited_customer,
    open_duties,
    person,
    print_reply,
    print_thanks,
    replied,
    thanked,
)
from visits.tests.letter_factories import send

pytestmark = pytest.mark.django_db

WORDINGS = [
    "月租由10000元降至8000元", "月租费从1万元调整为8千元", "每月只收8000元（原价10000元）",
    "免费使用三个月", "送三个月专线使用", "买一年送半年", "首月0元", "费用打个八五", "按八五价执行",
    "每年少付2万", "一次性返还三个月费用", "15 % off", "九折再九折", "让利一成五", "优惠幅度15",
]  # fmt: skip
UNREAD = ["今后每月8000元", "月租便宜一点", "安装费不用付", "以后一律按15%"]


@pytest.fixture
def customer():
    return limited_customer()


def promised(customer, content, **fields):
    return promises.make_promise(
        customer=customer, content=content, due_on=timezone.localdate(), owner=customer.manager,
        by=customer.manager, **{"source": "call"} | fields,
    )  # fmt: skip


def reply_saying(customer, words):
    return replied(customer, body=f"贵单位来函收悉。\n我公司同意{words}。\n特此函复。")


def letter_saying(customer, words):
    return thanked(customer, body=f"您好！\n感谢您的接待。\n我公司同意{words}。")


def send_thanks(client, letter):
    client.force_login(letter.visit.owner)
    data = {"channel": "paper", "recipient": "王主任",
            "sent_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")}  # fmt: skip
    client.post(reverse("visits:thank_you_send", args=[letter.visit_id]), data)
    return ThankYouLetter.objects.get(pk=letter.pk).state


@pytest.mark.parametrize("words", WORDINGS)
def test_it_is_not_promised(customer, words):
    promise = promised(customer, f"续约时{words}")
    assert (promise.state, promise.within_authority) == ("blocked", False)
    assert not open_duties().exists()


@pytest.mark.parametrize("words", [*WORDINGS, *UNREAD])
def test_no_reply_is_issued_or_printed_with_it(client, customer, words):
    reply = reply_saying(customer, words)
    with pytest.raises(VisitError):
        replying.issue_reply(reply=reply, by=customer.manager)
    assert print_reply(client, reply).status_code == 302


@pytest.mark.parametrize("words", [*WORDINGS, *UNREAD])
def test_no_reply_is_sent_with_it(customer, words):
    reply = replied(customer, body="贵单位来函收悉。\n特此函复。")
    replying.issue_reply(reply=reply, by=customer.manager)
    LetterReply.objects.update(body=f"我公司同意{words}。")
    reply.refresh_from_db()
    with pytest.raises(VisitError):
        send(reply)


@pytest.mark.parametrize("words", [*WORDINGS, *UNREAD])
def test_no_thank_you_letter_is_printed_or_sent_with_it(client, customer, words):
    letter = letter_saying(customer, words)
    assert print_thanks(client, letter).status_code == 302
    left = print_reports.sheet_of(PrintJob.Kind.THANKS, letter.pk, customer.manager)
    assert isinstance(left, print_reports.LeftOut)
    assert send_thanks(client, letter) == "drafted"


@pytest.mark.parametrize("words", UNREAD)
def test_the_head_lets_an_unmeasured_wording_out(client, customer, words):
    reply = reply_saying(customer, words)
    assert replying.approval_need(reply).is_needed
    replying.submit_reply(reply=reply, by=customer.manager)
    replying.decide_reply(reply=reply, is_approved=True, note="", by=person("head_ent"))
    assert print_reply(client, reply).status_code == 200
    send(replying.issue_reply(reply=reply, by=customer.manager))
    assert LetterReply.objects.get().state == "sent"


@pytest.mark.parametrize("words", UNREAD)
def test_a_thank_you_letter_says_it_in_the_words_that_were_approved(client, customer, words):
    letter = letter_saying(customer, words)
    request = ask(customer, origin=letter, discount=None, proposal=f"我公司同意{words}")
    assert print_thanks(client, letter).status_code == 302
    approve(request)
    assert print_thanks(client, letter).status_code == 200
    assert send_thanks(client, letter) == "sent"


def test_a_promise_of_unmeasured_words_opens_no_thank_you_letter(client, customer):
    letter = letter_saying(customer, "月租便宜一点")
    promised(customer, "月租便宜一点", visit=letter.visit, source="visit")
    assert print_thanks(client, letter).status_code == 302
    assert send_thanks(client, letter) == "drafted"


@pytest.mark.parametrize(
    "words",
    [
        "带宽由100M调整为200M",
        "由10人增加到8人",
        "免费上门检测",
        "11月20日前致电0575-85123456",
    ],
)
def test_harmless_words_leave_on_the_managers_word(client, customer, words):
    send(replying.issue_reply(reply=reply_saying(customer, words), by=customer.manager))
    assert promised(customer, words).state == "open"
    assert send_thanks(client, letter_saying(customer, f"{words}，投资800万元的项目")) == "sent"
