"""What bench.valuation runs in a process of its own; the last line printed is its result."""

import json
import resource
import sys
import time
from datetime import date

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.valuation_sql import STATEMENT  # noqa: E402
from staff.models import Branch  # noqa: E402
from valuation.actions import computing  # noqa: E402
from valuation.models import CustomerValuation, ValuationRun, ValueModel  # noqa: E402

AS_OF = date(2026, 11, 1)
COLUMNS = (
    "current", "potential", "loyalty", "social", "composite", "combined", "revenue", "profit",
    "rank", "revenue_rank", "profit_rank", "grade", "quadrant", "loyalty_cell", "industry_ref",
    "is_managed", "has_missing", "indicators",
)  # fmt: skip
TABLE = CustomerValuation._meta.db_table


def draft() -> ValuationRun:
    model = ValueModel.objects.get(state="active")
    return ValuationRun.objects.create(
        branch=Branch.objects.get(code="BULK"), model=model, as_of=AS_OF, cut_method="median"
    )


def forget(*runs: ValuationRun) -> None:
    pks = [run.pk for run in runs]
    CustomerValuation.objects.filter(run__in=pks).delete()
    ValuationRun.objects.filter(pk__in=pks).delete()
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {TABLE}")


def by_pipeline(run: ValuationRun) -> float:
    started = time.monotonic()
    computing.compute(run.pk)
    spent = time.monotonic() - started
    run.refresh_from_db()
    if run.state != ValuationRun.State.COMPUTED:
        sys.exit(f"the run failed: {run.error}")
    return spent


def by_statement(run: ValuationRun) -> float:
    with connection.cursor() as cursor:
        # Compiling this statement takes PostgreSQL longer than running it: to its advantage.
        cursor.execute("SET jit = off")
        started = time.monotonic()
        cursor.execute(STATEMENT, {"as_of": AS_OF, "branch": run.branch_id, "run": run.pk})
        spent = time.monotonic() - started
        cursor.execute("RESET jit")
    return spent


def differences(ours: ValuationRun, theirs: ValuationRun) -> dict[str, int]:
    """{column: in how many customers the two differ}; a row that one lacks differs everywhere."""
    counts = ", ".join(
        f'count(*) FILTER (WHERE a."{name}" IS DISTINCT FROM b."{name}")' for name in COLUMNS
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {counts} FROM (SELECT * FROM {TABLE} WHERE run_id = %s) a FULL JOIN"
            f" (SELECT * FROM {TABLE} WHERE run_id = %s) b USING (customer_id)",
            [ours.pk, theirs.pk],
        )
        found = cursor.fetchone()
    return {name: number for name, number in zip(COLUMNS, found, strict=True) if number}


def compare(rounds: int) -> dict:
    spent: dict[str, list[float]] = {"pipeline": [], "statement": []}
    for _ in range(rounds):
        ours, theirs = draft(), draft()
        spent["pipeline"].append(by_pipeline(ours))
        spent["statement"].append(by_statement(theirs))
        different, number = differences(ours, theirs), ours.results.count()
        forget(ours, theirs)
    best = {name: min(times) for name, times in spent.items()}
    return {**best, "rounds": rounds, "different": different, "customers": number}


def memory(share: int) -> dict:
    """Peak RSS of computing every `share`-th part of the customers."""
    run = draft()
    cohort = computing.cohort
    wanted = cohort(run).count() // share
    last = cohort(run).order_by("pk").values_list("pk", flat=True)[wanted - 1]
    computing.cohort = lambda one: cohort(one).filter(pk__lte=last)
    start = _peak_mb()
    by_pipeline(run)
    peak, number = _peak_mb(), run.results.count()
    forget(run)
    return {"customers": number, "peak_mb": peak, "start_mb": start}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    work = {"compare": compare, "memory": memory}[sys.argv[1]]
    print(json.dumps(work(int(sys.argv[2]))))
