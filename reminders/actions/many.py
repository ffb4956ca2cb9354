"""The same as actions.duties for many duties at once: a fixed number of queries."""

from collections.abc import Iterable

from django.db import transaction

from core import audit
from reminders.models import Delivery, Obligation, Reminder


@transaction.atomic
def open_duties(duties: Iterable[Obligation], *, by) -> list[Obligation]:
    """Write duties that the caller has made and that are about new rows; `owner` is loaded."""
    made = Obligation.objects.bulk_create(duties, batch_size=500)
    audit.record_many(audit.event(verb="duty.opened", target=one, by=by) for one in made)
    return made


@transaction.atomic
def cancel_duties(duties, *, reason: str, by) -> int:
    """End the open duties of a QuerySet because their cause is gone; what waits is not sent."""
    rows = list(duties.open().select_for_update(of=("self",)).select_related("owner"))
    keys = [row.pk for row in rows]
    if not keys:
        return 0
    state = Obligation.State.CANCELLED
    Obligation.objects.open().filter(pk__in=keys).update(state=state, next_look_at=None)
    waiting = Reminder.objects.filter(obligation__in=keys).pending()
    packed = [pk for pk in waiting.values_list("delivery_id", flat=True) if pk]
    waiting.update(state=Reminder.State.CANCELLED)
    Delivery.objects.filter(pk__in=packed).empty_pending().update(state=Delivery.State.CANCELLED)
    audit.record_many(
        audit.event(verb=f"duty.{state}", target=row, by=by, reason=reason) for row in rows
    )
    return len(rows)
