"""合同与续约: one customer's contracts, and the calendar of expiry over all customers (R49)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from accounts import contract_rules as rules
from accounts.models import Customer, ServiceContract

WIDTH, LINE, HEAD, LEFT, RIGHT = 860, 32, 42, 170, 22
APART = 44
"""Years nearer to each other than this are named only now and then. 「今天」 has its own line."""


@dataclass(frozen=True)
class ContractRow:
    """`renewed_by` are contracts that continue this one; then its end needs no care."""

    contract: ServiceContract
    remaining: rules.Remaining
    renewed_by: list[ServiceContract]

    @property
    def is_running(self) -> bool:
        return self.remaining.days >= 0

    @property
    def needs_care(self) -> bool:
        return not self.renewed_by and self.remaining.code not in ("later", "expired")


@dataclass(frozen=True)
class Stripe:
    """One contract on the line of time."""

    row: ContractRow
    x: int
    width: int
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 15


@dataclass(frozen=True)
class Timeline:
    stripes: list[Stripe]
    years: list[tuple[int, int | str]]
    today_x: int
    width: int = WIDTH

    @property
    def height(self) -> int:
        return HEAD + len(self.stripes) * LINE + 6


@dataclass(frozen=True)
class Contracts:
    rows: list[ContractRow]
    timeline: Timeline | None
    annual_amount: object

    @property
    def due(self) -> list[ContractRow]:
        return [row for row in self.rows if row.needs_care]


def contracts(customer: Customer, today: date) -> Contracts:
    """All contracts, the next to end first, ended ones last. Two queries."""
    found = list(customer.contracts.select_related("renewal_of").order_by("ends_on", "pk"))
    by_origin: dict[int, list[ServiceContract]] = {}
    for contract in found:
        if contract.renewal_of_id:
            by_origin.setdefault(contract.renewal_of_id, []).append(contract)
    rows = [
        ContractRow(one, rules.remaining(one.ends_on, today), by_origin.get(one.pk, []))
        for one in found
    ]
    rows.sort(key=lambda row: (not row.is_running, row.contract.ends_on, row.contract.pk))
    running = [row.contract for row in rows if row.is_running and row.contract.starts_on <= today]
    return Contracts(
        rows, timeline(rows, today) if rows else None, sum(c.annual_amount for c in running)
    )


def timeline(rows: list[ContractRow], today: date) -> Timeline:
    """A stripe per contract from its first to its last day, with a line for today."""
    first = min(min(row.contract.starts_on for row in rows), today)
    last = max(max(row.contract.ends_on for row in rows), today + timedelta(days=90))
    room = WIDTH - LEFT - RIGHT
    stripes = []
    for n, row in enumerate(sorted(rows, key=lambda one: one.contract.starts_on)):
        x = rules.place(row.contract.starts_on, first, last, room)
        end = rules.place(row.contract.ends_on, first, last, room)
        width = max(round(end - x), 4)
        stripes.append(Stripe(row, round(LEFT + x), width, HEAD + n * LINE))
    today_x = round(LEFT + rules.place(today, first, last, room))
    years = [
        (round(LEFT + rules.place(date(year, 1, 1), first, last, room)), year)
        for year in range(first.year + 1, last.year + 1)
    ]
    return Timeline(stripes, _named(years), today_x)


def _named(years: list[tuple[int, int]]) -> list[tuple[int, int | str]]:
    """(x, name); a year too near to the last one that is named stays without."""
    named: list[tuple[int, int | str]] = []
    last = -APART
    for x, year in years:
        named.append((x, year if x - last >= APART else ""))
        last = x if x - last >= APART else last
    return named


def row_of(contract: ServiceContract, today: date) -> ContractRow:
    """A contract that nothing continues."""
    return ContractRow(contract, rules.remaining(contract.ends_on, today), [])


def expiring(user):
    """Contracts of visible customers that no other contract continues."""
    followers = ServiceContract.objects.filter(renewal_of=OuterRef("pk"))
    return ServiceContract.objects.visible_to(user).filter(~Exists(followers))


def in_bucket(contracts, code: str, today: date):
    """Those of `contracts` whose last day lies in that bucket (R49)."""
    first, last = rules.bounds(code, today)
    if first:
        contracts = contracts.filter(ends_on__gte=first)
    return contracts.filter(ends_on__lte=last) if last else contracts


def bucket_counts(contracts, today: date) -> list[tuple[str, str, int]]:
    """(code, label, count) of every bucket of the calendar. One query."""
    asked = {}
    for code in rules.LABELS:
        first, last = rules.bounds(code, today)
        inside = Q(ends_on__gte=first) if first else Q()
        asked[code] = Count("pk", filter=inside & Q(ends_on__lte=last) if last else inside)
    counts = contracts.order_by().aggregate(**asked)
    return [(code, label, counts[code]) for code, label in rules.LABELS.items()]
