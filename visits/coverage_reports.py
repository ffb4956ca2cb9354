"""Who was not visited for how long (R22): counts by person, grade and region.

Two aggregate queries, whatever the number of customers and visits; every figure has an address
that lists exactly the customers it counts, by the same condition (`of_band`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.query import QuerySet
from django.urls import reverse

from accounts.models import Customer
from core.rules import SHANGHAI
from staff.models import User
from visits import rhythm_rules as rules

PEOPLE_SHOWN = 60
WITHOUT, NONE = "（未填区域）", "-"
"""Customers without a region: what the page calls them, and the value in the address."""
LEVELS = 4
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
BY_CODE = ("code", "pk")
WAITING = ("waits_since", "code", "pk")


@dataclass(frozen=True)
class Cell:
    """One figure. `level` 0 (none) to 4 says how much of the row it is."""

    code: str
    label: str
    count: int
    level: int
    url: str


@dataclass
class Row:
    name: str
    chosen: dict  # what its address narrows the customers to
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    cells: list[Cell] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{reverse('visits:coverage_list')}?{urlencode(self.chosen)}"

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def neglected(self) -> int:
        """Not seen on site for more than 90 days."""
        return sum(self.counts[code] for code in ("d91", "gt180", "never"))

    @property
    def share(self) -> int:
        return round(100 * self.neglected / self.total) if self.total else 0


@dataclass(frozen=True)
class Coverage:
    people: list[Row]
    grades: list[Row]
    regions: list[Row]
    departments: list[Row]
    whole: Row
    hidden: int


def customers_with_last(user: User) -> QuerySet[Customer]:
    """The customers that `user` sees and that are not lost, with `last_at` of a visit on site."""
    seen = Customer.objects.visible_to(user).exclude(lifecycle=Customer.Lifecycle.LOST)
    on_site = FilteredRelation("last_visits", condition=Q(last_visits__kind=rules.ON_SITE))
    return seen.annotate(site=on_site).annotate(last_at=F("site__at"))


def longest_first(
    customers: QuerySet[Customer], band: str, *, is_narrow: bool
) -> tuple[QuerySet[Customer], tuple[str, ...]]:
    """(customers, keys of core.paging): who has waited longest on top, the never visited first.

    Within a band the index of the last visits holds that order. Without one it is sorted, which a
    whole branch of a hundred thousand is too large for: by code, unless the list `is_narrow`.
    """
    if band and band != "never":
        return customers, ("last_at", "pk")
    if band or not is_narrow:
        return customers, BY_CODE
    return customers.annotate(waits_since=Coalesce("site__at", Value(BEFORE_ALL))), WAITING


def of_band(code: str, today: date) -> Q:
    """The condition of one band on `last_at`, by whole Shanghai days."""
    _, _, first, until = next(band for band in rules.BANDS if band[0] == code)
    if first is None:
        return Q(last_at=None)
    found = Q(last_at__isnull=False)
    if first:
        found &= Q(last_at__lt=_start(today - timedelta(days=first - 1)))
    if until is not None:
        found &= Q(last_at__gte=_start(today - timedelta(days=until)))
    return found


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI)


def _counted(customers: QuerySet, today: date, *names: str) -> Iterable[dict]:
    bands = {code: Count("pk", of_band(code, today)) for code in rules.BAND_CODES}
    return customers.order_by().values(*names).annotate(**bands)


def coverage(user: User, today: date, *, grade: str = "", department: str = "") -> Coverage:
    """The map for `user`, narrowed to a grade and a department (pk). Two queries."""
    kept = {"grade": grade, "department": department}
    kept = {name: value for name, value in kept.items() if value}
    found = customers_with_last(user).filter(**kept)
    whole, people, grades, units = Row("合计", kept), {}, {}, {}
    names = ("manager", "manager__name", "grade", "department", "department__name")
    for line in _counted(found, today, *names):
        grade_name = Customer.Grade(line["grade"]).label
        for rows, key, name in (
            (people, "manager", line["manager__name"]),
            (grades, "grade", grade_name),
            (units, "department", line["department__name"]),
        ):
            value = line[key]
            if value not in rows:
                rows[value] = Row(name, kept | {key: value})
            _add(rows[value], line)
        _add(whole, line)
    regions = {}
    for line in _counted(found, today, "region"):
        value = line["region"]
        regions[value] = Row(value or WITHOUT, kept | {"region": value or NONE})
        _add(regions[value], line)
    return _finished(whole, people, grades, regions, units)


def _finished(whole: Row, people: dict, grades: dict, regions: dict, units: dict) -> Coverage:
    worst = sorted(people.values(), key=lambda row: (-row.neglected, -row.total, row.name))
    shown = worst[:PEOPLE_SHOWN]
    for row in (whole, *shown, *grades.values(), *regions.values(), *units.values()):
        row.cells = _cells(row)
    return Coverage(
        shown,
        [grades[key] for key in sorted(grades)],
        sorted(regions.values(), key=lambda row: (-row.total, row.name)),
        sorted(units.values(), key=lambda row: row.name),
        whole,
        len(worst) - len(shown),
    )


def _add(row: Row, line: dict) -> None:
    for code in rules.BAND_CODES:
        row.counts[code] += line[code]


def _cells(row: Row) -> list[Cell]:
    here, total = row.url, row.total
    return [
        Cell(code, label, row.counts[code], _level(row.counts[code], total), f"{here}&band={code}")
        for code, label, _, _ in rules.BANDS
    ]


def _level(count: int, total: int) -> int:
    """0 for none, else 1 to 4 by the share of the row."""
    return min(LEVELS, 1 + count * LEVELS // total) if count else 0
