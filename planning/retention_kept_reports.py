"""存量保有率: what customers of the year before pay this year (R48, §B.7 NRR stock)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum

from accounts.models import Customer, MonthlyBill
from planning import metric_rules as rules
from planning.models import RetentionTarget
from staff.models import Branch, User

YEAR = 12
WHOLE = (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR)


@dataclass(frozen=True)
class Kept:
    """元 of the months up to `until`: of the base year, and of this one from the same customers."""

    base: Decimal
    actual: Decimal
    target_rate: Decimal

    @property
    def rate(self) -> Decimal | None:
        return rules.rate(self.actual, self.base)

    @property
    def is_met(self) -> bool | None:
        return None if self.rate is None else self.rate >= self.target_rate


@dataclass(frozen=True)
class TargetRow:
    """`kept` is None for a scope whose customers the reader does not all see."""

    target: RetentionTarget
    kept: Kept | None


def billed_until(branch: Branch, year: int, today: date) -> date | None:
    """The newest whole month of the year that has bills; None before there are any."""
    within = {"month__gte": date(year, 1, 1), "month__lte": date(year, 12, 1)}
    bills = MonthlyBill.objects.filter(customer__branch=branch, **within)
    return bills.filter(month__lt=today.replace(day=1)).aggregate(last=Max("month"))["last"]


def rows_of(targets: list[RetentionTarget], until: date | None, user: User) -> list[TargetRow]:
    """Each target with what was kept. Two queries, whatever the number of targets."""
    people = user.acting_for()
    seen = [row for row in targets if any(_sees(person, row) for person in people)]
    if not seen or until is None:
        return [TargetRow(row, None) for row in targets]
    base, actual = _sums(seen[0].branch, until, user)
    kept = {row.pk: Kept(_within(row, base), _within(row, actual), row.target_rate) for row in seen}
    return [TargetRow(row, kept.get(row.pk)) for row in targets]


def _sees(person: User, row: RetentionTarget) -> bool:
    """All customers of the target's scope; a part of them would make another figure."""
    if person.branch_id != row.branch_id:
        return False
    if person.role in WHOLE:
        return True
    own, asked = person.department, row.department
    is_head = person.role == User.Role.DEPT_HEAD and own and asked
    return bool(is_head and asked.path.startswith(own.path))


def _sums(branch: Branch, until: date, user: User) -> tuple[dict, dict]:
    """({path: 元 of the base year}, {path: 元 of this year}) of the same months."""
    customers = Customer.objects.visible_to(user).filter(branch=branch)
    bills = MonthlyBill.objects.filter(customer__in=customers.order_by().values("pk")).order_by()
    first = date(until.year, 1, 1)
    year_before = bills.filter(month__gte=rules.shift(first, -YEAR), month__lt=first)
    billed = year_before.filter(reported_total__gt=0).values("customer")
    now = bills.filter(customer__in=billed, month__gte=first, month__lte=until)
    return _by_path(year_before.filter(month__lte=rules.shift(until, -YEAR))), _by_path(now)


def _by_path(bills) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for path, total in bills.values_list("customer__department__path").annotate(
        Sum("reported_total")
    ):
        found[path] += total
    return found


def _within(row: RetentionTarget, sums: dict[str, Decimal]) -> Decimal:
    """A department counts with those below it, the branch with all."""
    path = row.department.path if row.department else ""
    return sum((total for key, total in sums.items() if key.startswith(path)), Decimal(0))
