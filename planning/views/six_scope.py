"""The workbench of an address, in the user's scope (A0)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Customer
from planning.actions import six_industry
from planning.models import CompetitorScorecard, CustomerPlanning, IndustryAnalysis
from planning.six_reports import FIRST_YEAR, LAST_YEAR
from staff.access import may

FULL = ("customer__manager", "customer__department", "customer__industry", "customer__branch",
        "customer__informatization_stage", "customer__next_stage", "author")  # fmt: skip


def customer_or_404(request, pk: int, year: int) -> Customer:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    rows = Customer.objects.visible_to(request.user).select_related(
        "manager", "industry", "department", "branch"
    )
    return get_object_or_404(rows, pk=pk)


def planning_or_404(request, pk: int, year: int) -> CustomerPlanning:
    rows = CustomerPlanning.objects.visible_to(request.user).select_related(*FULL)
    return get_object_or_404(rows, customer=pk, year=year)


def row_or_404(request, model, pk: int):
    """A row of a workbench that the user sees, with its workbench."""
    rows = model.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related(*(f"planning__{name}" for name in FULL)), pk=pk)


def analysis_or_404(request, pk: int) -> IndustryAnalysis:
    rows = IndustryAnalysis.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("industry", "branch", "updated_by"), pk=pk)


def own_analysis_or_403(request, pk: int) -> IndustryAnalysis:
    """One whose industry the user knows (R64)."""
    analysis = analysis_or_404(request, pk)
    if not six_industry.may_write(analysis, request.user):
        raise PermissionDenied
    return analysis


def scorecard_or_404(request, pk: int) -> CompetitorScorecard:
    rows = CompetitorScorecard.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("customer", "industry", "created_by"), pk=pk)


def may_write(request) -> bool:
    return may(request.user, "planning.six_write")
