"""The audit trail is append-only: through the ORM and in the database, on both engines."""

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    user = make_user()
    return audit.record(verb="user.edited", target=user, by=user, reason="测试")


def test_an_event_keeps_names_of_its_own(event):
    assert event.actor_name == event.actor.name == event.target_text
    assert audit.record(verb="x", target=event.actor, by=None).actor_name == "系统"


def test_the_orm_refuses_to_change_or_delete(event):
    event.reason = "改"
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(reason="改"),
        lambda: AuditEvent.objects.bulk_update([event], ["reason"]),
    ):
        with pytest.raises(TypeError), transaction.atomic():
            attempt()
    assert AuditEvent.objects.get(pk=event.pk).reason == "测试"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET reason = '改' WHERE id = %s",
        "DELETE FROM core_auditevent WHERE id = %s",
    ],
)
def test_the_database_refuses_it_too(event, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, [event.pk])
    assert AuditEvent.objects.get(pk=event.pk).reason == "测试"


def test_an_event_goes_down_with_the_transaction_of_its_cause():
    user = make_user()
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(verb="user.edited", target=user, by=user)
        raise RuntimeError
    assert not AuditEvent.objects.about(user).exists()
