"""Who writes a plan, who answers for it, until when; what is to be done before (R42–R46)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from core import audit, clock
from planning.actions.errors import PlanError
from planning.actions.following import follow_author
from planning.actions.rights import ABOVE, may_write
from planning.actions.starting import due_at, owe_again
from planning.models import MarketingPlan, PlanPreparationTask
from reminders.actions import cancel_duty, fulfil_duty, open_duty, reassign_duties
from reminders.actions.duties import move_duty
from reminders.models import DutyKind, Obligation
from reminders.rules import Deadline
from staff.models import User
from visits.actions.correspondence import who_may_answer

Kind, Role = MarketingPlan.Kind, User.Role
STALE = "这项任务刚才已经有了变化，请看过现在的内容再办。"


# --- people and day -------------------------------------------------------------------------------
def may_organise(plan: MarketingPlan, user: User) -> bool:
    """Name author, responsible and day: the head above, the director, or who answers for it."""
    return any(
        person.pk == plan.responsible_id or is_above(plan, person) for person in user.acting_for()
    )


def is_above(plan: MarketingPlan, person: User) -> bool:
    """Whether `person` heads the plan's department (or one above it), or directs its branch."""
    if person.branch_id != plan.branch_id:
        return False
    if person.role == Role.BRANCH_DIRECTOR:
        return True
    is_head = person.role == Role.DEPT_HEAD and person.department_id and plan.department_id
    return bool(is_head) and plan.department.path.startswith(person.department.path)


def writers_for(kind: str, *, customer=None, industry=None, branch=None) -> QuerySet[User]:
    """Who can be author or answer for a plan: active, and sees it (MarketingPlan.visible_to)."""
    if kind == Kind.KEY_CUSTOMER:
        return who_may_answer(customer)
    people = User.objects.active().filter(branch=branch)
    if kind == Kind.KEY_INDUSTRY and industry is not None:
        looks_after = Q(role=Role.INDUSTRY_MANAGER, industries=industry)
        return people.filter(Q(role=Role.DEPT_HEAD) | looks_after).distinct()
    return people.filter(role__in=ABOVE)


def helpers_of(plan: MarketingPlan) -> QuerySet[User]:
    """Who can be given a task of the plan: who sees it, so that the duty's page opens for them."""
    people = writers_for(
        plan.kind, customer=plan.customer, industry=plan.industry, branch=plan.branch
    )
    keys = people.values("pk")
    also = Q(pk__in=(plan.author_id, plan.responsible_id))
    if plan.kind != Kind.KEY_CUSTOMER:
        keys = people.exclude(role=Role.INDUSTRY_MANAGER, industries=None).values("pk")
        also |= Q(role=Role.BRANCH_DIRECTOR, branch=plan.branch)
    if plan.kind == Kind.ANNUAL_MARKET:
        keys = people.filter(role=Role.DEPT_HEAD).values("pk")
    return User.objects.active().filter(Q(pk__in=keys) | also).order_by("username")


@transaction.atomic
def organise(
    *, plan: MarketingPlan, author: User, responsible: User, due_on: date | None, by: User
) -> None:
    """Other people or another day; the duty to hand in follows. PlanError when nobody fits."""
    fit = writers_for(plan.kind, customer=plan.customer, industry=plan.industry, branch=plan.branch)
    if author.pk != plan.author_id and not fit.filter(pk=author.pk).exists():
        raise PlanError("这位同事看不到这份计划，或已离职，不能作编写人。")
    known = responsible.pk in (plan.responsible_id, author.pk) or is_above(plan, responsible)
    if not responsible.is_active or not (known or fit.filter(pk=responsible.pk).exists()):
        raise PlanError("这位同事看不到这份计划，或已离职，不能作责任人。")
    held = MarketingPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    changes = {}
    for name, new in (("author", author), ("responsible", responsible), ("due_on", due_on)):
        old = getattr(held, name)
        if old != new:
            label = MarketingPlan._meta.get_field(name).verbose_name
            changes[label] = [str(old or ""), str(new or "")]
            setattr(plan, name, new)
    if not changes:
        return
    plan.save(update_fields=["author", "responsible", "due_on"])
    audit.record(verb="plan.organised", target=plan, by=by, changes=changes)
    follow_author(plan=plan, by=by)
    _follow(plan, by, has_other_day=held.due_on != due_on)


def _follow(plan: MarketingPlan, by: User, *, has_other_day: bool) -> None:
    """The open duty to hand in has the plan's author and day; a plan that lost its day owes none.

    A plan that was returned has a later day of its own until somebody sets another.
    """
    duty = Obligation.objects.of(DutyKind.PLAN_SUBMISSION, plan).open().first()
    if has_other_day and plan.due_on is None:
        cancel_duty(kind=DutyKind.PLAN_SUBMISSION, subject=plan, reason="取消了提交期限。", by=by)
        return
    if duty is None:
        if has_other_day and plan.current.is_writable:
            owe_again(plan, at=clock.now(), by=by)
        return
    if has_other_day:
        move_duty(duty=duty, to=Deadline(due_at(plan.due_on), False, "提交期限改了"), by=by)
    rows = Obligation.objects.filter(pk=duty.pk)
    reassign_duties(duties=rows, to=plan.author, by=by, reason="编写人换了")


# --- preparation tasks ----------------------------------------------------------------------------
def may_keep_tasks(plan: MarketingPlan, user: User) -> bool:
    return may_write(plan, user) or may_organise(plan, user)


@transaction.atomic
def add_task(
    *, plan: MarketingPlan, kind: str, owner: User, due_on: date | None, note: str, by: User
) -> PlanPreparationTask:
    """Something to do before the plan is written; with a day it is a duty of its owner (R46)."""
    if not helpers_of(plan).filter(pk=owner.pk).exists():
        raise PlanError("这位同事看不到这份计划，或已离职，请另选一位。")
    task = PlanPreparationTask.objects.create(
        plan=plan, kind=kind, owner=owner, due_on=due_on, note=note
    )
    audit.record(verb="plan.task_added", target=task, by=by, reason=note)
    if due_on:
        open_duty(
            kind=DutyKind.PLAN_TASK,
            subject=task,
            owner=owner,
            started_at=clock.now(),
            due_at=due_at(due_on),
            title=f"{task.get_kind_display()}：{plan}"[:200],
            customer_name=plan.about(),
            path=plan.get_absolute_url(),
            by=by,
            customer_ref=plan.customer_id,
        )
    return task


@transaction.atomic
def finish_task(*, task: PlanPreparationTask, by: User, at: datetime | None = None) -> None:
    """Done, once; ends its duty."""
    at = at or clock.now()
    open_ones = PlanPreparationTask.objects.filter(pk=task.pk, done_at=None)
    if not open_ones.update(done_at=at, done_by=by):
        raise PlanError(STALE)
    task.refresh_from_db()
    fulfil_duty(
        kind=DutyKind.PLAN_TASK, subject=task, at=at, evidence={"text": f"{by} 已完成"}, by=by
    )
    audit.record(verb="plan.task_done", target=task, by=by)


@transaction.atomic
def drop_task(*, task: PlanPreparationTask, by: User) -> None:
    """Not needed after all; only while it is open."""
    held = PlanPreparationTask.objects.select_for_update(of=("self",)).filter(
        pk=task.pk, done_at=None
    )
    if not held.exists():
        raise PlanError(STALE)
    cancel_duty(kind=DutyKind.PLAN_TASK, subject=task, reason="任务已取消。", by=by)
    audit.record(verb="plan.task_dropped", target=task, by=by)
    held.delete()
