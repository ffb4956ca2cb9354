"""Plain functions that make what retention looks at."""

from datetime import date
from decimal import Decimal

from accounts.models import MonthlyBill, ProductInstance, ServiceContract
from planning.metric_rules import shift

MONTH = date(2026, 11, 1)


def make_bills(customer, now, before=None, *, month=MONTH, count=15):
    """`count` whole months before `month`: the newest three bring `now` 元, the rest `before`."""
    before = now if before is None else before
    MonthlyBill.objects.bulk_create(
        MonthlyBill(
            customer=customer, month=shift(month, -n), reported_total=now if n <= 3 else before,
            computed_total=now if n <= 3 else before, paid_amount=now if n <= 3 else before,
            due_on=shift(month, -n + 1),
        )
        for n in range(1, count + 1)
    )  # fmt: skip


def make_contract(customer, starts_on, ends_on, **fields):
    number = f"H-{customer.pk}-{ServiceContract.objects.count()}"
    fields = {"name": "通信服务合同", "number": number, "annual_amount": Decimal(1000)} | fields
    return ServiceContract.objects.create(
        customer=customer, starts_on=starts_on, ends_on=ends_on, **fields
    )


def make_product(customer, quantity=1, started_on=date(2020, 1, 1), **fields):
    fields = {"business_line": "data", "name": "数字电路"} | fields
    return ProductInstance.objects.create(
        customer=customer, quantity=quantity, started_on=started_on, **fields
    )
