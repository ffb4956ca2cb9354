"""Plans follow the customer to its new manager, and a person who leaves to the receiver (R1).

A single duty that is passed on takes along what it is about: who is to hand a plan in writes it.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Customer
from core import audit
from planning.actions.errors import PlanError
from planning.actions.following import follow_author
from planning.actions.organising import helpers_of, writers_for
from planning.models import (
    MarketingPlan,
    PlanPreparationTask,
    PlanState,
    RetentionAction,
    SupportAssessment,
)
from reminders.actions import reassign_duties
from reminders.models import Obligation
from staff.models import User

OVER = (PlanState.CLOSED, PlanState.ARCHIVED, PlanState.DISCARDED, PlanState.SUPERSEDED)
"""Plans in these states stay with whom they had."""


@transaction.atomic
def hand_over_plans(
    *, customer: Customer, old: User, to: User, by: User, reason: str
) -> list[dict]:
    """What `old` writes, answers for or prepares in plans of the customer goes to `to`.

    Returns [{"kind", "id", "text"}, …] of the plans that moved.
    """
    return _move(MarketingPlan.objects.filter(customer=customer), old, to, by, reason)


@transaction.atomic
def hand_over_other_plans(*, old: User, to: User, by: User, reason: str) -> list[dict]:
    """The same for plans of industries and of the branch, and for customers of other managers."""
    return _move(MarketingPlan.objects.all(), old, to, by, reason)


def _move(plans: QuerySet[MarketingPlan], old, to, by, reason) -> list[dict]:
    mine = plans.exclude(current__state__in=OVER).filter(
        Q(author=old) | Q(responsible=old) | Q(tasks__owner=old, tasks__done_at=None)
    )
    items = []
    for plan in mine.distinct().order_by("pk"):
        _move_one(plan, old, to, by, reason)
        items.append({"kind": "plan", "id": plan.pk, "text": str(plan)[:200]})
    return items


def _move_one(plan: MarketingPlan, old: User, to: User, by: User, reason: str) -> None:
    rows = MarketingPlan.objects.filter(pk=plan.pk)
    rows.filter(author=old).update(author=to)
    rows.filter(responsible=old).update(responsible=to)
    tasks = PlanPreparationTask.objects.filter(plan=plan, owner=old, done_at=None)
    subjects = [
        (MarketingPlan, [plan.pk]),
        (PlanPreparationTask, list(tasks.values_list("pk", flat=True))),
    ]
    for model, keys in subjects:
        content_type = ContentType.objects.get_for_model(model)
        duties = Obligation.objects.filter(owner=old, content_type=content_type, object_id__in=keys)
        reassign_duties(duties=duties, to=to, by=by, reason=reason)
    tasks.update(owner=to)
    changes = {"编写人、责任人": [str(old), str(to)]}
    audit.record(verb="plan.handed_over", target=plan, by=by, changes=changes, reason=reason)
    follow_author(plan=plan, by=by)


# --- one duty -------------------------------------------------------------------------------------
@transaction.atomic
def follow_duty(*, duty: Obligation, to: User, by: User, reason: str) -> None:
    """The plan, task, action or improvement behind a duty gets its new owner too.

    PlanError when `to` would not see it. Nothing to do for duties about other things.
    """
    subject = duty.subject
    if isinstance(subject, MarketingPlan):
        people = writers_for(
            subject.kind, customer=subject.customer, industry=subject.industry,
            branch=subject.branch,
        )  # fmt: skip
        _check(people, to)
        _rename(subject, "author", to, by, reason, verb="plan.handed_over", about=subject)
        follow_author(plan=subject, by=by)
    elif isinstance(subject, PlanPreparationTask):
        _check(helpers_of(subject.plan), to)
        _rename(subject, "owner", to, by, reason, verb="plan.handed_over", about=subject.plan)
    elif isinstance(subject, RetentionAction):
        verb = "retention_case.action_moved"
        _rename(subject, "owner", to, by, reason, verb=verb, about=subject.case)
    elif isinstance(subject, SupportAssessment):
        about = subject.planning
        _rename(subject, "improvement_owner", to, by, reason, verb="six.handed_over", about=about)


def _check(people: QuerySet[User], to: User) -> None:
    if not people.filter(pk=to.pk).exists():
        raise PlanError("这位同事看不到这份计划，请另选一位。")


def _rename(row, field: str, to: User, by: User, reason: str, *, verb: str, about) -> None:
    old = getattr(row, field)
    type(row).objects.filter(pk=row.pk).update(**{field: to})
    label = row._meta.get_field(field).verbose_name
    changes = {label: [str(old or ""), str(to)]}
    audit.record(verb=verb, target=about, by=by, changes=changes, reason=reason)
