"""The one way to write the audit trail. Call it inside the transaction of the change."""

from collections.abc import Iterable

from django.db import models

from core.models import AuditEvent

# Names of the relations that lead from a row to what it belongs to, nearest to the customer first.
BELONGS_TO = ("customer", "letter", "visit", "contact", "kept", "bill", "obligation", "reminder")
BELONGS_TO += ("plan", "version")
BELONGS_TO += ("opportunity", "to_user", "owner", "user", "recipient", "uploaded_by")


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
        branch_ref=branch_of(target) or getattr(by, "branch_id", None),
        actor=by,
        actor_name=str(by) if by else "系统",
        changes=changes or {},
        reason=reason,
    )


def branch_of(target: models.Model) -> int | None:
    """The branch that `target` belongs to, itself or by what it hangs on; None for settings."""
    if target._meta.model_name == "branch":
        return target.pk
    branch = getattr(target, "branch_id", None)
    names = BELONGS_TO if branch is None else ()
    owners = (getattr(target, name, None) for name in names)
    owner = next((one for one in owners if isinstance(one, models.Model)), None)
    return branch_of(owner) if owner else branch
