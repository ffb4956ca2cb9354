"""Coverage of marketing: which customer has never heard of what (R20)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from accounts.models import Customer
from opportunities.models import ActivityTopic, Topic
from staff.models import User

LEVELS = 4


@dataclass(frozen=True)
class Cell:
    """How often one topic was introduced to one customer, and when last."""

    topic: str
    label: str
    count: int
    last_on: date | None

    @property
    def level(self) -> int:
        return min(self.count, LEVELS)


@dataclass(frozen=True)
class Line:
    customer: Customer
    cells: list[Cell]

    @property
    def never(self) -> int:
        return sum(cell.count == 0 for cell in self.cells)


def customers_of(user: User) -> QuerySet[Customer]:
    seen = Customer.objects.visible_to(user)
    return seen.exclude(lifecycle=Customer.Lifecycle.LOST)


def lines_of(customers: list[Customer]) -> list[Line]:
    """One line a customer over all topics. One query."""
    rows = (
        ActivityTopic.objects.filter(activity__customer__in=customers)
        .order_by()
        .values_list("activity__customer", "topic")
        .annotate(count=Count("pk"), last=Max("activity__held_on"))
    )
    found: dict = defaultdict(dict)
    for pk, topic, count, last in rows:
        found[pk][topic] = (count, last)
    return [
        Line(
            customer,
            [Cell(code, label, *found[customer.pk].get(code, (0, None)))
             for code, label in Topic.choices],
        )
        for customer in customers
    ]  # fmt: skip


def without(customers: QuerySet[Customer], topic: str) -> QuerySet[Customer]:
    """Those to whom `topic` was never introduced."""
    told = ActivityTopic.objects.filter(activity__customer=OuterRef("pk"), topic=topic)
    return customers.exclude(Exists(told))


def never_counts(customers: QuerySet[Customer]) -> list[tuple[str, str, int, int]]:
    """(code, words, how many never heard of it, per cent) for each topic. Two queries."""
    whole = customers.order_by().count()
    told = dict(
        ActivityTopic.objects.filter(activity__customer__in=customers)
        .order_by()
        .values_list("topic")
        .annotate(n=Count("activity__customer", distinct=True))
    )
    rows = [(code, label, whole - told.get(code, 0)) for code, label in Topic.choices]
    return [(code, label, n, round(100 * n / whole) if whole else 0) for code, label, n in rows]
