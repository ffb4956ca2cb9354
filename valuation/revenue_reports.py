"""Revenue from the bills: by industry, by business, over time, customer against industry (R61).

Everything is summed by the database over the bill lines of customers that the reader may see; the
adjustment of a bill is no business and stays out (D7).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, Sum, Value, When

from accounts.models import BillLine, BusinessLine, Customer
from accounts.revenue_rules import LINE_OF_ITEM
from staff.models import User
from valuation import reading_reports
from valuation import revenue_rules as rules

ITEM, LINE = "item", "line"
WAYS = {LINE: "业务", ITEM: "账单项目"}
OTHER = "other"
ADJUSTMENT = BillLine.Item.ADJUSTMENT
MOST_COMPARED = 5_000
"""So many customers are compared with their industry at once; beyond, choose an industry."""
ZERO = Decimal(0)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `month` is the last one; `industry` narrows the shortfalls."""

    user: User
    way: str
    period: str
    month: date
    industry: int | None = None

    @property
    def span(self) -> rules.Span:
        return rules.span(self.period, self.month)


@dataclass
class Structure:
    """Amounts and users by industry and business; `labels` in the order of the columns."""

    labels: dict[str, str]
    names: dict[int, str]
    amounts: dict[int, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    users: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    customers: dict[int, int] = field(default_factory=dict)

    @property
    def everywhere(self) -> dict[str, Decimal]:
        found = dict.fromkeys(self.labels, ZERO)
        for parts in self.amounts.values():
            for code, amount in parts.items():
                found[code] += amount
        return {code: amount for code, amount in found.items() if amount}

    @property
    def codes(self) -> list[str]:
        """Only what anybody spends money on."""
        return list(self.everywhere)

    @property
    def industries(self) -> list[int]:
        """With revenue, the largest first."""
        totals = {pk: sum(parts.values(), ZERO) for pk, parts in self.amounts.items()}
        return sorted((pk for pk in totals if totals[pk]), key=lambda pk: (-totals[pk], pk))

    @property
    def total(self) -> Decimal:
        return sum(self.everywhere.values(), ZERO)


def last_month(user: User, today: date) -> date:
    """The newest month with a bill in scope, else the month before this one."""
    before = rules.shift(today.replace(day=1), -1)
    found = BillLine.objects.filter(bill__customer__in=Customer.objects.visible_to(user))
    newest = found.filter(bill__month__lte=before).aggregate(newest=Max("bill__month"))["newest"]
    return newest or before


def labels_of(way: str) -> dict[str, str]:
    labels = dict(BillLine.Item.choices if way == ITEM else BusinessLine.choices)
    labels.pop(ADJUSTMENT, None)
    return {code: str(label) for code, label in labels.items()} | {OTHER: "其他"}


def bill_lines(customers: QuerySet, span: rules.Span, way: str) -> QuerySet:
    """With `kind`: the item, or the business that the item belongs to."""
    found = BillLine.objects.exclude(item=ADJUSTMENT).filter(
        bill__customer__in=customers, bill__month__gte=span.first, bill__month__lt=span.end
    )
    return found.annotate(kind=_kind(way)).order_by()


def _kind(way: str):
    if way == ITEM:
        return F("item")
    items: dict[str, list[str]] = defaultdict(list)
    for item, line in LINE_OF_ITEM.items():
        items[line].append(item)
    cases = [When(item__in=members, then=Value(line)) for line, members in items.items()]
    return Case(*cases, default=Value(OTHER), output_field=CharField())


def structure(asked: Asked) -> Structure:
    """Of the customers in scope. Three queries."""
    customers = Customer.objects.visible_to(asked.user)
    found = Structure(labels_of(asked.way), reading_reports.industry_names())
    rows = (
        bill_lines(customers, asked.span, asked.way)
        .values_list("bill__customer__industry", "kind")
        .annotate(
            money=Sum("amount"),
            users=Count("bill__customer", distinct=True, filter=Q(amount__gt=0)),
        )
    )
    for industry, kind, amount, users in rows:
        code = kind if kind in found.labels else OTHER
        found.amounts[industry][code] = found.amounts[industry].get(code, ZERO) + amount
        found.users[industry][code] = found.users[industry].get(code, 0) + users
    counts = customers.order_by().values_list("industry").annotate(Count("pk", distinct=True))
    found.customers = dict(counts)
    return found


# --- over time ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Month:
    month: date
    amount: Decimal | None
    before: Decimal | None
    yoy: rules.Growth
    mom: rules.Growth


def months(asked: Asked) -> list[Month]:
    """Twelve months with the same months a year before. One query."""
    first = rules.shift(asked.month, -23)
    span = rules.Span(first, rules.shift(asked.month, 1))
    rows = bill_lines(Customer.objects.visible_to(asked.user), span, ITEM)
    totals = dict(rows.values_list("bill__month").annotate(Sum("amount")))
    found = []
    for number in range(12, 24):
        month = rules.shift(first, number)
        now, base = totals.get(month), totals.get(rules.shift(month, -12))
        last = totals.get(rules.shift(month, -1))
        found.append(Month(month, now, base, _growth(now, base), _growth(now, last)))
    return found


@dataclass(frozen=True)
class LineGrowth:
    code: str
    name: str
    amount: Decimal
    before: Decimal
    yoy: rules.Growth
    mom: rules.Growth


def line_growth(asked: Asked) -> list[LineGrowth]:
    """Each business in the period, a year before, and its last month against the one before."""
    span, labels = asked.span, labels_of(asked.way)
    whole = rules.Span(span.year_before.first, span.end)

    def within(first: date, end: date) -> Sum:
        return Sum("amount", filter=Q(bill__month__gte=first, bill__month__lt=end), default=ZERO)

    last, earlier = asked.month, rules.shift(asked.month, -1)
    rows = (
        bill_lines(Customer.objects.visible_to(asked.user), whole, asked.way)
        .values_list("kind")
        .annotate(
            now=within(span.first, span.end),
            before=within(span.year_before.first, span.year_before.end),
            this=within(last, rules.shift(last, 1)),
            prior=within(earlier, last),
        )
    )
    found = [
        LineGrowth(
            kind, labels.get(kind, "其他"), now, before, rules.growth(now, before),
            rules.growth(this, prior),
        )
        for kind, now, before, this, prior in rows
        if now or before
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row.amount, row.code))


def _growth(now: Decimal | None, base: Decimal | None) -> rules.Growth:
    """A month without any bill is a base of nothing: 「新增」."""
    return rules.growth(now, ZERO if base is None else base)


# --- a customer against its industry --------------------------------------------------------------
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


def shortfalls(asked: Asked, most: int) -> Shortfalls:
    """The largest, of all customers in scope. The industry is compared without the customer from
    five customers on (§B.3), and reaches beyond the reader's scope where `may_pool` allows.
    """
    customers = Customer.objects.visible_to(asked.user)
    if asked.industry:
        customers = customers.filter(industry=asked.industry)
    if customers.order_by()[: MOST_COMPARED + 1].count() > MOST_COMPARED:
        return Shortfalls([], ZERO, is_too_many=True)
    own = _by_customer(customers, asked)
    references, is_pooled = _references(own, asked)
    found = [
        (gap, pk, industry)
        for (pk, industry), amounts in own.items()
        for gap in rules.gaps(amounts, _shares(references[industry], amounts))
        if gap.shortfall > 0
    ]
    found.sort(key=lambda row: (-row[0].shortfall, row[1], row[0].code))
    total = sum((gap.shortfall for gap, _, _ in found), ZERO)
    return Shortfalls(_named(found[:most], asked), total, is_pooled=is_pooled)


def of_customer(customer: Customer, asked: Asked) -> list[rules.Gap]:
    """All lines of one customer in scope against its industry."""
    own = _by_customer(Customer.objects.filter(pk=customer.pk), asked)
    if not own:
        return []
    everyone = _by_customer(
        Customer.objects.visible_to(asked.user).filter(industry=customer.industry_id), asked
    )
    references, _ = _references(everyone, asked)
    [amounts] = own.values()
    return rules.gaps(amounts, _shares(references[customer.industry_id], amounts))


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


def _shares(reference: tuple[dict[str, Decimal], int], own: dict[str, Decimal]):
    amounts, customers = reference
    return rules.reference(amounts, own, customers)


def _references(own, asked: Asked) -> tuple[dict[int, tuple[dict, int]], bool]:
    """{industry: (amounts, number of customers)}: what is in scope, or the whole branch."""
    seen: dict[int, tuple[dict, int]] = {}
    for (_, industry), amounts in own.items():
        sums, count = seen.get(industry, ({}, 0))
        for code, amount in amounts.items():
            sums[code] = sums.get(code, ZERO) + amount
        seen[industry] = (sums, count + 1)
    pooled = {}
    for industry, (sums, count) in _whole_branch(seen, asked).items():
        if count != seen[industry][1] and rules.may_pool(count, seen[industry][1]):
            pooled[industry] = (sums, count)
    return seen | pooled, bool(pooled)


def _whole_branch(seen, asked: Asked) -> dict[int, tuple[dict, int]]:
    branches = {person.branch_id for person in asked.user.acting_for()}
    everybody = Customer.objects.filter(branch__in=branches, industry__in=list(seen))
    rows = bill_lines(everybody, asked.span, asked.way)
    counts = dict(
        rows.values_list("bill__customer__industry").annotate(
            Count("bill__customer", distinct=True)
        )
    )
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    found = rows.values_list("bill__customer__industry", "kind").annotate(Sum("amount"))
    for industry, kind, amount in found:
        sums[industry][kind] = amount
    return {pk: (sums[pk], count) for pk, count in counts.items() if pk in seen}


def _named(found, asked: Asked) -> list[Shortfall]:
    customers = Customer.objects.in_bulk({pk for _, pk, _ in found})
    names, labels = reading_reports.industry_names(), labels_of(asked.way)
    return [
        Shortfall(customers[pk], names.get(industry, "—"), labels.get(gap.code, "其他"), gap)
        for gap, pk, industry in found
    ]
