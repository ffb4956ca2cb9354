"""The customer view of the demo customers: money, knowledge, the group of Bank A."""

from datetime import datetime

from accounts.actions import lifecycle, quality
from accounts.models import BillingAccount, Customer
from crm.demo import bank_a, customers, groups, knowledge, money

STEPS = {60: ("long_term_partner",), 100: ("long_term_partner", "strategic_partner")}


def load(made: dict[str, Customer], now: datetime) -> bool:
    """Make what is missing; False when it is all there. `made`: demo customers by code."""
    if BillingAccount.objects.filter(customer__in=made.values()).exists():
        return False
    seed = {row["code"]: row for row in customers.rows() if "rev" in row}
    rows = [money.figures(row, made[code]) for code, row in seed.items()]
    bank = made["C0001"]
    group = groups.load(bank)
    money.load(rows, now.date())
    knowledge.load(rows, seed, now)
    bank_a.load(bank, group[groups.HEADQUARTERS])
    for one in rows:
        _climb(one.customer, int(seed[one.customer.code]["agreement"]))
    quality.refresh(customer.pk for customer in [*made.values(), *group.values()])
    return True


def _climb(customer: Customer, agreement: int) -> None:
    """Up the ladder, as far as the contract and the agreement prove (R21)."""
    head = customer.manager.reports_to or customer.manager
    for step in STEPS.get(agreement, ()):
        reason = "合同期限和合作协议均已具备。"
        lifecycle.change_lifecycle(customer=customer, to=step, reason=reason, by=head)
