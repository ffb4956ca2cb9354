"""周计划: written by Friday, answered by the head within two working days (§B.13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Customer
from core import audit, clock
from core.models import AuditEvent, WorkCalendarDay
from core.rules import local_date
from reminders.actions import fulfil_duty, open_duty, reopen_duty, waive_duty
from reminders.models import DutyKind, Obligation
from staff.models import Absence, User
from visits import weekly_rules as rules
from visits.actions.errors import STALE, VisitError
from visits.models import Visit, WeeklyPlan, WeeklyPlanItem

AUTHORS = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER)
State = WeeklyPlan.State
WRITABLE = (State.DRAFT, State.RETURNED)
AWAY = "提交日缺勤或已离职，本周免交。"


@dataclass(frozen=True)
class Item:
    """One line of a plan as it was typed."""

    kind: str
    day: date
    content: str
    customer: Customer | None = None
    visit: Visit | None = None


def open_week(*, now: datetime) -> int:
    """This week's duty to hand in next week's plan, for every active author who is there on the
    day; who has meanwhile been entered as absent is excused. How many duties changed.

    Safe to repeat: run every night, a duty is opened once.
    """
    monday = rules.next_monday(now)
    due_at = rules.hand_in_at(monday, WorkCalendarDay.objects.as_calendar())
    if due_at is None or now >= due_at:
        return 0
    away = set(Absence.objects.covering(local_date(due_at)).values_list("user", flat=True))
    asked = set(_asked(monday).values_list("user", flat=True))
    authors = User.objects.active().filter(role__in=AUTHORS).select_related("branch")
    opened = 0
    for user in authors.exclude(pk__in=away | asked):
        with transaction.atomic():
            open_hand_in(start_plan(user=user, monday=monday, by=None), due_at, now)
        opened += 1
    return opened + _excuse(monday, away)


def _asked(monday: date) -> QuerySet[WeeklyPlan]:
    """The plans of that week with a duty, open or ended."""
    content_type = ContentType.objects.get_for_model(WeeklyPlan)
    duties = Obligation.objects.filter(kind=DutyKind.WEEKLY_PLAN, content_type=content_type)
    plans = WeeklyPlan.objects.filter(monday=monday)
    return plans.filter(pk__in=duties.filter(object_id__in=plans.values("pk")).values("object_id"))


def _excuse(monday: date, away: set[int]) -> int:
    """Open duties of who is away on the day, or has left."""
    absent = Q(user__in=away) | ~Q(user__state=User.State.ACTIVE)
    excused = 0
    for plan in _asked(monday).filter(absent, submitted_at=None):
        if Obligation.objects.of(DutyKind.WEEKLY_PLAN, plan).open().exists():
            waive_duty(kind=DutyKind.WEEKLY_PLAN, subject=plan, reason=AWAY, by=None)
            excused += 1
    return excused


def open_hand_in(plan: WeeklyPlan, due_at: datetime, at: datetime) -> None:
    open_duty(
        kind=DutyKind.WEEKLY_PLAN,
        subject=plan,
        owner=plan.user,
        started_at=at,
        due_at=due_at,
        title=f"提交 {plan.monday:%m-%d} 起一周的工作计划",
        customer_name="",
        path=plan.get_absolute_url(),
        by=None,
    )


@transaction.atomic
def start_plan(*, user: User, monday: date, by: User | None) -> WeeklyPlan:
    """The plan of `user` for the week of `monday`; a second call finds the first."""
    plan, is_new = WeeklyPlan.objects.get_or_create(user=user, monday=monday)
    if is_new:
        audit.record(verb="weekly_plan.drafted", target=plan, by=by)
    return plan


@transaction.atomic
def save_plan(
    *,
    plan: WeeklyPlan,
    items: Iterable[Item],
    summary: str,
    outcomes: dict[int, str],
    seen_at: datetime,
    by: User,
) -> None:
    """Replace the lines of a plan that is still being written; note what became of last week's.

    `outcomes` is {pk of an item of the week before: text}. `seen_at` is `updated_at` as the page
    showed it: what another tab saved meanwhile is not overwritten.
    """
    same = WeeklyPlan.objects.filter(pk=plan.pk, state__in=WRITABLE, updated_at=seen_at)
    if not same.update(summary=summary, updated_at=clock.now()):
        raise VisitError(_stale(plan))
    plan.items.all().delete()
    WeeklyPlanItem.objects.bulk_create(
        WeeklyPlanItem(
            plan=plan, kind=i.kind, day=i.day, content=i.content, customer=i.customer, visit=i.visit
        )
        for i in items
    )
    for pk, text in outcomes.items():
        before = WeeklyPlanItem.objects.filter(
            plan__user=plan.user_id, plan__monday__lt=plan.monday
        )
        before.filter(pk=pk).exclude(outcome=text).update(outcome=text)
    plan.refresh_from_db()
    audit.record(verb="weekly_plan.saved", target=plan, by=by)


def _stale(plan: WeeklyPlan) -> str:
    plan.refresh_from_db()
    if plan.state in WRITABLE:
        return "这份周计划刚在另一个页面保存过。您写的内容还在下面，请核对后再保存一次。"
    return f"这份周计划现在是「{plan.get_state_display()}」，不能再修改。"


@transaction.atomic
def submit_plan(*, plan: WeeklyPlan, by: User, at: datetime | None = None) -> None:
    """draft or returned → submitted: ends the author's duty, opens the head's (2 working days)."""
    at = at or clock.now()
    if not plan.items.exists():
        raise VisitError("请至少写一条下周要做的事，再提交。")
    head = reviewer_of(plan)
    if head is None:
        raise VisitError("没有可以批阅的上级，请联系系统管理员。")
    due_at = rules.hand_in_at(plan.monday, WorkCalendarDay.objects.as_calendar())
    values = {"state": State.SUBMITTED, "submitted_at": at, "updated_at": clock.now()}
    if plan.submitted_at is None:  # a plan that was returned had been in time, or not, already
        values["is_on_time"] = rules.is_on_time(at, due_at)
    if not WeeklyPlan.objects.filter(pk=plan.pk, state__in=WRITABLE).update(**values):
        raise VisitError(_stale(plan))
    plan.refresh_from_db()
    evidence = {"text": f"提交于 {at:%Y-%m-%d}"}
    fulfil_duty(kind=DutyKind.WEEKLY_PLAN, subject=plan, at=at, evidence=evidence, by=by)
    _ask_head(plan, head, at, by)
    audit.record(verb="weekly_plan.submitted", target=plan, by=by)


def reviewer_of(plan: WeeklyPlan) -> User | None:
    """The author's head, else the director; while away the delegate acts for them. Who wrote at
    the plan in the author's place does not answer it (D16).
    """
    above, writers = (plan.user.dept_head(), plan.user.director()), _writers(plan)
    return next((person for person in above if person and person.pk not in writers), None)


def _writers(plan: WeeklyPlan) -> set[int]:
    """Keys of the author and of all who saved the text: the audit trail remembers them."""
    saved = AuditEvent.objects.about(plan).filter(verb="weekly_plan.saved")
    return {plan.user_id, *saved.values_list("actor", flat=True)}


def _ask_head(plan: WeeklyPlan, head: User, at: datetime, by: User) -> None:
    asked = {"kind": DutyKind.WEEKLY_PLAN_REVIEW, "subject": plan, "owner": head, "by": by}
    if reopen_duty(**asked, started_at=at):
        return
    open_duty(
        **asked,
        started_at=at,
        title=f"批阅 {plan.user} {plan.monday:%m-%d} 起一周的计划",
        customer_name="",
        path=plan.get_absolute_url(),
    )


@transaction.atomic
def review_plan(
    *, plan: WeeklyPlan, is_accepted: bool, feedback: str, by: User, at: datetime | None = None
) -> None:
    """submitted → reviewed, or returned with what is to be changed (§B.13)."""
    at = at or clock.now()
    if not may_review(plan, by):
        raise VisitError("本人写的周计划，请由上级批阅。")
    if not is_accepted and not feedback:
        raise VisitError("退回时请写明要改什么。")
    state = State.REVIEWED if is_accepted else State.RETURNED
    moved = WeeklyPlan.objects.filter(pk=plan.pk, state=State.SUBMITTED).update(
        state=state, reviewed_by=by, reviewed_at=at, feedback=feedback, updated_at=clock.now()
    )
    if not moved:
        raise VisitError(f"这份周计划{STALE}")
    plan.refresh_from_db()
    evidence = {"text": plan.get_state_display()}
    fulfil_duty(kind=DutyKind.WEEKLY_PLAN_REVIEW, subject=plan, at=at, evidence=evidence, by=by)
    audit.record(verb=f"weekly_plan.{state.value}", target=plan, by=by, reason=feedback)


def may_review(plan: WeeklyPlan, user: User) -> bool:
    """`user`, or the head whom `user` stands in for, is above the author. Never the author, nor
    who wrote at it in the author's place (D16).
    """
    writers = _writers(plan)
    if user.pk in writers:
        return False
    heads = (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR)
    above = [p for p in user.acting_for() if p.role in heads and p.pk not in writers]
    return any(User.objects.filter(p.oversight(), pk=plan.user_id).exists() for p in above)


def may_write(plan: WeeklyPlan, user: User) -> bool:
    """The author, or who stands in for the author (D16)."""
    return any(person.pk == plan.user_id for person in user.acting_for())
