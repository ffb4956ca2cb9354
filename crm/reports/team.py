"""What a head sees of the people below. Reads only; every row starts from `visible_to`."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count, Q

from crm.reports.desk import DutyRow, day_bounds, duty_rows
from reminders.models import Obligation
from staff.models import User
from visits.models import LetterReply, ThankYouLetter

WAIVED_DAYS = 30
ROWS_SHOWN = 20
PERSON_ROWS = 50


@dataclass(frozen=True)
class PersonLine:
    """One person of the team: open duties by urgency."""

    person: User
    overdue: int
    today: int
    open: int


@dataclass(frozen=True)
class Crew:
    """What a head sees of the people below: counts, approvals that wait, letters waived lately."""

    lines: list[PersonLine]
    approvals: list[LetterReply]
    waived: list[ThankYouLetter]
    overdue: int = field(init=False)
    today: int = field(init=False)
    open: int = field(init=False)

    def __post_init__(self):
        for name in ("overdue", "today", "open"):
            object.__setattr__(self, name, sum(getattr(line, name) for line in self.lines))


def crew(user: User, now: datetime, *, may_approve: bool) -> Crew:
    """The people `user` oversees. Four queries whatever their number."""
    lines = person_lines(user, now)
    approvals = LetterReply.objects.visible_to(user).filter(
        state=LetterReply.State.PENDING_APPROVAL
    )
    waived = ThankYouLetter.objects.visible_to(user).filter(
        state=ThankYouLetter.State.WAIVED, updated_at__gte=now - timedelta(days=WAIVED_DAYS)
    )
    return Crew(
        lines=lines,
        approvals=list(
            approvals.select_related("letter__customer", "written_by").order_by("updated_at", "pk")
        )
        if may_approve
        else [],
        waived=list(
            waived.select_related("visit__customer", "waived_by").order_by("-updated_at", "-pk")[
                :ROWS_SHOWN
            ]
        ),
    )


FRONT_ROLES = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)


def person_lines(user: User, now: datetime) -> list[PersonLine]:
    """Front-line people below `user` and whoever else has open duties; the latest first."""
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
    counts = {row.pop("owner"): row for row in counted}
    nothing = {"overdue": 0, "today": 0, "open": 0}
    people = User.objects.overseen_by(user).select_related("department").order_by("username")
    lines = [
        PersonLine(person, **counts.get(person.pk, nothing))
        for person in people
        if person.pk in counts or (person.is_active and person.role in FRONT_ROLES)
    ]
    return sorted(lines, key=lambda line: (-line.overdue, -line.today, -line.open))


def person_duties(user: User, person: User) -> list[DutyRow]:
    """Open duties of `person`, as far as `user` oversees them; the most urgent first. One query."""
    duties = Obligation.objects.visible_to(user).open().filter(owner=person)
    rows = duty_rows(duties.order_by("due_at", "pk")[:PERSON_ROWS], person)
    return rows if person == user else [replace(r, icon="bi-eye", action="查看") for r in rows]
