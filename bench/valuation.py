"""Measures a run of the value model beside one hand-written SQL statement that does the same.

    python -m bench.valuation --customers 100000

Both read the same rows of the database `crm_bench` (made and filled as by bench.run when it is not
there; what the value model reads is added), take turns, and must come to the same results: every
column of every customer is compared. Acceptance (issue 5): at most three times the statement, and
memory that does not grow with the number of customers: the peak RSS of processes of their own that
compute half of the customers, and all.
"""

import argparse
import json
import os
import subprocess
import sys

import psycopg2

from bench import run as bench_run
from bench import valuation_fill

MOST_TIMES = 3.0
MOST_GROWTH_MB = 16.0


def main() -> int:
    options = _options()
    environment = bench_run._database(options)
    _fill(environment["DATABASE_URL"])
    found = _inside(environment, "compare", options.rounds)
    half, whole = (_inside(environment, "memory", share) for share in (2, 1))
    return _report(found, half, whole)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.valuation", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", default=bench_run.DATABASE)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.fresh, options.visits, options.duties, options.plans = False, 0, 0, 0
    return options


def _fill(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        valuation_fill.fill(cursor)
    connection.close()


def _inside(environment: dict, what: str, number: int) -> dict:
    command = [sys.executable, "-m", "bench.valuation_inside", what, str(number)]
    done = subprocess.run(
        command, cwd=bench_run.ROOT, env=os.environ | environment, check=True, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def _report(found: dict, half: dict, whole: dict) -> int:
    ratio = found["pipeline"] / found["statement"]
    growth = whole["peak_mb"] - half["peak_mb"]
    print(f"{found['customers']:,} customers × 20 indicators, best of {found['rounds']} rounds:")
    print(f"  the pipeline   {found['pipeline']:8.2f} s")
    print(f"  one statement  {found['statement']:8.2f} s   ratio {ratio:.2f} (≤ {MOST_TIMES})")
    print(f"  columns that differ: {found['different'] or 'none'}")
    for one in (half, whole):
        print(f"  peak RSS at {one['customers']:>9,}: {one['peak_mb']:.1f} MB"
              f" ({one['start_mb']:.1f} before)")  # fmt: skip
    print(f"  growth {growth:.1f} MB (≤ {MOST_GROWTH_MB})")
    is_good = ratio <= MOST_TIMES and growth <= MOST_GROWTH_MB and not found["different"]
    print("good" if is_good else "NOT good")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
