"""What the pages of customers' problems show (R22). Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Window

from accounts.models import Customer
from core.rules import local_date
from staff.access import may
from staff.models import User
from visits import issue_rules
from visits.models import CustomerIssue
from visits.promise_reports import history

State = CustomerIssue.State
TOP = 5
TABS = {"unended": "未了结", "ended": "已了结", "all": "全部"}
PRESSING = ("rank", "found_on", "pk")
NEWEST = ("-found_on", "-pk")


@dataclass(frozen=True)
class Line:
    """A problem as lists show it. `days`: since it was found, or until it was solved once the
    customer has said so."""

    issue: CustomerIssue
    days: int
    is_late: bool


def line_of(issue: CustomerIssue, today: date) -> Line:
    is_ended = issue.state == State.CONFIRMED
    until = local_date(issue.resolved_at) if is_ended else today
    is_late = not is_ended and issue_rules.is_late(issue.severity, issue.found_on, today)
    return Line(issue, (until - issue.found_on).days, is_late)


def tab_of(asked: str | None, state: str | None) -> str:
    """Which of TABS is shown; a state that is looked for names it."""
    if state in State.values:
        return "ended" if state == State.CONFIRMED else "unended"
    return asked if asked in TABS else "unended"


def of_tab(
    rows: QuerySet[CustomerIssue], tab: str
) -> tuple[QuerySet[CustomerIssue], tuple[str, ...]]:
    """The rows of one of TABS, and by what they are sorted: the heaviest and oldest first of those
    that are not ended."""
    if tab == "unended":
        return rows.unended().ranked(), PRESSING
    return (rows.filter(state=State.CONFIRMED) if tab == "ended" else rows), NEWEST


@dataclass(frozen=True)
class Pressing:
    """The first of the problems that somebody has to think of today, and how many there are."""

    lines: list[Line]
    total: int


def pressing(user: User, today: date) -> Pressing:
    """What is not ended of `user`'s own, or of those `user` stands in for; for a head also what is
    urgent in the department. One query."""
    wanted = Q(owner__in=user.acting_for())
    if may(user, "letters.approve"):
        wanted |= Q(pk__in=CustomerIssue.objects.urgent(today).order_by().values("pk"))
    found = CustomerIssue.objects.visible_to(user).unended().filter(wanted)
    found = found.ranked().annotate(total=Window(Count("pk")))
    found = found.select_related("customer", "owner").only(
        *("description", "severity", "state", "found_on", "resolved_at", "resolution"),
        *("customer__name", "owner__name"),
    )
    rows = list(found.order_by(*PRESSING)[:TOP])
    return Pressing(lines_of(rows, today), rows[0].total if rows else 0)


def lines_of(issues: Iterable[CustomerIssue], today: date) -> list[Line]:
    return [line_of(issue, today) for issue in issues]


def urgent_seen_by(user: User, today: date) -> QuerySet[CustomerIssue]:
    return CustomerIssue.objects.visible_to(user).urgent(today)


def issue_context(issue: CustomerIssue, user: User, today: date) -> dict:
    """Everything the page of one problem shows to `user`; `can` says which steps are open."""
    writes = may(user, "letters.write")
    return {
        "issue": issue,
        "line": line_of(issue, today),
        "history": history(issue),
        "can": {
            "progress_form": writes and issue.state == State.OPEN,
            "solve_form": writes and issue.state == State.OPEN,
            "confirm_form": writes and issue.state == State.RESOLVED,
            "reopen_form": writes and issue.state != State.OPEN,
        },
    }


def unended_of(customer: Customer, user: User) -> QuerySet[CustomerIssue]:
    """Problems of a customer that are not ended yet; the heaviest and oldest first."""
    rows = CustomerIssue.objects.visible_to(user).unended().filter(customer=customer)
    return rows.select_related("owner").ranked().order_by(*PRESSING)
