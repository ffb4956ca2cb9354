"""The timeline of a customer: every app's actions write here, inside their own transaction."""

from datetime import date, datetime, time

from django.db import models

from accounts.models import Customer, TimelineEntry
from core import clock
from core.rules import SHANGHAI

Kind = TimelineEntry.Kind


def note(
    *,
    customer: Customer,
    kind: str,
    title: str,
    detail: str = "",
    path: str = "",
    at: datetime | None = None,
    actor=None,
    source: str = "",
) -> TimelineEntry:
    """Write what happened; `at` is when, now by default; too long texts are cut.

    `source` ("visit:12") names the origin: the same source again rewrites its entry.
    """
    fields = {
        "at": at or clock.now(),
        "kind": kind,
        "title": cut(title, 150),
        "detail": cut(detail, 300),
        "path": path,
        "actor": actor,
    }
    if not source:
        return TimelineEntry.objects.create(customer=customer, **fields)
    entry, _ = TimelineEntry.objects.update_or_create(
        customer=customer, source=source, defaults=fields
    )
    return entry


def forget(*, customer: Customer, source: str) -> None:
    """Take back an entry whose source is gone (a deleted event, a merge that was undone)."""
    TimelineEntry.objects.filter(customer=customer, source=source).delete()


def source_of(row: models.Model) -> str:
    """「accounts.contact:15」."""
    return f"{row._meta.label_lower}:{row.pk}"


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def start_of(day: date) -> datetime:
    """Midnight in Shanghai at which `day` begins: the place of an undated hour."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
