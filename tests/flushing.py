"""Plugin for tests that commit: their tables are emptied after them, and the seed comes back.

It comes back at the end of the test, not at the start of the next one that commits: whichever test
a worker takes afterwards finds the calendar and the parameters.
"""

import importlib
import sqlite3
from contextlib import closing, contextmanager

import pytest
from django.db import connection, transaction

AUDIT = importlib.import_module("core.migrations.0003_append_only")
RUNS = importlib.import_module("valuation.migrations.0003_runs_kept")
PLANS = importlib.import_module("planning.migrations.0005_versions_sealed")
TRIGGERS = (
    *("core_audit_no_UPDATE", "core_audit_no_DELETE"),
    *RUNS.SQLITE_NAMES,
    *PLANS.SQLITE_NAMES,
)
COMMITTING = {"transactional_db", "live_server"}
NOT_SEED = {"django_migrations"}  # Django does not empty it


def _commits(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        COMMITTING & set(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if _commits(item):
            # With it Django makes no content types of its own after emptying: ours come back.
            item.add_marker(
                pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False
            )


class Seed:
    """The rows that migrations have left, read before the first test that commits."""

    def __init__(self, blocker):
        self.blocker = blocker
        names = set(connection.introspection.django_table_names(only_existing=True)) - NOT_SEED
        with _reader() as cursor:
            self.tables = {name: _rows(cursor, name) for name in sorted(names)}
        # Django would bring its own copy back, row by row, at the start of each.
        connection._test_serialized_contents = "[]"

    def bring_back(self) -> None:
        with self.blocker.unblock():
            with connection.constraint_checks_disabled(), transaction.atomic():
                for name, (columns, rows) in self.tables.items():
                    if rows:
                        _insert(name, columns, rows)
            if connection.vendor == "sqlite":
                _drop()
                _run([*AUDIT.SQLITE, *RUNS.SQLITE, *PLANS.SQLITE])


@contextmanager
def _reader():
    """Values that can be written again as they are: Django's own SQLite makes Python's of them."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            yield cursor
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as plain:
        yield plain.cursor()


def _rows(cursor, name: str) -> tuple[list[str], list[tuple]]:
    cursor.execute(f'SELECT * FROM "{name}"')
    return [column[0] for column in cursor.description], cursor.fetchall()


def _insert(name: str, columns: list[str], rows: list[tuple]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{name}" ({quoted}) VALUES ({marks})', rows)


@pytest.fixture(scope="session")
def seed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Seed(django_db_blocker)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    yield  # the fixtures of the test have been torn down in here, and the tables emptied
    seed = getattr(item, "seed_to_bring_back", None)
    if seed and nextitem:  # after the last test the database is gone too
        seed.bring_back()


@pytest.fixture(autouse=True)
def _audit_trail_can_be_emptied(request):
    """SQLite empties with DELETE, which the append-only triggers refuse, as they should."""
    if not _commits(request.node):
        yield
        return
    request.node.seed_to_bring_back = request.getfixturevalue("seed")
    request.getfixturevalue("_django_db_helper")  # set up before, so torn down after this one
    yield
    if connection.vendor == "sqlite":
        _drop()


def _drop():
    _run(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS)


def _run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
