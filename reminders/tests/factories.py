"""Plain functions that make duties for tests."""

import itertools
from datetime import UTC, datetime, timedelta

from django.contrib.contenttypes.models import ContentType

from core.models import Parameter
from reminders.models import Channel, Delivery, DutyKind, Obligation, Reminder
from staff.models import Branch
from staff.tests.factories import make_user

_serial = itertools.count(1)
MONDAY_9 = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai, a working day


def make_duty(*, owner=None, kind=DutyKind.LETTER_REPLY, started_at=MONDAY_9, **fields):
    """An open duty of 48 hours about something of its own."""
    serial = next(_serial)
    fields.setdefault("content_type", ContentType.objects.get_for_model(Branch))
    fields.setdefault("object_id", 1_000_000 + serial)
    fields.setdefault("title", f"第{serial}件事")
    fields.setdefault("customer_name", f"客户{serial}")
    fields.setdefault("path", f"/t/{serial}/")
    fields.setdefault("clock", Obligation.Clock.FIXED)
    fields.setdefault("due_at", started_at + timedelta(hours=48))
    fields.setdefault("original_due_at", fields["due_at"])
    fields.setdefault("next_look_at", started_at)
    owner = owner or make_user()
    return Obligation.objects.create(owner=owner, kind=kind, started_at=started_at, **fields)


def make_reminder(duty=None, *, recipient=None, stage="received", **fields):
    duty = duty or make_duty()
    fields.setdefault("scheduled_at", duty.started_at)
    return Reminder.objects.create(
        obligation=duty,
        recipient=recipient or duty.owner,
        stage=stage,
        channel=Channel.EMAIL,
        **fields,
    )


def make_delivery(reminder=None, **fields):
    """A message with one reminder, due since MONDAY_9."""
    reminder = reminder or make_reminder()
    fields.setdefault("next_at", MONDAY_9)
    fields.setdefault("message_id", f"<test.{next(_serial)}@example.com>")
    delivery = Delivery.objects.create(
        recipient=reminder.recipient, channel=Channel.EMAIL, **fields
    )
    Reminder.objects.filter(pk=reminder.pk).update(delivery=delivery)
    return delivery


def no_quiet_hours():
    """Reminders at any hour of any day, for tests that do not choose the time."""
    Parameter.objects.filter(key__in=["quiet_from", "quiet_until"]).update(value="00:00")
    Parameter.objects.filter(key="quiet_on_rest_days").update(value="false")
