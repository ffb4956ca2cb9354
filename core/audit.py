"""The one way to write the audit trail. Call it inside the transaction of the change."""

from collections.abc import Iterable

from django.db import models

from core.models import AuditEvent


def record(
    *, verb: str, target: models.Model, by, changes: dict | None = None, reason: str = ""
) -> AuditEvent:
    """Append one event. `by` is a user or None for the system; `changes` is {field: [old, new]}."""
    one = event(verb=verb, target=target, by=by, changes=changes, reason=reason)
    one.save(force_insert=True)
    return one


def record_many(events: Iterable[AuditEvent]) -> None:
    """Append what `event` made, for work on many rows at once."""
    AuditEvent.objects.bulk_create(events, batch_size=1000)


def event(
    *, verb: str, target: models.Model, by, changes: dict | None = None, reason: str = ""
) -> AuditEvent:
    """The same as `record`, not yet written."""
    return AuditEvent(
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_text=str(target)[:200],
        actor=by,
        actor_name=str(by) if by else "系统",
        changes=changes or {},
        reason=reason,
    )
