"""What is ticked off during a visit and after it: the opening list and the next steps (R5, R7)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from staff.models import User
from visits.actions.errors import STALE, VisitError
from visits.models import Visit, VisitNextStep
from visits.step_rules import Step

OPENING = {
    "has_introduced": "自我介绍",
    "has_stated_purpose": "说明来意",
    "has_stated_time": "说明所需时间",
}
"""The three things to say first (R5). A help to memory, never demanded (D46)."""
DURING = (Visit.State.IN_PROGRESS, Visit.State.HELD)


@transaction.atomic
def tick_opening(*, visit: Visit, name: str, is_done: bool, by: User) -> None:
    """Tick or untick one point of the opening list, while the visit goes on or just after."""
    if name not in OPENING:
        raise VisitError("没有这一项。")
    here = Visit.objects.filter(pk=visit.pk, state__in=DURING)
    if not here.update(**{name: is_done}):
        raise VisitError(f"该拜访{STALE}")
    visit.refresh_from_db()
    changes = {name: [not is_done, is_done]}
    audit.record(verb="visit.opening_ticked", target=visit, by=by, changes=changes)


def write_steps(*, visit: Visit, steps: Iterable[Step]) -> None:
    """Make `steps` what is open for this visit; what is done already stays as it is."""
    visit.next_steps.filter(done_at=None).delete()
    VisitNextStep.objects.bulk_create(
        VisitNextStep(
            visit=visit,
            side=step.side,
            content=step.content,
            person=step.person,
            due_on=step.due_on,
        )
        for step in steps
    )


@transaction.atomic
def finish_step(*, step: VisitNextStep, is_done: bool, at: datetime, by: User) -> None:
    """Note that a next step is done, or take that back after a slip of the finger."""
    rows = VisitNextStep.objects.filter(pk=step.pk, done_at__isnull=is_done)
    done = {"done_at": at, "done_by": by} if is_done else {"done_at": None, "done_by": None}
    if not rows.update(**done):
        raise VisitError("这一项刚才已经改过，请刷新页面。")
    verb = "visit.step_done" if is_done else "visit.step_reopened"
    audit.record(verb=verb, target=step.visit, by=by, reason=step.content)
