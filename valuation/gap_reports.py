"""A customer's revenue against that of its industry: what it lacks, in 元 (R61, §B.3).

Everything is summed over customers that the reader may see; an average reaches further only where
no single stranger shows in it (`may_pool`).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from accounts.models import Customer
from staff.models import User
from valuation import reading_reports
from valuation import revenue_rules as rules
from valuation.models import ValueModel
from valuation.revenue_reports import LINE, Asked, bill_lines, labels_of, newest_month

MOST_COMPARED = 5_000
"""So many customers are compared with their industry at once; beyond, choose an industry."""
ZERO = Decimal(0)

Reference = dict[int, tuple[dict[str, Decimal], int]]
"""{industry: (amounts, number of customers)}."""


@dataclass(frozen=True)
class Shortfall:
    customer: Customer
    industry: str
    line: str
    gap: rules.Gap


@dataclass(frozen=True)
class Shortfalls:
    """`is_too_many`: nothing was compared, an industry has to be chosen first."""

    rows: list[Shortfall]
    total: Decimal
    is_too_many: bool = False
    is_pooled: bool = False
    least: int = rules.MIN_COHORT


def shortfalls(asked: Asked, most: int) -> Shortfalls:
    """The largest, of all customers in scope. The industry is compared without the customer from
    five customers on (§B.3), and reaches beyond the reader's scope where `may_pool` allows.
    """
    customers = Customer.objects.visible_to(asked.user)
    if asked.industry:
        customers = customers.filter(industry=asked.industry)
    if customers.order_by()[: MOST_COMPARED + 1].count() > MOST_COMPARED:
        return Shortfalls([], ZERO, is_too_many=True)
    least = min_cohort()
    own = _by_customer(customers, asked)
    references, is_pooled = _references(_summed(own), asked)
    found = [
        (gap, pk, industry)
        for (pk, industry), amounts in own.items()
        for gap in rules.gaps(amounts, _shares(references[industry], amounts, least))
        if gap.shortfall > 0
    ]
    found.sort(key=lambda row: (-row[0].shortfall, row[1], row[0].code))
    total = sum((gap.shortfall for gap, _, _ in found), ZERO)
    return Shortfalls(_named(found[:most], asked), total, is_pooled=is_pooled, least=least)


@dataclass(frozen=True)
class Comparison:
    """One customer against its industry: the lines, and of how many customers the industry is.

    `is_without`: the industry leaves the customer itself out (§B.3).
    """

    span: rules.Span
    gaps: list[rules.Gap]
    labels: dict[str, str]
    customers: int
    is_pooled: bool
    least: int

    @property
    def is_without(self) -> bool:
        return self.customers >= self.least and self.customers > 1

    @property
    def rows(self) -> list[tuple[str, rules.Gap]]:
        return [(self.labels.get(gap.code, "其他"), gap) for gap in self.gaps]

    @property
    def shortfall(self) -> Decimal:
        return sum((gap.shortfall for gap in self.gaps), ZERO)


def of_customer(customer: Customer, user: User, today: date) -> Comparison:
    """All lines of one customer in scope against its industry, in its last twelve months.

    Summed by the database: a fixed number of queries, whatever the number of customers and bills.
    """
    only = Customer.objects.visible_to(user).filter(pk=customer.pk)
    asked = Asked(user, LINE, rules.LAST_TWELVE, newest_month(only, today), customer.industry_id)
    own = _by_industry(only, asked).get(customer.industry_id)
    labels, least = labels_of(asked.way), min_cohort()
    if own is None:
        return Comparison(asked.span, [], labels, 0, is_pooled=False, least=least)
    same = Customer.objects.visible_to(user).filter(industry=customer.industry_id)
    references, is_pooled = _references(_by_industry(same, asked), asked)
    reference = references[customer.industry_id]
    gaps = rules.gaps(own[0], _shares(reference, own[0], least))
    return Comparison(asked.span, gaps, labels, reference[1], is_pooled, least)


def min_cohort() -> int:
    """From so many customers on an industry stands without the customer: as the model says."""
    found = ValueModel.objects.filter(state=ValueModel.State.ACTIVE)
    return found.values_list("min_cohort", flat=True).first() or rules.MIN_COHORT


def _by_customer(customers: QuerySet, asked: Asked) -> dict[tuple[int, int], dict[str, Decimal]]:
    rows = (
        bill_lines(customers, asked.span, asked.way)
        .values_list("bill__customer", "bill__customer__industry", "kind")
        .annotate(Sum("amount"))
    )
    found: dict[tuple[int, int], dict[str, Decimal]] = defaultdict(dict)
    for pk, industry, kind, amount in rows.iterator():
        found[pk, industry][kind] = amount
    return found


def _shares(reference: tuple[dict[str, Decimal], int], own: dict[str, Decimal], least: int):
    amounts, customers = reference
    return rules.reference(amounts, own, customers, least)


def _summed(own) -> Reference:
    seen: Reference = {}
    for (_, industry), amounts in own.items():
        sums, count = seen.get(industry, ({}, 0))
        for code, amount in amounts.items():
            sums[code] = sums.get(code, ZERO) + amount
        seen[industry] = (sums, count + 1)
    return seen


def _references(seen: Reference, asked: Asked) -> tuple[Reference, bool]:
    """What is in scope, `seen`, or the whole branch where `may_pool` allows."""
    pooled = {}
    for industry, (sums, count) in _whole_branch(seen, asked).items():
        if count != seen[industry][1] and rules.may_pool(count, seen[industry][1]):
            pooled[industry] = (sums, count)
    return seen | pooled, bool(pooled)


def _whole_branch(seen: Reference, asked: Asked) -> Reference:
    branches = {person.branch_id for person in asked.user.acting_for()}
    everybody = Customer.objects.filter(branch__in=branches, industry__in=list(seen))
    return {pk: sums for pk, sums in _by_industry(everybody, asked).items() if pk in seen}


def _by_industry(customers: QuerySet, asked: Asked) -> Reference:
    """Two queries."""
    rows = bill_lines(customers, asked.span, asked.way)
    counts = dict(
        rows.values_list("bill__customer__industry").annotate(
            Count("bill__customer", distinct=True)
        )
    )
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    found = rows.values_list("bill__customer__industry", "kind").annotate(Sum("amount"))
    for industry, kind, amount in found:
        sums[industry][kind] = amount
    return {pk: (sums[pk], count) for pk, count in counts.items()}


def _named(found, asked: Asked) -> list[Shortfall]:
    customers = Customer.objects.in_bulk({pk for _, pk, _ in found})
    names, labels = reading_reports.industry_names(), labels_of(asked.way)
    return [
        Shortfall(customers[pk], names.get(industry, "—"), labels.get(gap.code, "其他"), gap)
        for gap, pk, industry in found
    ]
