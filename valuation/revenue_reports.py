"""Revenue from the bills: by industry, by business, over time (R61).

Everything is summed by the database over the bill lines of customers that the reader may see; the
adjustment of a bill is no business and stays out (D7).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, Sum, Value, When

from accounts.models import BillLine, BusinessLine, Customer
from accounts.revenue_rules import LINE_OF_ITEM
from core.models import Parameter
from staff.models import User
from valuation import reading_reports
from valuation import revenue_rules as rules

ITEM, LINE = "item", "line"
WAYS = {LINE: "业务", ITEM: "账单项目"}
OTHER = "other"
ADJUSTMENT = BillLine.Item.ADJUSTMENT
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


class QuotientLimits(NamedTuple):
    """Below `under` an industry buys little of a business, above `over` much (§B.3)."""

    under: Decimal
    over: Decimal


def quotient_limits() -> QuotientLimits:
    value = Parameter.objects.value
    return QuotientLimits(value("quotient_under"), value("quotient_over"))


def last_month(user: User, today: date) -> date:
    """The newest month with a bill in scope, else the month before this one."""
    return newest_month(Customer.objects.visible_to(user), today)


def newest_month(customers: QuerySet, today: date) -> date:
    before = rules.shift(today.replace(day=1), -1)
    found = BillLine.objects.filter(bill__customer__in=customers)
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
