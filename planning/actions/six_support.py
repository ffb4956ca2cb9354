"""A promise beyond today's ability needs an improvement: a duty of its owner (R75)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from core import audit, clock
from core.models import Parameter
from core.rules import close_of_business
from planning.actions.errors import PlanError
from planning.models import SupportAssessment
from reminders import rules as reminder_rules
from reminders.actions import cancel_duty, fulfil_duty, open_duty, reassign_duties
from reminders.actions.duties import move_duty
from reminders.models import DutyKind, Obligation
from staff.models import User

KIND = DutyKind.SUPPORT_IMPROVEMENT
CHANGED = "改进安排有变"
DELETED = "这一项已删除"
STARTED = "已约定的改进不能清空；完成后标为完成，或删除这一项。"


def due_at(row: SupportAssessment) -> datetime:
    return close_of_business(row.improvement_due, Parameter.objects.value("business_close"))


def check_improvement(old: SupportAssessment | None, new: SupportAssessment) -> None:
    """What was agreed with its owner is not wiped out silently; PlanError."""
    if old and old.improvement_owner_id and not (new.improvement and new.improvement_owner_id):
        raise PlanError(STARTED)
    parts = (new.improvement, new.improvement_owner_id, new.improvement_due)
    if any(parts) and not all(parts):
        raise PlanError("改进要同时写明措施、负责人和完成期限。")


def keep_duty(row: SupportAssessment, *, by: User) -> None:
    """The duty says what the row says: same owner, same day. Call inside the transaction."""
    if not row.improvement_owner_id or row.improved_at:
        return
    customer = row.planning.customer
    duty = Obligation.objects.of(KIND, row).first()
    if duty is None:
        open_duty(
            kind=KIND,
            subject=row,
            owner=row.improvement_owner,
            started_at=clock.now(),
            due_at=due_at(row),
            title=f"改进：{row.item}",
            customer_name=customer.name,
            customer_ref=customer.pk,
            path=row.get_absolute_url(),
            by=by,
        )
        return
    if duty.owner_id != row.improvement_owner_id:
        same = Obligation.objects.filter(pk=duty.pk)
        reassign_duties(duties=same, to=row.improvement_owner, by=by, reason=CHANGED)
    if duty.due_at != due_at(row):
        move_duty(duty=duty, to=reminder_rules.Deadline(due_at(row), False, CHANGED), by=by)


def end_duty(row: SupportAssessment, *, by: User) -> None:
    cancel_duty(kind=KIND, subject=row, reason=DELETED, by=by)


@transaction.atomic
def finish_improvement(*, row: SupportAssessment, our_current: Decimal, by: User) -> None:
    """The improvement is done and we can do `our_current` now; its duty ends with that.

    PlanError when it was finished before, or when the promise would still be too good.
    """
    now = clock.now()
    row.our_current = our_current
    if row.is_promise_too_good:
        raise PlanError("改进后的能力仍达不到承诺，请先做到，或调整承诺。")
    open_rows = SupportAssessment.objects.filter(pk=row.pk, improved_at=None)
    open_rows = open_rows.exclude(improvement_owner=None)
    old = open_rows.values_list("our_current", flat=True).first()
    if not open_rows.update(our_current=our_current, improved_at=now):
        raise PlanError("这项改进已经标为完成。")
    fulfil_duty(kind=KIND, subject=row, at=now, evidence={"our_current": str(our_current)}, by=by)
    changes = {row.item: [str(old if old is not None else ""), str(our_current)]}
    audit.record(verb="six.improved", target=row.planning, by=by, changes=changes)
    row.refresh_from_db()
