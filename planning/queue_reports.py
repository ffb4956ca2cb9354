"""Which versions wait for whom: planning.actions.rights.may_review as a query (R46, D29)."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, StrIndex

from core.models import AuditEvent
from planning import review_rules as rules
from planning.models import (
    IN_REVIEW,
    MarketingPlan,
    PlanRow,
    PlanSection,
    PlanState,
    PlanTargetLine,
    PlanVersion,
    SectionText,
)
from staff.models import Attestation, User

INFORMED_FOR = timedelta(days=30)
MOST_INFORMED = 10
Kind, Role = MarketingPlan.Kind, User.Role
WAITING = (PlanState.OUTLINE_REVIEW, *IN_REVIEW)


def waiting() -> QuerySet[PlanVersion]:
    """Every version that waits for a decision; `since` says from when."""
    found = PlanVersion.objects.filter(state__in=WAITING)
    return found.annotate(since=Coalesce("submitted_at", "created_at"))


def waiting_for(user: User) -> QuerySet[PlanVersion]:
    """What `user` may decide about today, in the own name or for somebody absent."""
    scope = Q(pk__in=[])
    for person in user.acting_for():
        if person.role == Role.DEPT_HEAD and person.department_id:
            scope |= _as_head(person) & _without_part(person)
        elif person.role == Role.BRANCH_DIRECTOR:
            scope |= _as_director(person) & _without_part(person)
    return waiting().filter(scope & _without_part(user))


def informed_of(user: User, now: datetime) -> list[PlanVersion]:
    """Industry plans that a head approved lately: the director is told of them (R46). One query."""
    branches = [p.branch_id for p in user.acting_for() if p.role == Role.BRANCH_DIRECTOR]
    if not branches:
        return []
    found = PlanVersion.objects.filter(
        plan__branch__in=branches,
        plan__kind=Kind.KEY_INDUSTRY,
        approved_at__gte=now - INFORMED_FOR,
        approved_by__role=Role.DEPT_HEAD,
    )
    found = found.select_related("plan__industry", "plan__customer", "plan__branch", "approved_by")
    return list(found.defer("snapshot").order_by("-approved_at", "-pk")[:MOST_INFORMED])


def _as_head(person: User) -> Q:
    return (
        Q(plan__branch=person.branch_id)
        & Q(plan__department__in=person.departments_below())
        & ~Q(plan__kind=Kind.ANNUAL_MARKET)
        & ~Q(plan__author__role=Role.DEPT_HEAD)
    )


def _as_director(person: User) -> Q:
    """The annual plan, what a head wrote, and what no head without a part in it stands above."""
    heads = User.objects.active().filter(
        role=Role.DEPT_HEAD, department__branch=OuterRef("plan__branch")
    )
    at = StrIndex(OuterRef("plan__department__path"), F("department__path"))
    heads = heads.alias(at=at).filter(at=1)
    free = heads.exclude(_has_part(OuterRef("pk"), OuterRef(OuterRef("pk"))))
    free = free.exclude(pk=OuterRef("plan__author"))
    free = free.exclude(pk=Coalesce(OuterRef("submitted_by"), 0))
    return Q(plan__branch=person.branch_id) & (
        Q(plan__kind=Kind.ANNUAL_MARKET) | Q(plan__author__role=Role.DEPT_HEAD) | ~Exists(free)
    )


def _without_part(person: User) -> Q:
    """Not author, not who handed it in, and no trace in the content."""
    named = Q(plan__author=person.pk) | Q(submitted_by=person.pk, submitted_by__isnull=False)
    return ~named & ~Q(_has_part(Value(person.pk), OuterRef("pk")))


def _has_part(who, version) -> Q:
    """Whether `who` left a name in the content of `version`, or in the trail about it."""
    label = PlanVersion._meta.label_lower
    traces = [
        model.objects.filter(version=version, updated_by=who)
        for model in (PlanSection, PlanRow, PlanTargetLine)
    ]
    traces.append(SectionText.objects.filter(section__version=version, by=who))
    traces.append(Attestation.objects.filter(target_type=label, target_id=version, user=who))
    events = AuditEvent.objects.filter(
        target_type=label, target_id=Cast(version, CharField()), actor=who
    )
    traces.append(events.exclude(verb__in=rules.NOT_WRITING))
    found = Q()
    for rows in traces:
        found |= Q(Exists(rows))
    return found
