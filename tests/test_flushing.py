"""Whichever test a worker takes after one that commits finds what the migrations have left."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import Error, connection

from core.models import AuditEvent, Parameter, WorkCalendarDay


def left_by_migrations() -> tuple:
    rows = (Parameter, WorkCalendarDay, ContentType)
    return tuple(sorted(map(repr, model.objects.values_list())) for model in rows)


@pytest.fixture(scope="module")
def seen():
    return []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_one_that_commits(seen, time):
    seen.append(left_by_migrations())
    AuditEvent.objects.create(verb="test.flushed")


@pytest.mark.django_db
def test_one_that_does_not_finds_the_seed_and_the_triggers(seen):
    for found in seen:
        assert found == left_by_migrations()
    assert Parameter.objects.filter(key="business_close").exists()
    assert not AuditEvent.objects.exists()
    event = AuditEvent.objects.create(verb="test.kept")
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditevent WHERE id = %s", [event.pk])
