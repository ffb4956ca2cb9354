"""The history of the rates, made anew from the rows (§B.7). Safe to repeat or overlap."""

from collections import defaultdict
from datetime import date, datetime

from django.db import connection, transaction

from staff.models import User
from visits import kpi_rules as rules
from visits.kpi_sets import front, tallies
from visits.models import KpiMonth

KEPT = rules.MONTHS_SHOWN + 1
RECENT = 2
LOCK = 0x6B7069  # "kpi"


def rebuild_kpi(*, now: datetime, months: int = KEPT) -> int:
    """Count the last `months` months again; how many rows. Older ones stay as they were."""
    return sum(_rebuild(month, now) for month in rules.months_until(rules.this_month(now), months))


def _rebuild(month: date, now: datetime) -> int:
    with transaction.atomic():
        _one_at_a_time()
        rows = _rows(month, now)
        KpiMonth.objects.filter(month=month).delete()
        KpiMonth.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _one_at_a_time() -> None:
    """A second worker waits: both would delete and both insert."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _rows(month: date, now: datetime) -> list[KpiMonth]:
    places = {pk: at for pk, *at in User.objects.values_list("pk", "branch", "department")}
    counted = set(front(month).values_list("pk", flat=True))  # in the sums, as on the page
    groups: dict[tuple, rules.Tally] = defaultdict(rules.Tally)
    rows = []
    for (user, metric), tally in tallies(month, now).items():
        branch, department = places[user]
        if user in counted:
            groups[branch, department, metric] += tally
        rows.append(_row(month, now, metric, tally, branch, department, user))
    for (branch, department, metric), tally in groups.items():
        rows.append(_row(month, now, metric, tally, branch, department, None))
    return rows


def _row(month, now, metric, tally, branch, department, user) -> KpiMonth:
    return KpiMonth(
        branch_id=branch,
        department_id=department,
        user_id=user,
        month=month,
        metric=metric,
        hits=tally.hits,
        base=tally.base,
        counted_at=now,
    )
