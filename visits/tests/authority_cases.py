"""People with limits, requests to them, and letters that promise 15 % against a limit of 8 %."""

from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from reminders.models import DutyKind, Obligation
from staff.models import User
from staff.tests.factories import make_department, make_user
from visits.actions import escalating, replying, thanks
from visits.tests.letter_factories import make_inbound, make_thank_you

WORDS = "给予15%折扣"
TEXT = f"您好！\n感谢您的接待。\n经研究，我公司{WORDS}。"


def limited_customer():
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
    known = {"topic": "price_discount", "discount_pct": discount, "proposal": "建议同意"}
    return escalating.ask(
        customer=customer, origin=origin, question="客户要求15%折扣",
        by=by or customer.manager, **known | fields,
    )  # fmt: skip


def approve(escalation, username="head_ent", **fields):
    fields = {"outcome": "approved"} | fields
    escalating.decide(escalation=escalation, by=person(username), **fields)
    escalation.refresh_from_db()


def open_duties():
    return Obligation.objects.filter(kind=DutyKind.COMMITMENT).open()


def thanked(customer, body=TEXT, salutation="尊敬的王主任"):
    letter = make_thank_you(customer=customer)
    thanks.save_draft(
        letter=letter, contacts=letter.visit.contacts.all(), salutation=salutation,
        body=body, letter_on=timezone.localdate(), by=letter.visit.owner,
    )  # fmt: skip
    letter.refresh_from_db()
    return letter


def print_thanks(client, letter):
    client.force_login(letter.visit.owner)
    return client.get(reverse("visits:thank_you_pdf", args=[letter.visit_id]))


def replied(customer, body="贵单位来函收悉。\n一、我公司打八五折。\n特此函复。", **fields):
    fields = {"kind": "final", "title": "关于续约的复函", "addressee": customer.name} | fields
    if fields["kind"] == "interim":
        fields.setdefault("interim_reason", "需要向上级报告")
    letter = make_inbound(customer=customer)
    return replying.draft_reply(letter=letter, body=body, by=customer.manager, **fields)


def print_reply(client, reply, by=None):
    client.force_login(by or reply.letter.owner)
    return client.get(reverse("visits:reply_pdf", args=[reply.pk]))
