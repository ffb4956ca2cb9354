"""Plugin: the schema is migrated once for each state of the migrations, then copied.

Migrations take longer than most test files; every worker of every run would pay for them. The
copy is named after the text of all migrations and of the locked requirements, so that a changed
migration is run again. SQLite: a file in .pytest_cache. PostgreSQL: a template database.
"""

import shutil
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection

from tests.copies import MIGRATED, PREFIX, alone, of_migrations


@pytest.fixture(scope="session", autouse=True)
def _migrated_once():
    """Django calls `migrate` when it makes the test database: there the copy is put in place."""
    with patch("django.core.management.call_command", _or_copy):
        yield


def _or_copy(name, *arguments, **options):
    if name != "migrate" or not options.get("run_syncdb"):  # only the maker of test databases
        return call_command(name, *arguments, **options)
    with alone(MIGRATED):
        copy = COPIES[connection.vendor](of_migrations())
        if not copy.is_there():
            call_command(name, *arguments, **options)
            copy.keep()
        else:
            copy.restore()
    return None


class SqliteCopy:
    def __init__(self, key: str):
        self.path = MIGRATED / f"{key}.sqlite3"

    def is_there(self) -> bool:
        return self.path.exists()

    def keep(self) -> None:
        kept = sorted(MIGRATED.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-2]:  # who changes a migration and takes it back finds the older one
            old.unlink()
        connection.close()
        part = self.path.with_suffix(".part")
        shutil.copyfile(connection.settings_dict["NAME"], part)
        part.rename(self.path)

    def restore(self) -> None:
        connection.close()
        shutil.copyfile(self.path, connection.settings_dict["NAME"])


class PostgresCopy:
    """The template is a database of its own; who restores drops the empty one first."""

    def __init__(self, key: str):
        self.name = PREFIX + key
        self.test_name = connection.settings_dict["NAME"]

    def is_there(self) -> bool:
        with self._server() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            return cursor.fetchone() is not None

    def keep(self) -> None:
        self._make(self.name, self.test_name)

    def restore(self) -> None:
        with self._server() as cursor:
            cursor.execute(f'DROP DATABASE "{self.test_name}"')
        self._make(self.test_name, self.name)

    def _make(self, name: str, template: str) -> None:
        connection.close()
        with self._server() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    @contextmanager
    def _server(self):
        connection.close()
        with connection._nodb_cursor() as cursor:
            yield cursor


COPIES = {"sqlite": SqliteCopy, "postgresql": PostgresCopy}
