"""Plain functions that make customers for tests."""

import itertools
from datetime import date, datetime

from accounts.actions.searching import index_customer
from accounts.models import Contact, Customer, CustomerAssignment, Industry
from core.rules import SHANGHAI
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user

_serial = itertools.count(1)


def make_industry(code="FIN", name="金融"):
    facts = {"name": name, "is_public_duty": code == "GOV"}
    return Industry.objects.get_or_create(code=code, defaults=facts)[0]


def make_customer(*, manager=None, **fields):
    """A customer with its open primary assignment, as accounts.actions would leave it."""
    serial = next(_serial)
    manager = manager or make_user()
    fields.setdefault("code", f"T{serial:05d}")
    fields.setdefault("name", f"测试客户{serial}")
    fields.setdefault("industry", make_industry())
    fields.setdefault("branch", manager.branch)
    fields.setdefault("department", manager.department)
    customer = Customer.objects.create(manager=manager, **fields)
    CustomerAssignment.objects.create(customer=customer, user=manager, valid_from=date(2026, 1, 1))
    index_customer(customer)
    return customer


def make_contact(customer, **fields):
    fields.setdefault("name", "王建华")
    fields.setdefault("title", "主任")
    fields.setdefault("salutation", "王主任")
    contact = Contact.objects.create(customer=customer, **fields)
    index_customer(customer)
    return contact


def make_duty(customer, owner, *, subject=None, kind=DutyKind.COMMITMENT):
    """An open duty about the customer, overdue since 2026-11-01."""
    at = datetime(2026, 11, 1, tzinfo=SHANGHAI)
    return Obligation.objects.create(
        kind=kind,
        subject=subject or customer,
        owner=owner,
        title="兑现承诺",
        path="/x/",
        clock="fixed",
        started_at=at,
        due_at=at,
        original_due_at=at,
        customer_ref=customer.pk,
    )
