"""A database of a trial version is refused in plain words and left as it is (ADR 0011)."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from crm.management.commands.bootstrap import Command

pytestmark = pytest.mark.django_db


def applied():
    return set(MigrationRecorder(connection).applied_migrations())


def test_a_database_that_stopped_halfway_is_refused():
    recorder = MigrationRecorder(connection)
    for app, name in applied():
        if app == "accounts":
            recorder.record_unapplied(app, name)
    recorder.record_applied("accounts", "0001_initial")
    before = applied()
    with pytest.raises(CommandError, match="make demo-reset"):
        call_command("bootstrap")
    assert applied() == before


def test_one_that_is_up_to_date_is_not():
    Command()._check_age()
