"""What is known of a customer, put together for the pages (R17, R63, R71)."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from accounts import rules
from accounts.models import AllowancePolicy, Customer, CustomerInfoItem, CustomerNeed

Layer = CustomerNeed.Layer


@dataclass
class Berg:
    """One need with what it led to; a FACT with its depths is an iceberg."""

    need: CustomerNeed
    deeper: list["Berg"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """1 only a fact, 2 a need is known, 3 the win is known (R63)."""
        return 1 + max((one.depth for one in self.deeper), default=0)


def icebergs(customer: Customer) -> list[Berg]:
    """The facts of a customer, newest first, each with its needs and wins. One query."""
    rows = customer.needs.select_related("speaker", "created_by").order_by("-pk")
    bergs = {row.pk: Berg(row) for row in rows}
    tops = []
    for berg in bergs.values():
        above = bergs.get(berg.need.parent_id)
        (above.deeper if above else tops).append(berg)
    return tops


@dataclass(frozen=True)
class Wallet:
    """`monthly` 元; `is_partial` when full reimbursement or unknown numbers are not counted."""

    policies: tuple[AllowancePolicy, ...]
    monthly: Decimal
    is_partial: bool

    @property
    def yearly(self) -> Decimal:
        return self.monthly * 12


def wallet(customer: Customer) -> Wallet:
    """Addressable mobile wallet (R71)."""
    policies = tuple(customer.allowances.order_by("pk"))
    for one in policies:
        one.monthly = rules.wallet([(one.headcount, one.amount)])
    monthly = rules.wallet((one.headcount, one.amount) for one in policies)
    return Wallet(policies, monthly, any(not one.monthly for one in policies))


def info_groups(customer: Customer) -> list[tuple[str, str, list[CustomerInfoItem]]]:
    """(code, label, items newest first) for each of the five categories of R17. One query."""
    rows = customer.info_items.select_related("collected_by", "verified_by")
    groups = defaultdict(list)
    for row in rows.order_by("-collected_at", "-pk"):
        groups[row.category].append(row)
    return [(code, label, groups[code]) for code, label in CustomerInfoItem.Category.choices]
