"""快速记拜访: a visit that has just taken place is written down on one screen."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Contact, Customer
from core import audit, clock
from reminders.actions import fulfil_duty
from reminders.models import DutyKind
from staff.models import User
from visits.actions.errors import VisitError
from visits.actions.moves import move
from visits.actions.planning import owner_for
from visits.actions.recording import record_visit
from visits.actions.visiting import check_times, hold_visit, is_in_time
from visits.models import Visit, VisitKeyPoint

NOTE = "拜访后补记"
TWICE = timedelta(minutes=30)
"""How long the same words about the same customer mean: the form was sent again."""


@transaction.atomic
def log_visit(
    *,
    customer: Customer,
    contacts: Iterable[Contact],
    mode: str,
    is_formal: bool,
    purpose: str,
    ended_at: datetime,
    minutes: int,
    by: User,
    planned: Visit | None = None,
    at: datetime | None = None,
    outcomes: Mapping[int, str] | None = None,
    **record,
) -> Visit:
    """Held and recorded in one transaction; `planned` completes that visit instead of a new one.

    `outcomes`: {key point pk: outcome} of `planned`; what is not told of was not covered (R3).
    `minutes` is how long it took, `record` are the fields of VisitRecord. `at` is when it was
    written down; None means now. VisitError when `planned` has moved on meanwhile.
    """
    at = at or clock.now()
    started_at = ended_at - timedelta(minutes=minutes)
    check_times(started_at=started_at, ended_at=ended_at, at=at)
    contacts = _of_customer(contacts, customer)
    if planned is None:
        visit = _begun(customer, mode, is_formal, purpose, started_at, ended_at, by)
    else:
        visit = _take_over(planned, customer, at, started_at, by)
    visit.contacts.set(contacts)
    hold_visit(visit=visit, started_at=visit.started_at, ended_at=ended_at, by=by, at=at)
    if len(contacts) == 1:  # nobody else can have said it (R11)
        record.setdefault("opinion_speaker", contacts[0])
    record_visit(visit=visit, outcomes=_outcomes(visit, outcomes or {}), by=by, at=at, **record)
    return visit


def already_logged(*, customer: Customer, by: User, words: dict, at: datetime) -> Visit | None:
    """The visit that `by` wrote down within TWICE with these `words` (fields of VisitRecord).

    A browser that goes back fetches a new form, with a new submission key, and fills in the old
    words: sending it must not make a second visit.
    """
    same = {f"record__{name}": text for name, text in words.items()}
    recent = Visit.objects.filter(record__written_by=by, record__written_at__gt=at - TWICE)
    return recent.filter(customer=customer, **same).order_by("-pk").first()


def _of_customer(contacts: Iterable[Contact], customer: Customer) -> list[Contact]:
    contacts = list(contacts)
    if any(contact.customer_id != customer.pk for contact in contacts):
        raise VisitError("拜访对象必须是该客户的联系人。")
    return contacts


def _outcomes(visit: Visit, told: Mapping[int, str]) -> dict[int, str]:
    unseen = VisitKeyPoint.Outcome.DEFERRED
    return {point.pk: told.get(point.pk, unseen) for point in visit.key_points.all()}


def _begun(customer, mode, is_formal, purpose, started_at, ended_at, by) -> Visit:
    visit = Visit.objects.create(
        customer=customer,
        owner=owner_for(customer, by),
        mode=mode,
        is_formal=is_formal,
        stage=customer.relationship_stage,
        purpose=purpose,
        scheduled_start=started_at,
        scheduled_end=max(ended_at, started_at + timedelta(minutes=1)),
        started_at=started_at,
        state=Visit.State.IN_PROGRESS,
        source=Visit.Source.QUICK_LOG,
        created_by=by,
    )
    audit.record(verb="visit.quick_logged", target=visit, by=by)
    return visit


def _take_over(planned: Visit, customer: Customer, at, started_at, by: User) -> Visit:
    """Bring a planned visit to the point where it has begun; a missing booking is noted as such."""
    if planned.customer_id != customer.pk:
        raise VisitError("所选的计划不是这个客户的拜访。")
    if planned.is_formal and planned.state == Visit.State.PLANNED:
        move(
            planned,
            "book",
            by=by,
            reason=NOTE,
            booked_at=at,
            is_booked_in_time=is_in_time(planned, at),
            late_booking_reason=Visit.LateBooking.OTHER,
            late_booking_note=NOTE,
        )
        fulfil_duty(
            kind=DutyKind.VISIT_BOOKING, subject=planned, at=at, evidence={"text": NOTE}, by=by
        )
    if planned.state != Visit.State.IN_PROGRESS:
        move(planned, "start", by=by, started_at=started_at)
    return planned
