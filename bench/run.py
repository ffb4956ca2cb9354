"""Measures the product at 100 000 customers and 500 000 visits beside a bare page, on PostgreSQL.

    make bench                       # or: python -m bench.run --customers 20000 --requests 40

The database `crm_bench` is made once on the server of BENCH_POSTGRES_URL (else DATABASE_URL, else
postgres://postgres@127.0.0.1:5432/postgres) and used again; --fresh makes it anew. Floor and pages
take turns, so that whatever else the machine does falls on all of them; only ratios count.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "crm_bench"
VISITS_EACH = 5
PLANS = 5_000  # with 200 000 lines of targets
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    options = _options()
    environment = _database(options)
    arguments = ["--requests", str(options.requests), "--port", str(options.port)]
    arguments += ["--only", options.only]
    done = _manage(environment, "measure", *arguments, check=False)
    return done.returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--visits", type=int, help="five for each customer if not given")
    parser.add_argument("--duties", type=int, help="one for each customer if not given")
    parser.add_argument("--plans", type=int, default=PLANS)
    parser.add_argument("--requests", type=int, default=60, help="measured requests of each kind")
    parser.add_argument("--only", default="", help="the floor and the kinds with this in the name")
    parser.add_argument("--database", default=DATABASE)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--fresh", action="store_true", help="drop the database and fill it again")
    return parser.parse_args()


# --- the database ---------------------------------------------------------------------------------
def _database(options) -> dict[str, str]:
    """Makes and fills the database unless it is there; returns the environment of its processes."""
    server = os.environ.get("BENCH_POSTGRES_URL") or os.environ.get("DATABASE_URL") or SERVER
    if not server.startswith("postgres"):
        sys.exit("make bench needs PostgreSQL: set BENCH_POSTGRES_URL.")
    _create(server, options.database, options.fresh)
    url = urlunsplit(urlsplit(server)._replace(path=f"/{options.database}"))
    environment = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": "only-for-measuring-" + "0123456789" * 5,
        "CRM_ENV_FILE": os.devnull,
        "VAR_DIR": os.environ.get("BENCH_VAR_DIR", "/tmp/crm-bench"),
        "DEBUG": "0",
        "REDIS_URL": "",
        "HTTPS": "0",
    }
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
    if not _filled(url):
        print(f"Filling {options.database} with {options.customers:,} customers…", flush=True)
        _manage(environment, "bulk_demo", "--customers", str(options.customers))
    visits = str(options.visits if options.visits is not None else options.customers * VISITS_EACH)
    duties = str(options.duties if options.duties is not None else options.customers)
    # Does nothing when they are there.
    _manage(environment, "bulk_demo", "--only-visits", "--visits", visits, "--duties", duties)
    _manage(environment, "bulk_demo", "--only-plans", "--plans", str(options.plans))
    return environment


def _create(server: str, name: str, is_fresh: bool) -> None:
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        if is_fresh:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


def _filled(url: str) -> bool:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM staff_branch WHERE code = 'BULK')")
        [found] = cursor.fetchone()
    connection.close()
    return found


def _manage(environment, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=check)


if __name__ == "__main__":
    sys.exit(main())
