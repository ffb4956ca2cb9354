"""The numbers of a stage: an administrator changes them, running opportunities keep theirs."""

from django.db import transaction

from accounts.actions.revisions import as_changes, differences
from core import audit
from opportunities.models import OpportunityStage
from staff.models import User


@transaction.atomic
def edit_stage(*, stage: OpportunityStage, by: User, **fields) -> None:
    """`fields`: probability, exit_criterion, stale_days. They hold for moves from now on (§B.4)."""
    stored = OpportunityStage.objects.select_for_update().get(pk=stage.pk)
    found = differences(stored, fields)
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(fields))
    audit.record(verb="opportunity_stage.changed", target=stored, by=by, changes=as_changes(found))
