"""What a weekly plan is proposed to hold, and who has handed one in (§B.13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.db.models.query import QuerySet

from accounts.models import Customer
from core.models import WorkCalendarDay
from core.rules import SHANGHAI, local_date
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits import rhythm_rules, weekly_rules
from visits.actions.weekly import AUTHORS, Item
from visits.models import CustomerIssue, Visit, VisitSuggestion, WeeklyPlan, WeeklyPlanItem

MOST_SUGGESTED = 8
MOST_DUTIES = 20
MOST_ISSUES = 8
LETTERS = (DutyKind.LETTER_REPLY, DutyKind.THANK_YOU_LETTER)
NO_WORK = (
    DutyKind.VISIT_BOOKING,
    DutyKind.VISIT_DEPARTURE,
    DutyKind.WEEKLY_PLAN,
    DutyKind.WEEKLY_PLAN_REVIEW,
    DutyKind.VISIT_RECORD,
)
Kind = WeeklyPlanItem.Kind


def proposals(plan: WeeklyPlan) -> list[Item]:
    """Arranged visits, what falls due, promises, customers' problems, who should be seen, and what
    was left undone the week before; by day. Six queries."""
    work = [*_visits(plan), *_duties(plan), *_problems(plan)]
    found = [*work, *_suggested(plan), *_left_over(plan)]
    seen, kept = set(), []
    for item in sorted(found, key=lambda item: item.day):
        key = (item.customer and item.customer.pk, item.content)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def _week(plan: WeeklyPlan) -> tuple[datetime, datetime]:
    start = datetime.combine(plan.monday, time(0), SHANGHAI)
    return start, start + timedelta(days=7)


def _visits(plan: WeeklyPlan) -> Iterator[Item]:
    visits = Visit.objects.filter(owner=plan.user_id, state__in=rhythm_rules.AHEAD)
    for visit in visits.on_day(*_week(plan)).select_related("customer").order_by("pk"):
        day = local_date(visit.scheduled_start)
        content = f"{visit.get_mode_display()}：{visit.purpose}"[:200]
        yield Item(Kind.VISIT, day, content, visit.customer, visit)


def _duties(plan: WeeklyPlan) -> Iterator[Item]:
    """Also overdue ones: they are the first work of the week. A promise is a duty too."""
    _, end = _week(plan)
    duties = Obligation.objects.open().filter(owner=plan.user_id, due_at__lte=end)
    duties = list(duties.exclude(kind__in=NO_WORK).order_by("due_at", "pk")[:MOST_DUTIES])
    customers = Customer.objects.in_bulk({d.customer_ref for d in duties if d.customer_ref})
    for duty in duties:
        # Due at 24:00 is due on the day that ends there.
        day = max(local_date(duty.due_at - timedelta(seconds=1)), plan.monday)
        kind = Kind.LETTER if duty.kind in LETTERS else Kind.TASK
        yield Item(kind, day, duty.title, customers.get(duty.customer_ref))


def _problems(plan: WeeklyPlan) -> Iterator[Item]:
    """Of the author's, those that are not ended; the heaviest and oldest first. None has a day by
    which it is solved: they are the work of a Monday."""
    rows = CustomerIssue.objects.visible_to(plan.user).unended().filter(owner=plan.user_id)
    for issue in (
        rows.select_related("customer").ranked().order_by("rank", "found_on", "pk")[:MOST_ISSUES]
    ):
        is_solved = issue.state == CustomerIssue.State.RESOLVED
        words = f"{'请客户确认已解决' if is_solved else '跟进客户问题'}：{issue.description}"
        yield Item(Kind.TASK, plan.monday, words[:200], issue.customer)


def _suggested(plan: WeeklyPlan) -> Iterator[Item]:
    sunday = plan.monday + timedelta(days=6)
    rows = VisitSuggestion.objects.open().filter(customer__manager=plan.user_id, due_on__lte=sunday)
    rows = rows.select_related("customer").order_by("due_on", "pk")
    calendar = WorkCalendarDay.objects.as_calendar()
    worked = [d for d in weekly_rules.days_of(plan.monday) if calendar.is_workday(d)]
    for number, row in enumerate(rows[:MOST_SUGGESTED]):
        day = worked[number % len(worked)] if worked else plan.monday
        # With the year: the day may be long past. The same words next week, so that what is
        # left over then is proposed once.
        words = f"{row.get_kind_display()}（应在 {row.due_on:%Y-%m-%d} 前）"
        yield Item(Kind.VISIT, day, words, row.customer)


def _left_over(plan: WeeklyPlan) -> Iterator[Item]:
    """What nobody said anything of; it is carried into the new week."""
    for item in items_before(plan).filter(outcome="", visit=None).select_related("customer"):
        yield Item(item.kind, plan.monday, item.content, item.customer)


def items_before(plan: WeeklyPlan) -> QuerySet[WeeklyPlanItem]:
    """The lines of the author's plan for the week before."""
    monday = plan.monday - weekly_rules.WEEK
    return WeeklyPlanItem.objects.filter(plan__user=plan.user_id, plan__monday=monday)


def before_of(plans: list[WeeklyPlan]) -> dict[int, list[WeeklyPlanItem]]:
    """{author: lines of the week before} of plans of one week. One query."""
    if not plans:
        return {}
    items = WeeklyPlanItem.objects.filter(
        plan__user__in=[plan.user_id for plan in plans],
        plan__monday=plans[0].monday - weekly_rules.WEEK,
    )
    found: dict[int, list[WeeklyPlanItem]] = {}
    for item in items.select_related("plan", "customer"):
        found.setdefault(item.plan.user_id, []).append(item)
    return found


def returned_to(user: User) -> list[WeeklyPlan]:
    """Plans that came back to `user`, or to whom `user` stands in for."""
    plans = WeeklyPlan.objects.filter(user__in=user.acting_for(), state=WeeklyPlan.State.RETURNED)
    return list(plans.select_related("reviewed_by").order_by("monday", "pk"))


def due_of(plan: WeeklyPlan) -> datetime | None:
    return weekly_rules.hand_in_at(plan.monday, WorkCalendarDay.objects.as_calendar())


@dataclass(frozen=True)
class PersonLine:
    """One author and the plan of the week, if there is one."""

    person: User
    plan: WeeklyPlan | None
    is_late: bool

    @property
    def css(self) -> str:
        if self.plan and self.plan.state == WeeklyPlan.State.REVIEWED:
            return "chip-ok"
        if self.plan and self.plan.state == WeeklyPlan.State.SUBMITTED:
            return "chip-soon"
        return "chip-late" if self.is_late else "chip-muted"

    @property
    def words(self) -> str:
        if self.plan and self.plan.submitted_at:
            return self.plan.get_state_display()
        return "逾期未交" if self.is_late else "未交"


def authors_of(viewer: User) -> QuerySet[User]:
    """Whose plans `viewer` reads, without the own one."""
    people = User.objects.overseen_by(viewer).active().filter(role__in=AUTHORS)
    return people.exclude(pk__in=[p.pk for p in viewer.acting_for()])


def waiting_for(viewer: User) -> QuerySet[WeeklyPlan]:
    """The plans of every week that wait for an answer of `viewer`."""
    plans = WeeklyPlan.objects.visible_to(viewer).filter(state=WeeklyPlan.State.SUBMITTED)
    return plans.filter(user__in=authors_of(viewer))


def waiting_weeks(viewer: User) -> list[tuple[date, int]]:
    """(Monday, how many wait), the oldest week first. One query."""
    weeks = waiting_for(viewer).order_by("monday").values_list("monday")
    return list(weeks.annotate(Count("pk")))


def lines_of(people: list[User], monday: date, now: datetime) -> list[PersonLine]:
    """One query for all."""
    plans = WeeklyPlan.objects.filter(user__in=people, monday=monday)
    by_user = {plan.user_id: plan for plan in plans}
    due_at = weekly_rules.hand_in_at(monday, WorkCalendarDay.objects.as_calendar())
    is_past = due_at is not None and now > due_at
    lines = []
    for person in people:
        plan = by_user.get(person.pk)
        has_submitted = plan is not None and plan.submitted_at is not None
        lines.append(PersonLine(person, plan, is_past and not has_submitted))
    return lines


def tally(viewer: User, monday: date) -> dict[str, int]:
    """How many authors there are, and how many plans stand where."""
    plans = WeeklyPlan.objects.filter(user__in=authors_of(viewer), monday=monday)
    State = WeeklyPlan.State
    counts = plans.aggregate(
        submitted=Count("pk", Q(state=State.SUBMITTED)),
        reviewed=Count("pk", Q(state=State.REVIEWED)),
        returned=Count("pk", Q(state=State.RETURNED)),
    )
    everyone = authors_of(viewer).count()
    return counts | {"all": everyone, "missing": everyone - sum(counts.values())}
