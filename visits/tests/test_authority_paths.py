"""X1: 15 % against a limit of 8 % cannot be promised, sent or printed by any path until decided."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Contact
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from reminders.models import DutyKind, Obligation
from staff.models import User
from staff.tests.factories import make_department, make_user
from visits import letter_reports, print_reports
from visits.actions import (
    addenda,
    authority,
    escalating,
    invitation_mail,
    invitations,
    promises,
    replying,
    thanks,
)
from visits.actions.errors import VisitError
from visits.models import (
    Commitment,
    Escalation,
    LetterReply,
    PrintJob,
    PromiseRenegotiation,
    RecordAddendum,
    ThankYouLetter,
    Visit,
    VisitInvitation,
)
from visits.rules import day_text
from visits.tests.factories import make_commitment, make_letter, make_record, make_visit
from visits.tests.letter_factories import make_inbound, make_thank_you
from visits.tests.test_quick_log import send as quick_log
from visits.tests.test_visit_plan import moment
from visits.tests.test_visit_record import held
from visits.tests.test_visit_record import send as record

pytestmark = pytest.mark.django_db
WORDS = "给予15%折扣"
TEXT = f"您好！\n感谢您的接待。\n经研究，我公司{WORDS}。"


@pytest.fixture
def customer():
    """C0026: its manager may give 8 %, the head of the department 15 %, the director 30 %."""
    department = make_department()
    make_user("dept_head", department=department, username="head_ent")
    make_user("branch_director", branch=department.branch, username="director")
    customer = make_customer(manager=make_user(department=department))
    make_contact(customer)
    return customer


def person(username):
    return User.objects.get(username=username)


def ask(customer, origin=None, by=None, discount=15, **fields):
    fields = {"topic": "price_discount", "discount_pct": discount} | fields
    return escalating.ask(
        customer=customer, origin=origin, question="客户要求15%折扣", proposal="建议同意",
        by=by or customer.manager, **fields,
    )  # fmt: skip


def approve(escalation, username="head_ent", **fields):
    fields = {"outcome": "approved"} | fields
    escalating.decide(escalation=escalation, by=person(username), **fields)
    escalation.refresh_from_db()


def open_duties():
    return Obligation.objects.filter(kind=DutyKind.COMMITMENT).open()


def new_promise(client, customer, query="", **changes):
    client.force_login(customer.manager)
    data = {
        "content": f"续约时{WORDS}",
        "due_on": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "topic": "other",  # another name and empty fields help nobody
    }
    url = reverse("visits:commitment_create") + (query or f"?customer={customer.pk}")
    return client.post(url, data | changes)


ASKED = {"question": "客户要求15%折扣", "proposal": "建议同意，换三年合同"}


# --- promises -----------------------------------------------------------------------------------
def test_x1_the_promise_is_blocked_until_the_head_decides(client, customer):
    new_promise(client, customer, **ASKED)
    promise, request = Commitment.objects.get(), Escalation.objects.get()
    assert (promise.state, promise.within_authority, promise.discount_pct) == ("blocked", False, 15)
    assert (request.approver.username, request.topic) == ("head_ent", "price_discount")
    assert not open_duties().exists()
    assert Obligation.objects.get(kind=DutyKind.ESCALATION_RESPONSE).owner.username == "head_ent"

    approve(request)

    promise.refresh_from_db()
    assert promise.state == "open" and open_duties().get().object_id == promise.pk
    assert Obligation.objects.get(kind=DutyKind.ESCALATION_RESPONSE).state == "done"


@pytest.mark.parametrize("kind", ["customer", "visit", "letter"])
def test_the_form_stores_nothing_without_a_request(client, customer, kind):
    source = {
        "customer": lambda: customer,
        "visit": lambda: make_visit(customer=customer, state="held"),
        "letter": lambda: make_letter(customer=customer),
    }[kind]()
    page = new_promise(client, customer, f"?{kind}={source.pk}")
    assert page.status_code == 422 and "超出您的权限" in page.content.decode()
    assert WORDS in page.content.decode()
    assert not Commitment.objects.exists() and not Escalation.objects.exists()


def test_within_authority_the_duty_opens_at_once(client, customer):
    assert new_promise(client, customer, content="给予8%折扣").status_code == 302
    assert Commitment.objects.get().state == "open" and open_duties().count() == 1


def test_a_second_submit_makes_nothing_more(client, customer):
    key = {"submission_key": "7f8de1d5-5a5e-4c5b-9d0f-33a1a3f3a001"}
    urls = {new_promise(client, customer, **ASKED, **key).url for _ in range(3)}
    assert len(urls) == 1 and Commitment.objects.count() == Escalation.objects.count() == 1


@pytest.mark.parametrize("path", ["record", "quick"])
def test_a_record_stores_it_blocked_without_a_duty(client, customer, path):
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    line = {"promise_content": f"续约时{WORDS}", "promise_due_on": due}
    if path == "record":
        answer = record(client, held(customer=customer), **line)
    else:
        answer = quick_log(client, customer.contacts.first(), **line)
    assert answer.status_code == 302
    made = list(Commitment.objects.values_list("state", flat=True))
    assert made == (["blocked"] if path == "record" else [])  # the quick log has no promises
    assert not open_duties().exists()


@pytest.mark.parametrize("field", ["summary_points", "next_step", "improvement_measures"])
def test_what_was_agreed_cannot_be_recorded_beyond_authority(client, customer, field):
    visit = held(customer=customer)
    words = {field: f"双方同意{WORDS}"}
    words |= {"has_no_next_step": ""} if field == "next_step" else {}
    page = record(client, visit, **words)
    assert page.status_code in (200, 422) and "超出权限" in page.content.decode()
    if field != "improvement_measures":  # the quick log has no such field
        page = quick_log(client, customer.contacts.first(), **words)
        assert "超出权限" in page.content.decode()
    visit.refresh_from_db()
    assert visit.state == "held" and Visit.objects.count() == 1


def test_an_addendum_adds_no_promise(customer):
    visit = make_visit(customer=customer, state="recorded")
    make_record(visit, state="accepted")
    with pytest.raises(VisitError, match="超出权限"):
        addenda.add_addendum(visit=visit, text=f"另外同意{WORDS}", by=visit.owner)
    assert not RecordAddendum.objects.exists()


def test_the_customers_own_demand_may_be_recorded(client, customer):
    visit = held(customer=customer)
    assert record(client, visit, customer_opinions=f"客户希望{WORDS}").status_code == 302


def test_a_blocked_promise_is_in_no_letter(client, customer):
    visit = make_visit(customer=customer, ended_at=timezone.now() - timedelta(hours=1))
    letter = thanks.open_letter(visit=visit, by=visit.owner)
    promises.make_promise(
        customer=customer, content=f"续约时{WORDS}", due_on=timezone.localdate(), visit=visit,
        owner=visit.owner, by=visit.owner,
    )  # fmt: skip
    assert WORDS not in letter_reports.proposed_thanks(letter).body


def test_it_can_neither_be_kept_nor_begun_nor_moved_nor_accepted(client, customer):
    new_promise(client, customer, **ASKED)
    promise = Commitment.objects.get()
    contact = customer.contacts.first()
    tries = {
        "commitment_start": {},
        "commitment_accept": {"accepts": "1"},
        "commitment_fulfil": {"evidence": "已给客户", "at": moment(timezone.now())},
        "commitment_confirm": {
            "confirmed_by": contact.pk,
            "confirmed_at": moment(timezone.now()),
        },
        "commitment_broken": {"reason": "没有做到"},
        "commitment_renegotiate": {
            "seen_due_on": promise.due_on.isoformat(),
            "new_due_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
            "consent_by": contact.pk,
            "consent_on": timezone.localdate().isoformat(),
            "consent_how": "电话",
            "reason": "客户要求",
        },
    }
    for name, data in tries.items():
        client.post(reverse(f"visits:{name}", args=[promise.pk]), data)
        promise.refresh_from_db()
        assert promise.state == "blocked", name
    assert not open_duties().exists() and not PromiseRenegotiation.objects.exists()


def test_another_day_does_not_smuggle_a_discount_in(customer):
    promise = make_commitment(visit=make_visit(customer=customer, state="held"))
    with pytest.raises(VisitError, match="超出权限"):
        promises.renegotiate_promise(
            promise=promise, seen_due_on=promise.due_on,
            new_due_on=promise.due_on + timedelta(days=2),
            consent_by=customer.contacts.first(), consent_on=timezone.localdate(),
            consent_how="电话", reason=f"改期，另{WORDS}", by=customer.manager,
        )  # fmt: skip
    assert not PromiseRenegotiation.objects.exists()


# --- thank-you letters --------------------------------------------------------------------------
def thanked(customer, body=TEXT, salutation="尊敬的王主任"):
    letter = make_thank_you(customer=customer)
    thanks.save_draft(
        letter=letter, contacts=letter.visit.contacts.all(), salutation=salutation,
        body=body, letter_on=timezone.localdate(), by=letter.visit.owner,
    )  # fmt: skip
    letter.refresh_from_db()
    return letter


def send_thanks(client, letter):
    client.force_login(letter.visit.owner)
    data = {"channel": "paper", "recipient": "王主任",
            "sent_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")}  # fmt: skip
    return client.post(reverse("visits:thank_you_send", args=[letter.visit_id]), data)


def print_thanks(client, letter):
    client.force_login(letter.visit.owner)
    return client.get(reverse("visits:thank_you_pdf", args=[letter.visit_id]))


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


# --- invitations --------------------------------------------------------------------------------
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


@pytest.mark.parametrize("about", ["letter", "visit"])
def test_an_open_request_locks_even_a_harmless_letter(client, customer, about):
    letter = thanked(customer, body="您好！\n感谢您的接待。")
    request = ask(customer, origin=letter if about == "letter" else letter.visit)
    assert print_thanks(client, letter).status_code == 302
    assert send_thanks(client, letter).status_code == 422
    escalating.withdraw(escalation=request, by=customer.manager, reason="不需要了")
    assert print_thanks(client, letter).status_code == 200


# --- replies ------------------------------------------------------------------------------------
def replied(customer, body="贵单位来函收悉。\n一、我公司打八五折。\n特此函复。", **fields):
    fields = {"kind": "final", "title": "关于续约的复函", "addressee": customer.name} | fields
    letter = make_inbound(customer=customer)
    return replying.draft_reply(letter=letter, body=body, by=customer.manager, **fields)


def print_reply(client, reply, by=None):
    client.force_login(by or reply.letter.owner)
    return client.get(reverse("visits:reply_pdf", args=[reply.pk]))


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


@pytest.mark.parametrize("username", ["head_ent", "director"])
def test_nobody_above_prints_what_nobody_decided(client, customer, username):
    assert print_reply(client, replied(customer), by=person(username)).status_code == 302
    letter = thanked(customer, body="您好！\n我公司打八五折。")
    client.force_login(person(username))
    page = client.get(reverse("visits:thank_you_pdf", args=[letter.visit_id]))
    assert page.status_code == 302


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
    reply = replied(customer, body=text, kind="interim", promised_on=day)
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


# --- how far an approval reaches ----------------------------------------------------------------
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


def test_every_refusal_leaves_the_trail_clean(client, customer):
    new_promise(client, customer)
    assert not AuditEvent.objects.filter(verb__startswith="commitment.").exists()
