"""Who writes a plan, who reviews it, and who never does (R46, D16, D29)."""

from django.utils import timezone

from accounts.models import CustomerAssignment
from core.models import AuditEvent
from planning import review_rules as rules
from planning.models import (
    MarketingPlan,
    PlanRow,
    PlanSection,
    PlanTargetLine,
    PlanVersion,
    SectionText,
)
from staff.models import Attestation, User

Kind, Role = MarketingPlan.Kind, User.Role
AUTHORS = (Role.ACCOUNT_MANAGER, Role.INDUSTRY_MANAGER, Role.DEPT_HEAD)
"""Who writes the plan of a customer."""
ABOVE = (Role.INDUSTRY_MANAGER, Role.DEPT_HEAD)
"""Who writes the plan of an industry or of the branch."""


def may_write(plan: MarketingPlan, user: User) -> bool:
    """Author, responsible, who manages the customer or industry; or who stands in for one."""
    return any(_writes(plan, person) for person in user.acting_for())


def _writes(plan: MarketingPlan, person: User) -> bool:
    if person.pk in (plan.author_id, plan.responsible_id):
        return True
    if plan.kind == Kind.KEY_CUSTOMER:
        backups = CustomerAssignment.objects.active(timezone.localdate())
        return (
            plan.customer.manager_id == person.pk
            or backups.filter(customer=plan.customer_id, user=person).exists()
        )
    if plan.kind == Kind.KEY_INDUSTRY and person.role == Role.INDUSTRY_MANAGER:
        return person.industries.filter(pk=plan.industry_id).exists()
    return False


def writers_of(version: PlanVersion) -> set[int]:
    """Keys of everybody who has a part in the version: none of them ever reviews it.

    The author, who wrote, changed, deleted or submitted any of it, words that were taken over from
    the version before included. The trail remembers what the rows forget. Who only had the plan
    begun, a head who told somebody to write it, has no part in it.
    """
    found = {version.plan.author_id, version.submitted_by_id}
    events = AuditEvent.objects.about(version).exclude(verb__in=rules.NOT_WRITING)
    for rows, name in (
        (PlanSection.objects.filter(version=version), "updated_by"),
        (PlanRow.objects.filter(version=version), "updated_by"),
        (PlanTargetLine.objects.filter(version=version), "updated_by"),
        (SectionText.objects.filter(section__version=version), "by"),
        (Attestation.objects.about(version), "user"),
        (events, "actor"),
    ):
        found |= set(rows.order_by().values_list(name, flat=True).distinct())
    return found - {None}


def level_of(version: PlanVersion, writers: set[int] | None = None) -> str:
    """rules.DEPARTMENT or rules.DIRECTOR: who has the last word about this version (D29).

    The annual plan, what a head wrote, and what has no head who is not in it: the director.
    """
    plan = version.plan
    if plan.kind == Kind.ANNUAL_MARKET or plan.author.role == Role.DEPT_HEAD:
        return rules.DIRECTOR
    return rules.DEPARTMENT if _heads(version, writers) else rules.DIRECTOR


def _heads(version: PlanVersion, writers: set[int] | None = None) -> list[User]:
    """Heads above the plan's department who have no part in the version, the nearest first."""
    plan = version.plan
    if not plan.department_id:
        return []
    writers = writers_of(version) if writers is None else writers
    heads = User.objects.active().filter(role=Role.DEPT_HEAD, department__branch=plan.branch_id)
    above = [
        head
        for head in heads.exclude(pk__in=writers).select_related("department").order_by("pk")
        if plan.department.path.startswith(head.department.path)
    ]
    return sorted(above, key=lambda head: -len(head.department.path))


def _directors(version: PlanVersion, writers: set[int]) -> list[User]:
    found = User.objects.active().filter(role=Role.BRANCH_DIRECTOR, branch=version.plan.branch_id)
    return list(found.exclude(pk__in=writers).order_by("pk"))


def reviewers_of(version: PlanVersion) -> list[User]:
    """Everybody who may decide about the version in the own name, the nearest first."""
    writers = writers_of(version)
    if level_of(version, writers) == rules.DEPARTMENT:
        return _heads(version, writers)
    return _directors(version, writers)


def reviewer_of(plan: MarketingPlan, version: PlanVersion | None = None) -> User | None:
    """Who is asked to review the current version; None when there is nobody left."""
    version = version or plan.current
    return next(iter(reviewers_of(version)), None) if version else None


def may_review(version: PlanVersion, user: User) -> bool:
    """One of the reviewers, or who stands in for one today; never who has a part in the version,
    neither in the own name nor for somebody else.
    """
    if user.pk in writers_of(version):
        return False
    judges = {person.pk for person in reviewers_of(version)}
    return any(person.pk in judges for person in user.acting_for())
