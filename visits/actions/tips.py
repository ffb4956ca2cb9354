"""An administrator words a tip (R37–R40). Its place in the product stays what it is."""

from django.db import transaction

from core import audit
from staff.models import User
from visits.models import Tip


@transaction.atomic
def edit_tip(*, tip: Tip, by: User, text: str, order: int, is_active: bool) -> None:
    """Keep the new words; the trail has the old ones."""
    row = Tip.objects.select_for_update(of=("self",)).get(pk=tip.pk)
    wanted = {"text": text, "order": order, "is_active": is_active}
    changes = {
        name: [getattr(row, name), value]
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    Tip.objects.filter(pk=row.pk).update(**wanted)
    if changes:
        audit.record(verb="tip.edited", target=row, by=by, changes=changes)
