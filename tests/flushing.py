"""Plugin for tests that commit: their tables are emptied after them, and the seed comes back."""

import importlib

import pytest
from django.db import connection

TRIGGERS = ("core_audit_no_UPDATE", "core_audit_no_DELETE")
COMMITTING = {"transactional_db", "live_server"}


def _commits(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        COMMITTING & set(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if _commits(item):
            # Work calendar and parameters come from migrations; emptying would lose them.
            item.add_marker(
                pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False
            )


@pytest.fixture(autouse=True)
def _audit_trail_can_be_emptied(request):
    """SQLite empties with DELETE, which the append-only triggers refuse, as they should."""
    if not _commits(request.node):
        yield
        return
    request.getfixturevalue("_django_db_helper")  # set up before, so torn down after this one
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        _drop()
        _run(importlib.import_module("core.migrations.0003_audit_append_only").SQLITE)
    yield
    if is_sqlite:
        _drop()


def _drop():
    _run(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS)


def _run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
