"""Step two of the sweep: what waits for one person becomes messages, or one digest."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from reminders.actions.rulebook import Rulebook
from reminders.models import Channel, Delivery, Reminder
from staff.models import User

PEOPLE = 50
CHUNK = 500


def pack_some(book: Rulebook, channel: Channel, now: datetime) -> int:
    """Messages made for up to PEOPLE people. 0: nothing waits, or others are packing it."""
    loose = Reminder.objects.unpacked().filter(channel=channel)
    people = list(
        loose.order_by("recipient_id").values_list("recipient_id", flat=True).distinct()[:PEOPLE]
    )
    if not people:
        return 0
    with transaction.atomic():
        return _pack(_lock(people), book, channel, now)


def _lock(people: list[int]) -> list[int]:
    """Whoever holds the person packs for the person: else two halves of a digest could leave."""
    users = User.objects.filter(pk__in=people).order_by("pk")
    users = users.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return list(users.values_list("pk", flat=True))


def _pack(people: list[int], book: Rulebook, channel: Channel, now: datetime) -> int:
    loose = Reminder.objects.unpacked().filter(channel=channel, recipient__in=people)
    loose = loose.select_for_update(no_key=True, skip_locked=True, of=("self",))
    waiting: dict[int, list[Reminder]] = {}
    for reminder in loose.order_by("recipient_id", "scheduled_at", "pk"):
        waiting.setdefault(reminder.recipient_id, []).append(reminder)
    bundles = [b for rows in waiting.values() for b in _bundles(rows, book.digest_over)]
    deliveries = Delivery.objects.bulk_create(
        [_new_delivery(rows[0].recipient_id, channel, now) for rows in bundles], batch_size=CHUNK
    )
    packed = []
    for delivery, rows in zip(deliveries, bundles, strict=True):
        for reminder in rows:
            reminder.delivery = delivery
        packed += rows
    Reminder.objects.bulk_update(packed, ["delivery"], batch_size=CHUNK)
    return len(deliveries)


def _bundles(rows: list[Reminder], digest_over: int) -> list[list[Reminder]]:
    return [rows] if len(rows) > digest_over else [[row] for row in rows]


def _new_delivery(recipient_id: int, channel: Channel, now: datetime) -> Delivery:
    # Made once with the row: every retry carries the same Message-ID.
    message_id = f"<duty.{uuid.uuid4().hex}@{_host()}>"
    return Delivery(recipient_id=recipient_id, channel=channel, next_at=now, message_id=message_id)


def _host() -> str:
    return settings.SITE_URL.split("://", 1)[1].split("/", 1)[0].split(":", 1)[0]
