"""The numbers of a stage: an administrator changes them, running opportunities keep theirs."""

from django.db import transaction

from accounts.actions.revisions import Difference, as_changes, differences
from core import audit
from opportunities.models import OpportunityStage
from opportunities.stage_rules import LABELS
from staff.models import User


def _said(names: list[str]) -> str:
    return "、".join(LABELS[name] for name in names)


@transaction.atomic
def edit_stage(*, stage: OpportunityStage, by: User, **fields) -> None:
    """`fields`: probability, exit_criterion, required, stale_days. They hold for what is moved or
    changed from now on (§B.4)."""
    stored = OpportunityStage.objects.select_for_update().get(pk=stage.pk)
    found = differences(stored, {n: v for n, v in fields.items() if n != "required"})
    if (names := fields.get("required")) is not None and names != stored.required:
        old, new = (_said(names) for names in (stored.required, names))
        found.append(Difference("required", "必填内容", old, new))
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(fields))
    audit.record(verb="opportunity_stage.changed", target=stored, by=by, changes=as_changes(found))
