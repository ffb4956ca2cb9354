"""Plain functions that make bills, networks and contracts for tests."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import (
    BillLine,
    MonthlyBill,
    NetworkLink,
    NetworkNode,
    OperatorUsage,
    ProductInstance,
    ServiceContract,
)

_serial = itertools.count(1)


def make_bill(customer, month=date(2026, 10, 1), *, reported=None, lines=None, **fields):
    """Lines agree with the total unless `reported` says otherwise."""
    lines = {"circuit": Decimal(100)} if lines is None else lines
    computed = sum((v for k, v in lines.items() if k != "adjustment"), Decimal(0))
    bill = MonthlyBill.objects.create(
        customer=customer,
        month=month,
        reported_total=computed if reported is None else reported,
        computed_total=computed,
        **fields,
    )
    BillLine.objects.bulk_create(BillLine(bill=bill, item=i, amount=a) for i, a in lines.items())
    return bill


def make_usage(customer, line, operator, amount, year=2026):
    return OperatorUsage.objects.create(
        customer=customer, year=year, business_line=line, operator=operator, amount=amount
    )


def make_product(customer, name="互联网专线", **fields):
    return ProductInstance.objects.create(
        customer=customer, business_line="internet", name=name, **fields
    )


def make_contract(customer, days=400, **fields):
    """A contract that ends `days` from today."""
    ends_on = timezone.localdate() + timedelta(days=days)
    fields.setdefault("number", f"T-{next(_serial):05d}")
    fields.setdefault("name", f"合同{fields['number']}")
    fields.setdefault("annual_amount", Decimal(10000))
    fields.setdefault("starts_on", ends_on - timedelta(days=700))
    return ServiceContract.objects.create(customer=customer, ends_on=ends_on, **fields)


def make_node(customer, name, level="city", **fields):
    return NetworkNode.objects.create(customer=customer, name=name, level=level, **fields)


def make_link(customer, a=None, b=None, layer="access", **fields):
    fields.setdefault("technology", "SDH")
    return NetworkLink.objects.create(customer=customer, a=a, b=b, layer=layer, **fields)
