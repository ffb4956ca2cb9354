"""X1: no letter, invitation or reply that promises too much is printed or sent until decided."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Contact
from visits import letter_reports, print_reports
from visits.actions import authority, escalating, invitation_mail, invitations, promises, replying
from visits.actions.errors import VisitError
from visits.models import Commitment, PrintJob, ThankYouLetter, Visit, VisitInvitation
from visits.rules import day_text
from visits.tests.authority_cases import (
    TEXT,
    WORDS,
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
from visits.tests.factories import make_visit
from visits.tests.letter_factories import make_inbound

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return limited_customer()


# --- thank-you letters ----------------------------------------------------------------------------
def send_thanks(client, letter):
    client.force_login(letter.visit.owner)
    data = {"channel": "paper", "recipient": "王主任",
            "sent_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")}  # fmt: skip
    return client.post(reverse("visits:thank_you_send", args=[letter.visit_id]), data)


def test_a_thank_you_letter_is_neither_printed_nor_sent(client, customer):
    letter = thanked(customer, body=TEXT.replace("15%折扣", "八五折"))
    assert print_thanks(client, letter).status_code == 302
    assert send_thanks(client, letter).status_code == 422
    left = print_reports.sheet_of(PrintJob.Kind.THANKS, letter.pk, customer.manager)
    assert isinstance(left, print_reports.LeftOut)
    letter.refresh_from_db()
    assert letter.state == "drafted" and letter.sent_pdf is None

    approve(ask(customer, origin=letter))

    assert print_thanks(client, letter).status_code == 200
    send_thanks(client, letter)
    assert ThankYouLetter.objects.get(pk=letter.pk).state == "sent"


def promised(letter, content):
    return promises.make_promise(
        customer=letter.visit.customer, content=content, due_on=timezone.localdate(),
        visit=letter.visit, owner=letter.visit.owner, by=letter.visit.owner,
    )  # fmt: skip


def test_a_discount_that_was_promised_rightly_stands_in_the_letter(client, customer):
    letter = thanked(customer)
    promised(letter, "续约时给予8%折扣")
    body = letter_reports.proposed_thanks(letter).body
    assert "8%折扣" in body
    ThankYouLetter.objects.update(body=body)
    assert print_thanks(client, letter).status_code == 200
    send_thanks(client, letter)
    assert ThankYouLetter.objects.get().state == "sent"


@pytest.mark.parametrize("more", ["，另有优惠", "，给予15%折扣"])
def test_nothing_more_than_was_promised(client, customer, more):
    letter = thanked(customer)
    promised(letter, "续约时给予8%折扣")
    ThankYouLetter.objects.update(body=f"您好！\n续约时给予8%折扣{more}。")
    send_thanks(client, letter)
    assert ThankYouLetter.objects.get().state == "drafted"


def test_an_approved_discount_stands_in_the_letter(client, customer):
    letter = thanked(customer)
    send_thanks(client, letter)
    assert ThankYouLetter.objects.get().state == "drafted"
    approve(ask(customer, origin=letter))
    left = print_reports.sheet_of(PrintJob.Kind.THANKS, letter.pk, customer.manager)
    assert isinstance(left, print_reports.Sheet)
    send_thanks(client, letter)
    assert ThankYouLetter.objects.get().state == "sent"


def test_a_salutation_promises_nothing_either(client, customer):
    letter = thanked(customer, "您好！\n感谢您的接待。", "尊敬的王主任，我公司打八五折")
    assert print_thanks(client, letter).status_code == 302
    page = send_thanks(client, letter)
    assert page.status_code == 422 and "超出权限" in page.content.decode()
    left = print_reports.sheet_of(PrintJob.Kind.THANKS, letter.pk, customer.manager)
    assert isinstance(left, print_reports.LeftOut)


def test_a_salutation_names_no_price(client, customer):
    letter = thanked(customer, "您好！\n感谢您的接待。", "尊敬的王主任（另有优惠）")
    assert send_thanks(client, letter).status_code == 422
    left = print_reports.sheet_of(PrintJob.Kind.THANKS, letter.pk, customer.manager)
    assert isinstance(left, print_reports.LeftOut) and "称呼" in left.reason


@pytest.mark.parametrize("about", ["letter", "visit"])
def test_an_open_request_locks_even_a_harmless_letter(client, customer, about):
    letter = thanked(customer, body="您好！\n感谢您的接待。")
    request = ask(customer, origin=letter if about == "letter" else letter.visit)
    assert print_thanks(client, letter).status_code == 302
    assert send_thanks(client, letter).status_code == 422
    escalating.withdraw(escalation=request, by=customer.manager, reason="不需要了")
    assert print_thanks(client, letter).status_code == 200


# --- invitations ----------------------------------------------------------------------------------
def invited(customer, location="市政务中心302室"):
    contact = customer.contacts.first()
    Contact.objects.filter(pk=contact.pk).update(email="wang@example.com")
    visit = make_visit(customer=customer, state="booked", location=location)
    invitations.invite(visit=visit, by=visit.owner)
    return visit


def test_no_invitation_carries_a_promise_in_its_place(customer):
    with pytest.raises(VisitError, match="超出权限"):
        invited(customer, location=f"302室，{WORDS}")
    assert not VisitInvitation.objects.exists()


def test_a_promise_put_into_the_place_later_is_not_mailed(customer, settings, mailoutbox):
    settings.EMAIL_HOST = "mail.example.com"
    visit = invited(customer)
    Visit.objects.filter(pk=visit.pk).update(location=f"302室，{WORDS}")
    assert invitation_mail.send_invitations(now=timezone.now()) == 0
    row = VisitInvitation.objects.get()
    assert (row.state, mailoutbox) == ("failed", []) and "超出权限" in row.error


# --- replies --------------------------------------------------------------------------------------
def issue_and_send(client, reply):
    client.force_login(reply.letter.owner)
    client.post(reverse("visits:reply_issue", args=[reply.pk]))
    data = {"channel": "paper", "recipient": "王主任",
            "sent_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")}  # fmt: skip
    client.post(reverse("visits:reply_send", args=[reply.pk]), data)
    reply.refresh_from_db()
    return reply.state


def test_a_reply_is_neither_issued_printed_nor_sent(client, customer):
    reply = replied(customer)
    assert issue_and_send(client, reply) == "draft" and reply.number is None
    assert print_reply(client, reply).status_code == 302
    request = ask(customer, origin=reply.letter)
    assert issue_and_send(client, reply) == "draft"
    approve(request)
    assert print_reply(client, reply).status_code == 200
    assert issue_and_send(client, reply) == "sent"


def test_the_addressee_of_a_reply_promises_nothing_either(client, customer):
    to = f"{customer.name}（{WORDS}）"
    reply = replied(customer, "贵单位来函收悉。\n特此函复。", addressee=to)
    assert issue_and_send(client, reply) == "draft" and reply.number is None
    assert print_reply(client, reply).status_code == 302
    replying.submit_reply(reply=reply, by=customer.manager)
    reply.addressee = reply.addressee.replace("15%", "二十%")
    with pytest.raises(VisitError, match="超出权限"):
        replying.decide_reply(reply=reply, is_approved=True, note="", by=person("head_ent"))


def test_an_issued_reply_is_stopped_by_a_later_request(client, customer):
    reply = replied(customer, body="贵单位来函收悉。\n特此函复。")
    replying.issue_reply(reply=reply, by=customer.manager)
    request = ask(customer, origin=reply)
    assert issue_and_send(client, reply) == "issued"
    assert print_reply(client, reply).status_code == 302
    left = print_reports.sheet_of(PrintJob.Kind.REPLY, reply.pk, customer.manager)
    assert isinstance(left, print_reports.LeftOut)
    escalating.decide(
        escalation=request, outcome="rejected", alternative="可以给八个点", by=person("head_ent")
    )
    assert issue_and_send(client, reply) == "sent"


def test_an_interim_reply_may_say_that_it_is_being_decided(client, customer):
    day = timezone.localdate() + timedelta(days=5)
    text = "贵单位来函收悉。\n所提事项需向领导汇报，"
    text += f"{day_text(day)}前正式答复。\n特此函复。"
    why = {"interim_reason": "需向领导汇报"}
    reply = replied(customer, body=text, kind="interim", promised_on=day, **why)
    ask(customer, origin=reply.letter)
    assert issue_and_send(client, reply) == "sent"
    assert open_duties().count() == 1  # the final answer


def test_an_interim_reply_does_not_promise_the_discount(client, customer):
    day = timezone.localdate() + timedelta(days=5)
    reply = replied(customer, kind="interim", promised_on=day)
    assert issue_and_send(client, reply) == "draft" and not Commitment.objects.exists()


def test_the_subject_of_the_letter_may_be_cited_and_nothing_more(client, customer):
    letter = make_inbound(customer=customer, subject="关于给予15%折扣的函")
    cited = "贵单位《关于给予15%折扣的函》收悉。\n一、我公司正在研究。\n特此函复。"
    reply = replying.draft_reply(
        letter=letter, kind="final", title="关于给予15%折扣的复函", addressee=customer.name,
        body=cited, by=customer.manager,
    )  # fmt: skip
    authority.check_reply(reply, by=customer.manager)
    reply.body = cited + "\n我公司同意给予15%折扣。"
    with pytest.raises(VisitError, match="超出权限"):
        authority.check_reply(reply, by=customer.manager)
