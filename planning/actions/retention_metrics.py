"""The five figures of a month: one row a customer, summed up for every scope (R49, §B.7)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q, Sum

from accounts.models import Customer, MonthlyBill, ProductInstance, ServiceContract
from core import clock
from core.models import Parameter
from core.rules import local_date
from planning import metric_rules as rules
from planning.models import Level, RetentionFact, RetentionMetricSnapshot
from planning.warning_rules import Term, is_renewed
from staff.models import Department

CHUNK = 2000
YEAR = 12
SUMS = tuple(f"{metric}_{part}" for metric in rules.METRICS for part in ("done", "due"))


def count_month(*, month: date | None = None) -> int:
    """Count the month before this one, or `month` (its first day), anew; how many customers.

    Safe to repeat: the rows of the month are replaced in one transaction, what was counted for
    another month is never touched.
    """
    now = clock.now()
    month = month or rules.shift(local_date(now).replace(day=1), -1)
    count = Month(month)
    with transaction.atomic():
        list(Department.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        RetentionFact.objects.filter(month=month).delete()
        number = sum(count.work(customers) for customers in _portions())
        RetentionMetricSnapshot.objects.filter(month=month).delete()
        _sum_up(month, now)
    return number


def count_missing() -> int:
    """Count last month unless that is done, and what was missed before: how many rows (R49).

    A year back and no further than the first month that was counted. What is counted late finds
    bills, products and contracts by their days, departments and managers as they are now. Every
    night also the renewals of months whose grace has passed since they were counted.
    """
    recount_renewals()
    return sum(count_month(month=month) for month in _missing())


def _missing() -> list[date]:
    this = local_date(clock.now()).replace(day=1)
    year = [rules.shift(this, -n) for n in range(YEAR, 0, -1)]
    rows = RetentionMetricSnapshot.objects.filter(month__in=year).order_by()
    counted = set(rows.values_list("month", flat=True).distinct())
    first = min(counted, default=year[-1])
    return [month for month in year if month >= first and month not in counted]


def recount_renewals() -> list[date]:
    """The months whose renewals were counted again, each once: who renews within the grace counts.

    A contract may be renewed until `renewal_grace_days` after its end (§B.7), and the month is
    counted on its following day. The other four figures stay as they were.
    """
    now = clock.now()
    renewals = RetentionMetricSnapshot.objects.filter(metric="renewal").order_by("month")
    counted = renewals.values_list("month").annotate(Max("made_at"))
    ended = [month for month, made_at in counted if _waits(Month(month), made_at, now)]
    for month in ended:
        _recount(Month(month), now)
    return ended


def _waits(count: "Month", made_at: datetime, now: datetime) -> bool:
    """Its last day of grace is over today and was not when it was counted."""
    settled = count.last + count.grace
    return local_date(made_at) <= settled < local_date(now)


@transaction.atomic
def _recount(count: "Month", now: datetime) -> None:
    list(Department.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    facts = RetentionFact.objects.filter(month=count.month)
    # A customer that was merged away has handed its contracts to the one that stays.
    facts.filter(customer=None).update(renewal_done=0, renewal_due=0)
    ending = ServiceContract.objects.filter(ends_on__range=(count.month, count.last))
    touched = Q(renewal_due__gt=0) | Q(customer__in=ending.values("customer"))
    keys = list(facts.filter(touched, customer__isnull=False).order_by("pk").values_list("pk"))
    for start in range(0, len(keys), CHUNK):
        count.renew(facts.filter(pk__in=[pk for (pk,) in keys[start : start + CHUNK]]))
    _sum_up(count.month, now, only="renewal")


def _portions() -> Iterator[list[tuple]]:
    """(pk, department, manager) of managed customers, also of lost ones: they are the churn."""
    after = 0
    while True:
        rows = Customer.objects.filter(is_managed=True, pk__gt=after).order_by("pk")
        part = list(rows.values_list("pk", "department", "manager")[:CHUNK])
        if not part:
            return
        after = part[-1][0]
        yield part


@dataclass
class Known:
    """What one portion of customers has, {customer: …}."""

    bills: dict[int, dict[date, Decimal]]
    pieces: dict[int, list[rules.Piece]]
    sticky: set[int]
    terms: dict[int, list[Term]]


class Month:
    def __init__(self, month: date):
        value = Parameter.objects.value
        self.month, self.following = month, rules.shift(month, 1)
        self.last = self.following - timedelta(days=1)
        self.long_term = value("long_term_months")
        self.grace = timedelta(days=value("renewal_grace_days"))
        self.churn = rules.ChurnRule(value("churn_zero_months"), value("churn_low_percent"))

    def work(self, customers: list[tuple]) -> int:
        known = self._known([pk for pk, *_ in customers])
        rows = [self._fact(one, known) for one in customers]
        RetentionFact.objects.bulk_create(rows, batch_size=1000)
        return len(rows)

    def _known(self, keys: list[int]) -> Known:
        within = {"customer__gte": keys[0], "customer__lte": keys[-1]}
        bills: dict = defaultdict(dict)
        rows = MonthlyBill.objects.filter(**within, month__in=self._months()).order_by()
        totals = rows.values_list("customer", "month").annotate(Sum("reported_total"))
        for pk, when, total in totals:
            bills[pk][when] = total
        pieces, sticky = defaultdict(list), set()
        products = ProductInstance.objects.filter(**within).order_by()
        for pk, is_sticky, *piece in products.values_list(
            "customer", "is_sticky", "quantity", "started_on", "ended_on"
        ):
            one = rules.Piece(*piece)
            pieces[pk].append(one)
            if is_sticky and one.runs_on(self.last):
                sticky.add(pk)
        return Known(bills, pieces, sticky, self._terms(within))

    def _months(self) -> list[date]:
        """Bills that the churn rule of this month and of the one before look at, in both years."""
        span = max(self.churn.zero_months, rules.MONTHS_OF_A_QUARTER) + 1
        newest = [rules.shift(self.month, -n) for n in range(span)]
        return [*newest, *(rules.shift(one, -YEAR) for one in newest)]

    def _terms(self, within: dict) -> dict[int, list[Term]]:
        found = defaultdict(list)
        contracts = ServiceContract.objects.filter(**within, ends_on__gte=self.month).order_by("pk")
        rows = list(
            contracts.values_list(
                "customer", "pk", "name", "starts_on", "ends_on", "is_auto_renewed",
                "renewal_of", "renewal_of__ends_on",
            )
        )  # fmt: skip
        followed = {row[6] for row in rows if row[6] and row[3] <= row[7] + self.grace}
        for customer, pk, name, starts_on, ends_on, is_auto, *_ in rows:
            found[customer].append(Term(pk, name, starts_on, ends_on, is_auto, pk in followed))
        return found

    def _fact(self, one: tuple, known: Known) -> RetentionFact:
        pk, department, manager = one
        bills, pieces, terms = known.bills[pk], known.pieces[pk], known.terms[pk]
        fact = RetentionFact(
            customer_id=pk, month=self.month, department_id=department, manager_id=manager
        )
        was_active = rules.was_active(pieces, bills, self.month, self.churn)
        is_lost = rules.is_lost(pieces, bills, self.month, self.churn)
        is_active = self._is_active(pieces, bills) and not is_lost
        self._set_renewal(fact, terms)
        fact.long_term_due = fact.sticky_due = int(is_active)
        fact.long_term_done = int(is_active and any(self._is_long(term) for term in terms))
        fact.sticky_done = int(is_active and pk in known.sticky)
        fact.customer_churn_due = int(was_active)
        fact.customer_churn_done = int(was_active and is_lost)
        lines = rules.lines(pieces, self.month)
        fact.line_churn_due, fact.line_churn_done = lines.average, lines.ended
        return fact

    def _set_renewal(self, fact: RetentionFact, terms: list[Term]) -> None:
        due = [term for term in terms if self.month <= term.ends_on <= self.last]
        fact.renewal_due = len(due)
        fact.renewal_done = sum(is_renewed(term, terms, self.grace) for term in due)

    def renew(self, rows) -> None:
        """Set the renewals of these facts anew, and nothing else of them."""
        facts = list(rows)
        terms = self._terms({"customer__in": [fact.customer_id for fact in facts]})
        for fact in facts:
            self._set_renewal(fact, terms[fact.customer_id])
        RetentionFact.objects.bulk_update(facts, ["renewal_done", "renewal_due"], batch_size=500)

    def _is_active(self, pieces, bills) -> bool:
        runs = any(piece.runs_on(self.last) for piece in pieces)
        return runs or rules.had_revenue(bills, self.month, self.churn)

    def _is_long(self, term: Term) -> bool:
        runs = term.starts_on <= self.last <= term.ends_on
        return runs and rules.term_months(term.starts_on, term.ends_on) >= self.long_term


def _sum_up(month: date, now: datetime, only: str = "") -> None:
    """Sums in the database: each department and manager, the branches from their departments.

    Of one metric `only`: its rows keep their key, their target and their place.
    """
    departments = dict(Department.objects.values_list("pk", "branch"))
    facts = RetentionFact.objects.filter(month=month).order_by()
    sums = {name: Sum(name) for name in SUMS}
    made, branches = [], defaultdict(lambda: dict.fromkeys(SUMS, Decimal(0)))
    paths = list(Department.objects.order_by("pk").values_list("pk", "path", "branch"))
    found = {row["department"]: row for row in facts.values("department").annotate(**sums)}
    for pk, path, branch in paths:
        below = [row for key, row in found.items() if _is_under(key, path, branch, paths)]
        if below:
            whole = {name: sum(row[name] for row in below) for name in SUMS}
            made += _snapshots(Level.DEPARTMENT, branch, pk, None, whole)
        if pk in found:
            for name in SUMS:
                branches[branch][name] += found[pk][name]
    for branch, whole in branches.items():
        made += _snapshots(Level.BRANCH, branch, None, None, whole)
    made += _of_managers(facts, sums, departments)
    if only:
        _replace(month, now, [row for row in made if row.metric == only], only)
        return
    targets = targets_of()
    for row in made:
        row.month, row.made_at, row.target = month, now, targets[row.metric]
    RetentionMetricSnapshot.objects.bulk_create(made, batch_size=500)


def _of_managers(facts, sums: dict, departments: dict[int, int]) -> list[RetentionMetricSnapshot]:
    whole = defaultdict(lambda: dict.fromkeys(SUMS, Decimal(0)))
    home = {}
    for row in facts.values("manager", "department", "manager__department").annotate(**sums):
        home[row["manager"]] = row["manager__department"] or row["department"]
        for name in SUMS:
            whole[row["manager"]][name] += row[name]
    return [
        one
        for manager, found in whole.items()
        for one in _snapshots(
            Level.MANAGER, departments[home[manager]], home[manager], manager, found
        )
    ]


def _replace(month: date, now: datetime, made: list, metric: str) -> None:
    """What was counted anew for a metric, in the rows that are there: links to them stay good."""
    values = {_owner(row): row for row in made}
    rows = list(RetentionMetricSnapshot.objects.filter(month=month, metric=metric))
    for row in rows:
        new = values.get(_owner(row))
        row.numerator, row.denominator = (new.numerator, new.denominator) if new else (0, 0)
        row.value, row.made_at = new.value if new else None, now
    fields = ["numerator", "denominator", "value", "made_at"]
    RetentionMetricSnapshot.objects.bulk_update(rows, fields, batch_size=500)


def _owner(row: RetentionMetricSnapshot) -> tuple:
    return row.level, row.manager_id or row.department_id or row.branch_id


def _is_under(key: int, path: str, branch: int, paths) -> bool:
    own = next(one for one in paths if one[0] == key)
    return own[2] == branch and own[1].startswith(path)


def _snapshots(level, branch, department, manager, whole) -> list[RetentionMetricSnapshot]:
    return [
        RetentionMetricSnapshot(
            level=level,
            branch_id=branch,
            department_id=department,
            manager_id=manager,
            metric=metric,
            numerator=whole[f"{metric}_done"],
            denominator=whole[f"{metric}_due"],
            value=rules.rate(Decimal(whole[f"{metric}_done"]), Decimal(whole[f"{metric}_due"])),
        )
        for metric in rules.METRICS
    ]


def targets_of() -> dict[str, Decimal]:
    """{metric: percent}, as the administrator has set them."""
    rows = Parameter.objects.filter(key__startswith="retention_target_")
    found = {row.key.removeprefix("retention_target_"): row.typed_value() for row in rows}
    return {metric: Decimal(found[metric]) for metric in rules.METRICS}
