"""What the pages of customers' problems show (R22). Read-only."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import Customer
from core.rules import local_date
from staff.access import may
from staff.models import User
from visits.models import CustomerIssue
from visits.promise_reports import history

State = CustomerIssue.State


def issue_context(issue: CustomerIssue, user: User, today: date) -> dict:
    """Everything the page of one problem shows to `user`; `can` says which steps are open."""
    writes = may(user, "letters.write")
    return {
        "issue": issue,
        "days": days_of(issue, today),
        "history": history(issue),
        "can": {
            "progress_form": writes and issue.state == State.OPEN,
            "solve_form": writes and issue.state == State.OPEN,
            "confirm_form": writes and issue.state == State.RESOLVED,
            "reopen_form": writes and issue.state != State.OPEN,
        },
    }


def days_of(issue: CustomerIssue, today: date) -> int:
    """How many days it took, or takes until today."""
    until = local_date(issue.resolved_at) if issue.resolved_at else today
    return (until - issue.found_on).days


def unended_of(customer: Customer, user: User) -> QuerySet[CustomerIssue]:
    """Problems of a customer that are not ended yet; the newest first."""
    rows = CustomerIssue.objects.visible_to(user).unended().filter(customer=customer)
    return rows.select_related("owner").order_by("-found_on", "-pk")
