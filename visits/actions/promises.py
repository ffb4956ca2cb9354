"""Promises made to customers (R12): made with a day, kept with evidence."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Customer
from core import audit
from core.models import Parameter
from core.rules import close_of_business
from reminders.actions import fulfil_duty, open_duty
from reminders.models import DutyKind
from staff.models import User
from visits.actions import telling
from visits.actions.errors import STALE, VisitError
from visits.models import Commitment, InboundLetter, Visit


@transaction.atomic
def make_promise(
    *,
    customer: Customer,
    content: str,
    due_on: date,
    owner: User,
    by: User,
    visit: Visit | None = None,
    letter: InboundLetter | None = None,
) -> Commitment:
    """Record a promise and open its duty, due at close of business of `due_on` (R12).

    Comes from a visit or from a letter, never from nowhere: its page is the page of its source.
    """
    if visit is None and letter is None:
        raise VisitError("承诺要写明来自哪次拜访或哪封来函。")
    promise = Commitment.objects.create(
        customer=customer,
        visit=visit,
        letter=letter,
        content=content,
        owner=owner,
        due_on=due_on,
        created_by=by,
    )
    open_promise_duty(promise, by=by)
    audit.record(verb="commitment.made", target=promise, by=by)
    telling.tell_promise(promise, by=by)
    return promise


def open_promise_duty(promise: Commitment, *, by: User | None) -> None:
    """Due at close of business of the promised day (R12)."""
    closes_at = Parameter.objects.value("business_close")
    open_duty(
        kind=DutyKind.COMMITMENT,
        subject=promise,
        owner=promise.owner,
        started_at=promise.created_at,
        due_at=close_of_business(promise.due_on, closes_at),
        title=f"兑现承诺：{promise.content}"[:200],
        customer_name=promise.customer.name,
        path=promise.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def fulfil_promise(*, promise: Commitment, evidence: str, at: datetime, by: User) -> None:
    """Mark a promise kept, with what was done and when; ends its duty, late or in time (R12)."""
    moved = Commitment.objects.filter(pk=promise.pk, state=Commitment.State.OPEN).update(
        state=Commitment.State.FULFILLED, fulfilled_at=at, evidence=evidence
    )
    if not moved:
        raise VisitError(f"该承诺{STALE}")
    promise.refresh_from_db()
    fulfil_duty(
        kind=DutyKind.COMMITMENT, subject=promise, at=at, evidence={"text": evidence}, by=by
    )
    audit.record(verb="commitment.fulfilled", target=promise, by=by, reason=evidence)
    telling.tell_kept(promise, by=by)
