"""Rows for tests: plain keyword functions with defaults that the product would accept."""

from datetime import date
from decimal import Decimal

from accounts.models import CustomerNeed
from accounts.tests.factories import make_contact, make_customer
from opportunities.actions import keeping


def make_need(customer, **fields) -> CustomerNeed:
    known = {"layer": "need", "description": "需要一条备份链路", "created_by": customer.manager}
    return CustomerNeed.objects.create(customer=customer, **(known | fields))


def make_opportunity(customer=None, *, by=None, **fields):
    customer = customer or make_customer()
    known = {
        "name": "同城灾备中心",
        "kind": "disaster_recovery",
        "source": "visit",
        "contact": fields.pop("contact", None) or make_contact(customer),
        "need_text": "监管要求同城灾备",
        "one_off_amount": Decimal(600_000),
        "expected_close": date(2027, 3, 31),
    }
    return keeping.register(customer=customer, by=by or customer.manager, **(known | fields))
