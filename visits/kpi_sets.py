"""The rows of each metric, written once: table, list, count, export and history start from here.

A row belongs to the person who owns it (the visit, the duty) and so to whoever oversees that
person, like the duties themselves: `Obligation.visible_to`. A customer who has left the reader's
scope meanwhile still counts, but is not named (visits.kpi_reports).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Min, Model, Q, QuerySet

from reminders.models import DutyKind, Obligation
from staff.models import Department, User
from visits.kpi_rules import BASE, HIT, MISS, Tally, bounds
from visits.models import Commitment, PromiseRenegotiation, Visit
from visits.rules import ARRIVE_EARLY

V, D = Visit.State, Obligation.State
HELD = (V.HELD, V.RECORDED, V.CLOSED)
Part = Callable[[date, datetime], Q]


@dataclass(frozen=True)
class Rows:
    """`base` and `hit` of one metric as conditions, given the month and the present moment."""

    base: Part
    hit: Part


@dataclass(frozen=True)
class Pool:
    """Metrics that are counted in one query: a table and the condition of a month."""

    model: type[Model]
    in_month: Callable[[date], Q]
    order: str
    metrics: Mapping[str, Rows]


# --- visits: by the appointed day -----------------------------------------------------------------
def _visits_in(month: date) -> Q:
    start, end = bounds(month)
    # A visit that was moved is counted where it was moved to.
    real = ~Q(state__in=(V.DRAFT, V.RESCHEDULED))
    return Q(scheduled_start__gte=start, scheduled_start__lt=end) & real


VISITS = Pool(
    Visit,
    _visits_in,
    "scheduled_start",
    {
        "held": Rows(
            lambda month, now: Q(booked_at__isnull=False, scheduled_end__lte=now),
            lambda month, now: Q(state__in=HELD),
        ),
        "booked": Rows(
            lambda month, now: (
                Q(is_formal=True, scheduled_start__lte=now)
                & (Q(booked_at__isnull=False) | Q(state__in=HELD))
            ),
            lambda month, now: Q(is_booked_in_time=True),
        ),
        "punctual": Rows(
            lambda month, now: Q(mode=Visit.Mode.ON_SITE, arrived_at__isnull=False),
            lambda month, now: Q(arrived_at__lte=F("scheduled_start") - ARRIVE_EARLY),
        ),
    },
)


# --- duties: by the day they are due --------------------------------------------------------------
def _due_in(month: date) -> Q:
    """Midnight is 24:00 of the day that ends there (民法典203)."""
    start, end = bounds(month)
    return Q(due_at__gt=start, due_at__lte=end)


def _due(now: datetime) -> Q:
    return Q(state__in=(D.DONE, D.DONE_LATE)) | Q(state=D.OPEN, due_at__lt=now)


def _of(kind: str) -> Rows:
    return Rows(
        lambda month, now: Q(kind=kind) & _due(now),
        lambda month, now: Q(state=D.DONE),
    )


KINDS = {
    "record": DutyKind.VISIT_RECORD,
    "thanks": DutyKind.THANK_YOU_LETTER,
    "reply": DutyKind.LETTER_REPLY,
    "weekly": DutyKind.WEEKLY_PLAN,
}
DUTIES = Pool(
    Obligation,
    lambda month: _due_in(month) & Q(kind__in=KINDS.values()),
    "due_at",
    {code: _of(kind) for code, kind in KINDS.items()},
)


# --- promises: consent that came too late heals nothing (R12, visits.promise_rules) ---------------
def _too_late() -> QuerySet:
    late = PromiseRenegotiation.objects.filter(consent_on__gt=F("old_due_on"))
    return late.order_by().values("commitment")


def _broken_in(month: date) -> QuerySet:
    """Promises whose day passed in `month` before the customer agreed to another one."""
    start, end = (moment.date() for moment in bounds(month))
    first = _too_late().annotate(first=Min("old_due_on"))
    return first.filter(first__gte=start, first__lt=end).values("commitment")


def _promises_in(month: date) -> Q:
    measured = _due_in(month) & ~Q(object_id__in=_too_late())
    return Q(kind=DutyKind.COMMITMENT) & (measured | Q(object_id__in=_broken_in(month)))


def _promise_due(month: date, now: datetime) -> Q:
    named = Commitment.objects.filter(state=Commitment.State.BROKEN).values("pk")
    broken = Q(object_id__in=named, state=D.CANCELLED)
    healed_late = Q(state=D.OPEN, object_id__in=_too_late())
    return _due(now) | broken | healed_late


PROMISES = Pool(
    Obligation,
    _promises_in,
    "due_at",
    {
        "promise": Rows(
            _promise_due, lambda month, now: Q(state=D.DONE) & ~Q(object_id__in=_too_late())
        )
    },
)

POOLS = (VISITS, DUTIES, PROMISES)
POOL_OF = {code: pool for pool in POOLS for code in pool.metrics}


FRONT = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)


def front(month: date) -> QuerySet[User]:
    """The front line as it is now, with those who left during `month` or later."""
    there = Q(state=User.State.ACTIVE) | Q(left_on__gte=month)
    return User.objects.filter(there, role__in=FRONT)


def people_of(viewer: User, month: date) -> QuerySet[User]:
    """Whose rates `viewer` may see: the front line below."""
    return front(month).overseen_by(viewer)


BRANCH_WIDE = (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR)


@dataclass(frozen=True)
class Group:
    """A department whose people are overseen one and all; `pk` is None for those in none."""

    pk: int | None
    name: str

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return str(self.pk or "none")


def groups_of(viewer: User, people: QuerySet[User]) -> dict[str, Group]:
    """{key: Group} of `people` (those of `people_of`), by name. One query.

    Who stands in for a head is among the people without overseeing the own department: of that
    the own rows are seen, and they are not its number.
    """
    whole, sees_all = Q(pk__in=[]), False
    for person in viewer.acting_for():
        if person.role in BRANCH_WIDE:
            whole, sees_all = whole | Q(branch=person.branch_id), True
        elif person.role == User.Role.DEPT_HEAD:
            whole |= Q(pk__in=person.departments_below())
    there = people.order_by().values("department")
    found = Department.objects.filter(whole, pk__in=there).order_by("name", "pk")
    groups = [Group(pk, name) for pk, name in found.values_list("pk", "name")]
    groups += [Group(None, "未分部门")] if sees_all else []
    return {group.key: group for group in groups}


def people_in(group: Group, people: QuerySet[User]) -> QuerySet[User]:
    return people.filter(department=group.pk)


def rows_of(
    metric: str, month: date, now: datetime, *, people: QuerySet[User], part: str = BASE
) -> QuerySet:
    """The rows behind one number: those of `people` (a part of `people_of`), oldest first."""
    pool = POOL_OF[metric]
    found = pool.model.objects.filter(_part(pool, metric, month, now, part), owner__in=people)
    return found.order_by(pool.order, "pk")


def _part(pool: Pool, metric: str, month: date, now: datetime, part: str) -> Q:
    rows = pool.metrics[metric]
    base, hit = pool.in_month(month) & rows.base(month, now), rows.hit(month, now)
    return {BASE: base, HIT: base & hit, MISS: base & ~hit}[part]


def tallies(
    month: date, now: datetime, people: Iterable | None = None, *, by: str = "owner"
) -> dict[tuple[int | None, str], Tally]:
    """{(`by`, metric): Tally} of `people` (keys or a QuerySet), None for everybody.

    `by` leads from a row to what is told apart: its owner, or the owner's department. Three
    queries.
    """
    found: dict[tuple[int, str], Tally] = {}
    for pool in POOLS:
        rows = pool.model.objects.filter(pool.in_month(month))
        if people is not None:
            rows = rows.filter(owner__in=people)
        for row in rows.order_by().values(by).annotate(**_counts(pool, month, now)):
            for code in pool.metrics:
                if base := row[f"{code}_base"]:
                    found[row[by], code] = Tally(row[f"{code}_hit"], base)
    return found


def _counts(pool: Pool, month: date, now: datetime) -> dict:
    counts = {}
    for code, rows in pool.metrics.items():
        base = rows.base(month, now)
        counts[f"{code}_base"] = Count("pk", filter=base)
        counts[f"{code}_hit"] = Count("pk", filter=base & rows.hit(month, now))
    return counts
