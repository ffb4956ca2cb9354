"""What was agreed in a case is a duty with reminders: its actions, and the look in its cycle (R47).

An action is owed from the moment it is agreed; the look at the case from a week before its day.
"""

from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Customer
from core import clock
from core.models import Parameter
from core.rules import close_of_business, local_date
from planning.models import RetentionAction, RetentionCase
from reminders.actions import cancel_duty, fulfil_duty, open_duty, reopen_duty
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits.actions.correspondence import who_may_answer

KIND = DutyKind.RETENTION_ACTION
ASKED_BEFORE = timedelta(days=7)
ENDED = "预案已复盘。"


def owners_for(customer: Customer) -> QuerySet[User]:
    """Who can be given an action: who sees the customer, so that the duty's page opens."""
    return who_may_answer(customer)


def _due_at(day: date) -> datetime:
    return close_of_business(day, Parameter.objects.value("business_close"))


def owe(action: RetentionAction, *, by: User, at: datetime) -> None:
    """The owner's duty to do it by its day. Call inside the transaction."""
    customer = action.case.customer
    open_duty(
        kind=KIND,
        subject=action,
        owner=action.owner,
        started_at=at,
        due_at=_due_at(action.due_on),
        title=f"{action.get_kind_display()}行动：{action.text}"[:200],
        customer_name=customer.name,
        customer_ref=customer.pk,
        path=action.case.get_absolute_url(),
        by=by,
    )


def done(action: RetentionAction, *, by: User, result: str) -> None:
    fulfil_duty(kind=KIND, subject=action, at=clock.now(), evidence={"text": result}, by=by)


def looked_at(case: RetentionCase, *, by: User, note: str) -> None:
    fulfil_duty(kind=KIND, subject=case, at=clock.now(), evidence={"text": note[:200]}, by=by)


def end_all(case: RetentionCase, *, by: User) -> None:
    """The case is over: what was left of it is not owed any more."""
    for action in case.actions.filter(done_on=None):
        cancel_duty(kind=KIND, subject=action, reason=ENDED, by=by)
    cancel_duty(kind=KIND, subject=case, reason=ENDED, by=by)


def ask_looks(*, now: datetime) -> int:
    """Cases whose look is due within a week become a duty of the customer's manager; how many.

    Every night; safe to repeat. Key customers come monthly, important ones quarterly.
    """
    soon = local_date(now) + ASKED_BEFORE
    content_type = ContentType.objects.get_for_model(RetentionCase)
    asked = Obligation.objects.open().filter(kind=KIND, content_type=content_type)
    cases = RetentionCase.objects.filter(next_review_on__lte=soon)
    cases = cases.exclude(state=RetentionCase.State.REVIEWED)
    cases = cases.exclude(pk__in=asked.values("object_id")).select_related("customer__manager")
    return sum(_ask(case, now) for case in cases.order_by("pk").iterator(chunk_size=200))


@transaction.atomic
def _ask(case: RetentionCase, now: datetime) -> bool:
    owner, due_at = case.customer.manager, _due_at(case.next_review_on)
    same = {"kind": KIND, "subject": case, "owner": owner, "started_at": now, "due_at": due_at}
    if reopen_duty(**same, by=None):
        return True
    open_duty(
        **same,
        title=f"复查{case}"[:200],
        customer_name=case.customer.name,
        path=case.get_absolute_url(),
        by=None,
    )
    return True
