"""What the customer view says today, in the shape of a plan's tables (R44, C1).

Every line has a source ("networklink:12"), so that a plan can be compared with it later.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from accounts.models import (
    CommunicationBudget,
    Customer,
    CustomerNeed,
    NetworkLink,
    OperatorUsage,
    ProductInstance,
)
from opportunities.models import Opportunity

WAN, CENT = Decimal(10_000), Decimal("0.01")
MONTHS = 12
PULLED = ("network", "app_usage", "voice", "budget", "opportunities")
"""Tables that can be filled from the customer view."""


@dataclass(frozen=True)
class Fact:
    source: str
    cells: dict[str, str]


def facts_of(customer: Customer) -> dict[str, list[Fact]]:
    """{table: facts} in the order of the customer view. Seven queries."""
    found: dict[str, list[Fact]] = defaultdict(list)
    links = NetworkLink.objects.filter(customer=customer).select_related("backup_of", "a", "b")
    found["network"] = [_link(link) for link in links]
    for usage in _newest(OperatorUsage.objects.filter(customer=customer)):
        found["voice" if usage.business_line == "voice" else "app_usage"].append(_usage(usage))
    products = ProductInstance.objects.filter(customer=customer, ended_on=None)
    found["app_usage"] += [_product(product) for product in products]
    budgets = _newest(CommunicationBudget.objects.filter(customer=customer))
    found["budget"] = [_budget(budget) for budget in budgets]
    chances = Opportunity.objects.running().filter(customer=customer)
    chances = chances.prefetch_related("lines").order_by("-probability", "pk")
    found["opportunities"] = [_opportunity(chance) for chance in chances]
    return dict(found)


def needs_of(customer: Customer) -> list[CustomerNeed]:
    """What the customer said it needs and why, not what was dropped."""
    rows = CustomerNeed.objects.filter(customer=customer)
    return list(rows.exclude(status=CustomerNeed.Status.DROPPED).select_related("speaker"))


def _newest(rows) -> list:
    """Of rows by year: those of the newest one."""
    found = list(rows)
    last = max((row.year for row in found), default=0)
    return [row for row in found if row.year == last]


def _wan(yuan: Decimal | None) -> str:
    if yuan is None:
        return ""
    return f"{(yuan / WAN).quantize(CENT, ROUND_HALF_UP).normalize():f}"


def _fact(row, **cells: str) -> Fact:
    return Fact(f"{row._meta.model_name}:{row.pk}", {k: v for k, v in cells.items() if v})


def _link(link: NetworkLink) -> Fact:
    width = link.bandwidth_mbps
    ends = " — ".join(str(node) for node in (link.a, link.b) if node)
    return _fact(
        link,
        level=link.get_layer_display(),
        technology=link.technology,
        bandwidth=f"{width.normalize():f} Mbps" if width is not None else "",
        access=link.access,
        backup=f"备份：{link.backup_of}" if link.backup_of else "",
        applications=ends,
        operator=link.operator,
        annual_fee=_wan(link.monthly_fee * MONTHS) if link.monthly_fee is not None else "",
    )


def _usage(usage: OperatorUsage) -> Fact:
    if usage.business_line == "voice":
        return _fact(usage, scope="domestic", operator=usage.operator, revenue=_wan(usage.amount))
    volume = f"（{usage.volume_text}）" if usage.volume_text else ""
    return _fact(
        usage,
        service=f"{usage.get_business_line_display()}{volume}",
        operator=usage.operator,
        revenue=_wan(usage.amount),
    )


def _product(product: ProductInstance) -> Fact:
    count = f" × {product.quantity}" if product.quantity > 1 else ""
    return _fact(
        product,
        service=f"{product.name}{count}",
        operator="telecom",
        revenue=_wan(product.monthly_fee * MONTHS),
    )


def _budget(budget: CommunicationBudget) -> Fact:
    amount = f"{budget.amount_wan.normalize():f}"
    note = f"{budget.year} 年 {budget.note}".strip()
    return _fact(budget, kind=budget.kind, amount=amount, note=note)


def _opportunity(chance: Opportunity) -> Fact:
    lines = sorted(chance.lines.all(), key=lambda line: -line.amount)
    return _fact(
        chance,
        name=chance.name,
        business_line=lines[0].business_line if lines else "",
        amount=_wan(chance.amount),
        probability=str(chance.probability),
        timing=chance.timing,
        conditions=chance.conditions,
    )


def by_source(facts: dict[str, list[Fact]]) -> dict[str, dict[str, str]]:
    return {fact.source: fact.cells for rows in facts.values() for fact in rows}


def new_ones(facts: Iterable[Fact], known: Iterable[str]) -> list[Fact]:
    """Facts that the plan does not have yet."""
    known = set(known)
    return [fact for fact in facts if fact.source not in known]
