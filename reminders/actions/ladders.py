"""Changes to the rungs of a ladder, and to messages that were given up."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from core import audit
from reminders.actions.duties import DutyError
from reminders.models import Delivery, LadderStage, Obligation, Reminder

EDITABLE = ("anchor", "workdays", "minutes", "at_time", "audiences", "repeats_daily", "is_active")


@transaction.atomic
def edit_rung(*, stage: LadderStage, by, **fields) -> LadderStage:
    """Change one rung. Open duties of its kind are looked at again by the new ladder at once."""
    old = LadderStage.objects.select_for_update().get(pk=stage.pk)
    changes = {
        name: [_plain(getattr(old, name)), _plain(value)]
        for name, value in fields.items()
        if name in EDITABLE and getattr(old, name) != value
    }
    if not changes:
        return old
    for name in changes:
        setattr(old, name, fields[name])
    old.save(update_fields=list(changes))
    duties = Obligation.objects.open().filter(kind=old.kind)
    duties.update(next_look_at=F("started_at"))
    audit.record(verb="ladder.edited", target=old, by=by, changes=changes)
    return old


def _plain(value):
    """JSON of a field: times as text, the others as they are."""
    return value if value is None or isinstance(value, bool | int | list) else str(value)


@transaction.atomic
def retry_delivery(*, delivery: Delivery, at: datetime, by) -> None:
    """Send a given-up message again, as if it were new; duties that ended stay out of it."""
    failed = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED)
    if not failed.update(state=Delivery.State.PENDING, next_at=at, attempts=0, created_at=at):
        raise DutyError("这条消息已不在失败状态，请刷新后查看。")
    rows = delivery.reminders.filter(state=Reminder.State.FAILED)
    rows.filter(obligation__state=Obligation.State.OPEN).update(state=Reminder.State.PENDING)
    audit.record(verb="delivery.retried", target=delivery, by=by)
