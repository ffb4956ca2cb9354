"""The duty to review a version: five working days, the reviewer's, told to who stands in (R46)."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from planning.actions.rights import reviewers_of
from planning.models import MarketingPlan, PlanPreparationTask, PlanVersion
from reminders.actions import cancel_duty, open_duty, reassign_duties, reopen_duty
from reminders.models import DutyKind, Obligation
from staff.models import Attestation, User


def ask_reviewer(version: PlanVersion, *, reviewer: User, by: User, at: datetime) -> None:
    """Once for each version; what comes back and is handed in again is asked anew."""
    asked = {"kind": DutyKind.PLAN_REVIEW, "subject": version, "owner": reviewer, "by": by}
    if reopen_duty(**asked, started_at=at):
        return
    plan = version.plan
    open_duty(
        **asked,
        started_at=at,
        title=f"审核 {plan.number} 第 {version.number} 版",
        customer_name=plan.about(),
        customer_ref=plan.customer_id,
        path=reverse("planning:review", args=[plan.pk]),
    )


def withdraw(version: PlanVersion, *, reason: str, by: User) -> None:
    """There is nothing to review any more."""
    cancel_duty(kind=DutyKind.PLAN_REVIEW, subject=version, reason=reason, by=by)


def told(version: PlanVersion) -> int:
    """How often the version was handed in: each time has its own word for the truth (R25)."""
    revisions = Attestation.objects.about(version).order_by("-revision")
    return revisions.values_list("revision", flat=True).first() or 0


MOVED = "原审核人已离职、换了岗位、参与了编写，或计划转到了别的部门。"


def follow_reviewers() -> int:
    """Open duties of people who may not decide any more go to who may; how many. Every night.

    A head has left and a colleague took over his duties, or the author of a plan has become its
    head. Where nobody may decide the duty stays: its ladder tells those above. Safe to repeat.
    """
    content_type = ContentType.objects.get_for_model(PlanVersion)
    duties = Obligation.objects.open().filter(kind=DutyKind.PLAN_REVIEW, content_type=content_type)
    moved = 0
    for duty in duties.order_by("pk").iterator(chunk_size=200):
        moved += _follow(duty)
    return moved


def follow_reviewer(version: PlanVersion) -> int:
    """The same for one version, at once: 1 where its duty went to somebody else."""
    return sum(map(_follow, Obligation.objects.of(DutyKind.PLAN_REVIEW, version).open()))


@transaction.atomic
def _follow(duty: Obligation) -> int:
    names = ("plan__author", "plan__department")
    version = PlanVersion.objects.select_related(*names).defer("snapshot").get(pk=duty.object_id)
    judges = reviewers_of(version)
    if not judges or duty.owner_id in {judge.pk for judge in judges}:
        return 0
    same = Obligation.objects.filter(pk=duty.pk)
    return reassign_duties(duties=same, to=judges[0], by=None, reason=MOVED)


ASIDE = "客户合并后，这份计划让位给另一份，不再办理。"
OF_PLANS = (DutyKind.PLAN_SUBMISSION, DutyKind.PLAN_REVIEW, DutyKind.PLAN_TASK)


@transaction.atomic
def end_duties_of_plans_aside() -> int:
    """Of two plans for one customer and year a merge leaves one without a customer: nobody can open
    it, so nobody owes anything about it. How many ended. Every night; safe to repeat.
    """
    aside = MarketingPlan.objects.filter(kind=MarketingPlan.Kind.KEY_CUSTOMER, customer=None)
    subjects = (
        aside,
        PlanVersion.objects.filter(plan__in=aside),
        PlanPreparationTask.objects.filter(plan__in=aside),
    )
    of_them = Q(pk__in=[])
    for rows in subjects:
        content_type = ContentType.objects.get_for_model(rows.model)
        of_them |= Q(content_type=content_type, object_id__in=rows.order_by().values("pk"))
    found = Obligation.objects.open().filter(of_them, kind__in=OF_PLANS)
    duties = list(found.order_by("pk"))
    for duty in duties:
        cancel_duty(kind=duty.kind, subject=duty.subject, reason=ASIDE, by=None)
    return len(duties)
