"""A problem of a customer (R22): written down, worked at, solved, and confirmed by the customer."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Contact, Customer
from core import audit
from core.rules import local_date
from staff.models import User
from visits.actions import telling
from visits.actions.errors import STALE, VisitError
from visits.actions.handover import who_answers
from visits.models import CustomerIssue, Visit

State = CustomerIssue.State


@transaction.atomic
def log_issue(
    *,
    customer: Customer,
    description: str,
    severity: str,
    found_on: date,
    by: User,
    visit: Visit | None = None,
) -> CustomerIssue:
    """Whoever serves the customer answers for it; told to the customer's timeline."""
    issue = CustomerIssue.objects.create(
        customer=customer, visit=visit, description=description, severity=severity,
        found_on=found_on, owner=who_answers(customer, by), created_by=by,
    )  # fmt: skip
    audit.record(verb="issue.logged", target=issue, by=by)
    telling.tell_issue(issue, by=by)
    return issue


@transaction.atomic
def note_progress(*, issue: CustomerIssue, note: str, by: User) -> None:
    """What was done about it so far; VisitError once it is solved."""
    _held(issue, State.OPEN)
    audit.record(verb="issue.progress", target=issue, by=by, reason=note)


@transaction.atomic
def solve_issue(*, issue: CustomerIssue, resolution: str, at: datetime, by: User) -> None:
    """OPEN → RESOLVED: as we see it; the customer has still to say so. VisitError for a day before
    the problem was found."""
    if local_date(at) < issue.found_on:
        raise VisitError("解决的时间不能早于发现日期。")
    _move(issue, State.OPEN, State.RESOLVED, resolution=resolution, resolved_at=at)
    audit.record(verb="issue.solved", target=issue, by=by, reason=resolution)
    telling.tell_issue(issue, by=by)


@transaction.atomic
def confirm_issue(*, issue: CustomerIssue, confirmed_by: Contact, at: datetime, by: User) -> None:
    """RESOLVED → CONFIRMED. VisitError for a person of another customer or a time before."""
    if confirmed_by.customer_id != issue.customer_id:
        raise VisitError("确认人不是该客户的联系人。")
    if issue.resolved_at and at < issue.resolved_at:
        raise VisitError("客户确认的时间不能早于解决的时间。")
    _move(issue, State.RESOLVED, State.CONFIRMED, confirmed_by=confirmed_by, confirmed_at=at)
    audit.record(verb="issue.confirmed", target=issue, by=by, reason=str(confirmed_by))
    telling.tell_issue(issue, by=by)


@transaction.atomic
def reopen_issue(*, issue: CustomerIssue, reason: str, by: User) -> None:
    """RESOLVED or CONFIRMED → OPEN: the customer says that it is there still, or there again."""
    ended = (State.RESOLVED, State.CONFIRMED)
    _move(
        issue, *ended, State.OPEN,
        resolution="", resolved_at=None, confirmed_by=None, confirmed_at=None,
    )  # fmt: skip
    audit.record(verb="issue.reopened", target=issue, by=by, reason=reason)
    telling.tell_issue(issue, by=by)


def _held(issue: CustomerIssue, state: str) -> None:
    """Holds the row until the end of the transaction; VisitError unless it stands in `state`."""
    rows = CustomerIssue.objects.select_for_update().filter(pk=issue.pk, state=state)
    if not rows.exists():
        raise VisitError(f"该问题{STALE}")


def _move(issue: CustomerIssue, *states: str, **fields) -> None:
    """Compare-and-set from any of the first of `states` to the last; VisitError otherwise."""
    *sources, target = states
    same = CustomerIssue.objects.filter(pk=issue.pk, state__in=sources)
    if not same.update(state=target, **fields):
        raise VisitError(f"该问题{STALE}")
    issue.refresh_from_db()
