"""What a head sees of the people below. Reads only; every row starts from `visible_to`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Q

from core.paging import count_up_to
from crm.reports.desk import DutyRow, day_bounds, duty_rows
from reminders.models import Obligation
from staff.models import User
from visits import promise_reports
from visits.actions.replying import to_approve
from visits.actions.reviewing import to_review
from visits.models import Escalation, LetterReply, ThankYouLetter

WAIVED_DAYS = 30
ROWS_SHOWN = 20
PERSON_ROWS = 50
PEOPLE_SHOWN = 50
PEOPLE_TODAY = 20
"""On the page of a day only the most urgent; 团队 has more of them."""
NOTHING = {"overdue": 0, "today": 0, "open": 0}
MOST_RECORDS = 50
"""Counted no further: whoever is that far behind opens the queue, where all of them are."""


@dataclass(frozen=True)
class PersonLine:
    """One person of the team: open duties by urgency."""

    pk: int
    name: str
    department: str
    is_active: bool
    overdue: int
    today: int
    open: int


@dataclass(frozen=True)
class Crew:
    """What a head sees of the people below: counts, approvals that wait, letters waived lately.

    `lines` are the most urgent people; `people` is how many there are, the counts are of all.
    """

    lines: list[PersonLine]
    people: int
    overdue: int
    today: int
    open: int
    records: int
    has_more_records: bool
    approvals: list[LetterReply]
    requests: list[Escalation]

    @property
    def hidden(self) -> int:
        return self.people - len(self.lines)


def crew(user: User, now: datetime, *, may_approve: bool, most: int = PEOPLE_SHOWN) -> Crew:
    """The people `user` oversees, `most` of them. Six queries at most, whatever their number."""
    counts = _open_duties(user, now)
    order = _by_urgency(user, counts)
    records, has_more = count_up_to(to_review(user), MOST_RECORDS) if may_approve else (0, False)
    return Crew(
        lines=[_line(row, counts) for row in order[:most]],
        people=len(order),
        **{name: sum(row[name] for row in counts.values()) for name in NOTHING},
        records=records,
        has_more_records=has_more,
        approvals=waiting_replies(user) if may_approve else [],
        requests=waiting_requests(user) if may_approve else [],
    )


def waiting_replies(user: User) -> list[LetterReply]:
    """Replies that wait for the approval of `user`; the oldest first. One query."""
    rows = (
        to_approve(user)
        .select_related("letter__customer", "written_by")
        .only(
            *("title", "updated_at", "written_by__name"),
            *("letter__category", "letter__customer__name"),
        )
    )
    return list(rows.order_by("updated_at", "pk")[:PERSON_ROWS])


def waiting_requests(user: User) -> list[Escalation]:
    """Requests up the line that `user` has to decide; the oldest first. One query."""
    rows = promise_reports.to_decide(user).select_related("customer", "requested_by")
    rows = rows.only("topic", "question", "requested_at", "customer__name", "requested_by__name")
    return list(rows[:ROWS_SHOWN])


def waived_lately(user: User, now: datetime) -> list[ThankYouLetter]:
    """Letters that need not be sent, by decision of the last WAIVED_DAYS; the newest first."""
    rows = ThankYouLetter.objects.visible_to(user).filter(
        state=ThankYouLetter.State.WAIVED, updated_at__gte=now - timedelta(days=WAIVED_DAYS)
    )
    rows = rows.select_related("visit__customer", "waived_by")
    return list(rows.order_by("-updated_at", "-pk")[:ROWS_SHOWN])


FRONT = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)


def _open_duties(user: User, now: datetime) -> dict[int, dict[str, int]]:
    """{person: how many duties are overdue, due today, open}, of those who have any."""
    _, end = day_bounds(now)
    counted = (
        Obligation.objects.visible_to(user)
        .open()
        .order_by()
        .values("owner")
        .annotate(
            overdue=Count("pk", Q(due_at__lt=now)),
            today=Count("pk", Q(due_at__gte=now, due_at__lte=end)),
            open=Count("pk"),
        )
    )
    return {row.pop("owner"): row for row in counted}


def _by_urgency(user: User, counts: dict[int, dict[str, int]]) -> list[dict]:
    """Front-line people below `user` and whoever else has open duties; the latest first.

    Rows and no objects: of a director's two thousand people only twenty are shown.
    """
    people = User.objects.overseen_by(user).order_by("username")
    rows = people.values("pk", "name", "state", "role", "department__name")
    found = [row for row in rows if row["pk"] in counts or _is_front(row)]

    def urgency(row: dict) -> tuple[int, ...]:
        count = counts.get(row["pk"], NOTHING)
        return -count["overdue"], -count["today"], -count["open"]

    return sorted(found, key=urgency)


def _is_front(row: dict) -> bool:
    return row["state"] == User.State.ACTIVE and row["role"] in FRONT


def _line(row: dict, counts: dict[int, dict[str, int]]) -> PersonLine:
    return PersonLine(
        row["pk"],
        row["name"],
        row["department__name"] or "",
        row["state"] == User.State.ACTIVE,
        **counts.get(row["pk"], NOTHING),
    )


def person_duties(user: User, person: User) -> list[DutyRow]:
    """Open duties of `person`, as far as `user` oversees them; the most urgent first. One query."""
    duties = Obligation.objects.visible_to(user).open().filter(owner=person)
    rows = duty_rows(duties.order_by("due_at", "pk")[:PERSON_ROWS], person)
    return rows if person == user else [replace(r, icon="bi-eye", action="查看") for r in rows]
