"""The plan of an address, in the user's scope; who may do what with it (A0)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from planning.actions.rights import may_write
from planning.models import MarketingPlan, PlanVersion
from planning.outline_rules import OUTLINES, Section, Table, section_of

FULL = ("industry", "parent", "author", "current", "customer__manager", "customer__department")


def plan_or_404(request, pk: int) -> MarketingPlan:
    """A plan that the user sees, with everything that its head shows."""
    plans = MarketingPlan.objects.visible_to(request.user).select_related(*FULL)
    plan = get_object_or_404(plans, pk=pk)
    plan.current.plan = plan  # the same object, so that nobody asks for it again
    # Nearly always the same people and branch; PostgreSQL takes long to order a dozen joins.
    if plan.branch_id == request.user.branch_id:
        plan.branch = request.user.branch
    if plan.responsible_id == plan.author_id:
        plan.responsible = plan.author
    return plan


def version_or_404(plan: MarketingPlan, number: int | None = None) -> PlanVersion:
    """A version by its number; the current one without."""
    if number in (None, plan.current.number):
        return plan.current
    version = get_object_or_404(PlanVersion, plan=plan, number=number)
    version.plan = plan
    return version


def writable_or_403(request, pk: int) -> MarketingPlan:
    """A plan that the user may write in. Whether its version is writable the actions decide."""
    plan = plan_or_404(request, pk)
    if not may_write(plan, request.user):
        raise PermissionDenied
    return plan


def section_or_404(plan: MarketingPlan, code: str) -> Section:
    try:
        return section_of(plan.kind, code)
    except KeyError as error:
        raise Http404 from error


def table_or_404(plan: MarketingPlan, code: str) -> tuple[Section, Table]:
    """A table of this type of plan, and the section in which it stands."""
    for section in OUTLINES[plan.kind]:
        for table in section.tables:
            if table.code == code:
                return section, table
    raise Http404
