"""X1: who may approve what is beyond a limit, and how far an approval reaches."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from visits.actions import authority, replying
from visits.actions.errors import VisitError
from visits.models import Escalation, LetterReply
from visits.tests.authority_cases import (
    WORDS,
    approve,
    ask,
    limited_customer,
    person,
    print_reply,
    replied,
    thanked,
)
from visits.tests.letter_factories import make_inbound

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return limited_customer()


# --- who may approve ------------------------------------------------------------------------------
@pytest.mark.parametrize("username", ["head_ent", "director"])
def test_nobody_above_prints_what_nobody_decided(client, customer, username):
    assert print_reply(client, replied(customer), by=person(username)).status_code == 302
    letter = thanked(customer, body="您好！\n我公司打八五折。")
    client.force_login(person(username))
    page = client.get(reverse("visits:thank_you_pdf", args=[letter.visit_id]))
    assert page.status_code == 302


def test_the_head_approves_no_title_beyond_the_own_limit(customer):
    reply = replying.draft_reply(
        letter=make_inbound(customer=customer), kind="final", title="关于同意\n二十%折扣的复函",
        addressee=customer.name, body="贵单位来函收悉。\n特此函复。", by=customer.manager,
    )  # fmt: skip
    replying.submit_reply(reply=reply, by=customer.manager)
    with pytest.raises(VisitError, match="超出权限"):
        replying.decide_reply(reply=reply, is_approved=True, note="", by=person("head_ent"))


def test_the_head_approves_up_to_the_own_limit_and_the_director_above(customer):
    for discount, head_may in (("15%折扣", True), ("20%折扣", False)):
        reply = replied(customer, body=f"贵单位来函收悉。\n我公司给予{discount}。\n特此函复。")
        replying.submit_reply(reply=reply, by=customer.manager)
        if head_may:
            replying.decide_reply(reply=reply, is_approved=True, note="", by=person("head_ent"))
        else:
            with pytest.raises(VisitError, match="超出权限"):
                replying.decide_reply(reply=reply, is_approved=True, note="", by=person("head_ent"))
            replying.decide_reply(reply=reply, is_approved=True, note="", by=person("director"))
        replying.issue_reply(reply=reply, by=customer.manager)
        assert LetterReply.objects.get(pk=reply.pk).state == "issued"


# --- how far an approval reaches ------------------------------------------------------------------
def may_send(customer, text, about=None):
    return not authority.refusal(
        authority.check_text, by=customer.manager, customer=customer, text=text, about=about
    )


def test_an_approval_covers_its_figure_and_its_topic_only(customer):
    approve(ask(customer, discount=12))
    assert may_send(customer, "给予12%折扣")
    assert not may_send(customer, "给予15%折扣")
    assert not may_send(customer, "赔偿3万元")
    assert not may_send(customer, "给予12%折扣，赔偿3万元")
    other = make_customer(manager=customer.manager)
    assert not may_send(other, "给予12%折扣")


def test_conditions_lower_what_is_granted(customer):
    approve(ask(customer), outcome="approved_with_conditions", conditions="折扣不超过10%")
    assert may_send(customer, "给予10%折扣") and not may_send(customer, "给予15%折扣")


def test_an_approval_ends(customer):
    request = ask(customer)
    approve(request, expires_on=timezone.localdate())
    assert may_send(customer, WORDS)
    yesterday = timezone.localdate() - timedelta(days=1)
    Escalation.objects.filter(pk=request.pk).update(expires_on=yesterday)
    assert not may_send(customer, WORDS)
    long_ago = timezone.now() - timedelta(days=91)
    Escalation.objects.filter(pk=request.pk).update(expires_on=None, decided_at=long_ago)
    assert not may_send(customer, WORDS)


def test_a_declined_figure_may_be_named_in_the_refusal_only(customer):
    request = ask(customer)
    said_no = "贵方所提15%折扣，我公司无法满足，敬请谅解。"
    assert not may_send(customer, said_no)
    approve(request, outcome="rejected", alternative="可延长免费巡检")
    assert may_send(customer, said_no) and not may_send(customer, "我公司给予15%折扣。")
