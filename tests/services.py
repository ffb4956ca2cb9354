"""PostgreSQL, Redis and Chromium as the tests find them.

Missing means skip, except under CRM_REQUIRE_SERVICES=1 (.ci/run), where it means failure.
CRM_TEST_POSTGRES_URL and CRM_TEST_REDIS_URL name the servers for process tests also in a run whose
own database is SQLite; without them DATABASE_URL and REDIS_URL are looked at.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import redis


def missing(what: str) -> None:
    if os.environ.get("CRM_REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what} is required in this run")
    pytest.skip(f"{what} is not here")


def postgres_server() -> str:
    """URL of a database on a server where databases may be created."""
    url = os.environ.get("CRM_TEST_POSTGRES_URL") or os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        missing("PostgreSQL (CRM_TEST_POSTGRES_URL)")
    return url


def redis_server() -> str:
    url = os.environ.get("CRM_TEST_REDIS_URL") or os.environ.get("REDIS_URL", "")
    if not url:
        missing("Redis (CRM_TEST_REDIS_URL)")
    redis.Redis.from_url(url).ping()
    return url


def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        missing("Chromium")
    return path


@contextmanager
def scratch_database(server_url: str, template: str = "") -> Iterator[str]:
    """URL of a new PostgreSQL database, empty or a copy of `template`; dropped at the end."""
    name = f"crm_scratch_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    copied = f' TEMPLATE "{template}"' if template else ""
    run_sql(server_url, f'CREATE DATABASE "{name}"{copied}')
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        run_sql(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run_sql(url: str, statement: str) -> list[tuple]:
    """The rows that `statement` gives, if it gives any."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
