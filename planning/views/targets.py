"""The grid of a customer's plan: four quarters by kind and business (R45)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Customer
from core import once
from planning import rollup_reports
from planning import target_rules as rules
from planning.actions import targets as actions
from planning.actions.allotting import may_allot
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.forms.targets import TargetGrid, WinBackForm, edit_of, plain
from planning.models import MarketingPlan, PlanTargetLine
from planning.views.scope import plan_or_404, writable_or_403
from staff.access import may, requires

CONFLICT, REFUSED = 409, 422


@requires("plans.view")
@require_http_methods(["GET", "POST"])
def targets(request, pk):
    """A plan above customers has no grid: it shows what is below it."""
    plan = plan_or_404(request, pk)
    if request.method == "POST":
        return _posted(request, plan)
    if plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        return redirect("planning:rollup", pk=plan.pk)
    return show(request, plan, TargetGrid(_lines(plan)))


def _lines(plan: MarketingPlan):
    lines = PlanTargetLine.objects.filter(version=plan.current, is_adjustment=False)
    return lines.select_related("updated_by")


def customer_plan_or_404(request, pk) -> MarketingPlan:
    """A customer's plan that the user may write in; others have no grid."""
    plan = writable_or_403(request, pk)
    if plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        raise Http404
    return plan


def _posted(request, plan):
    if not (may(request.user, "plans.write") and may_write(plan, request.user)):
        raise PermissionDenied
    if plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        raise Http404
    grid = TargetGrid(_lines(plan), request.POST)
    if request.headers.get("Accept") == "application/json":
        return _as_json(request, plan, grid)
    return _as_page(request, plan, grid)


# --- without JavaScript: the whole page -----------------------------------------------------------
def _as_page(request, plan, grid: TargetGrid):
    if not grid.is_valid:
        return show(request, plan, grid, REFUSED)
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        try:
            outcome = _save(request, plan, grid)
        except PlanError as error:
            grid.errors.append(str(error))
            return show(request, plan, grid, REFUSED)
        if not outcome.clashes:
            messages.success(request, "目标已保存。")
            return redirect(first.remember(reverse("planning:targets", args=[plan.pk])))
    grid.show_clashes(outcome.clashes)
    return show(request, plan, grid, CONFLICT)


def _save(request, plan, grid: TargetGrid) -> actions.Outcome:
    return actions.save_cells(version=plan.current, changes=grid.changes, by=request.user)


def show(request, plan, grid: TargetGrid, status: int = 200, form: WinBackForm | None = None):
    found = _businesses(plan, grid)
    last = {line.code: line.last_year for line in found}
    allotted = rollup_reports.allotted_to(plan)
    context = {
        "plan": plan,
        "version": plan.current,
        "tab": "targets",
        "grid": grid,
        "last_year": _last_year(grid, last),
        "businesses": found,
        "allotted": [_against(kind, allotted, grid) for kind in rules.KINDS],
        "has_allotment": any(five[4] for five in allotted.values()),
        "can_write": plan.current.is_writable and may_write(plan, request.user),
        "can_allot": may(request.user, "plans.allot") and may_allot(plan, request.user),
        "form": form or WinBackForm(),
    }
    return render(request, "planning/target_grid.html", context, status=status)


def _businesses(plan, grid: TargetGrid) -> list[rollup_reports.LineRow]:
    by_business: dict[str, rules.Five] = {}
    for row in grid.rows.values():
        code = row.line.business_line
        before = by_business.get(code, rules.NOTHING)
        by_business[code] = rules.with_year(rules.plus(before, row.quarters))
    customers = Customer.objects.filter(pk=plan.customer_id)
    return rollup_reports.businesses(plan, by_business, customers, timezone.localdate())


def _last_year(grid: TargetGrid, last: dict[str, rules.Five]) -> dict[int, rules.Five]:
    """{line: what was billed for its business last year}, once for each business."""
    lines = [row.line for group in grid.groups for row in group.rows]
    says = rules.first_of_business((line.kind, line.business_line) for line in lines)
    return {
        line.pk: last[line.business_line]
        for line, is_first in zip(lines, says, strict=True)
        if is_first and line.business_line in last
    }


def _against(
    kind: str, allotted, grid: TargetGrid
) -> tuple[str, rules.Five, rules.Five, rules.Gap]:
    asked, planned = allotted[kind], grid.by_kind[kind]
    return rules.KINDS[kind], asked, planned, rules.Gap(asked[4], planned[4], rules.ZERO)


# --- with JavaScript: the lines that were typed in ------------------------------------------------
def _as_json(request, plan, grid: TargetGrid) -> JsonResponse:
    """Every cell for itself: one that cannot be read keeps no other from being saved."""
    if grid.refused:
        return JsonResponse({"refused": grid.refused}, status=REFUSED)
    try:
        outcome = _save(request, plan, grid)
    except PlanError as error:
        return JsonResponse({"refused": str(error)}, status=REFUSED)
    faults = {
        f"{cell.name}_{pk}": cell.error
        for pk, row in grid.rows.items()
        for cell in row.cells
        if cell.error
    }
    answer = {
        "saved": [_told(line) for line in outcome.saved],
        "clashes": [_told(clash.line) | _clash(clash) for clash in outcome.clashes],
        "faults": faults,
        "at": f"{timezone.localtime():%H:%M}",
    }
    status = REFUSED if faults else 200
    return JsonResponse(answer, status=CONFLICT if outcome.clashes else status)


def _told(line: PlanTargetLine) -> dict:
    cells = {name: plain(getattr(line, name)) for name in rules.QUARTERS}
    return {"pk": line.pk, "edit": line.edit, "cells": cells}


def _clash(clash: actions.Clash) -> dict:
    line = clash.line
    at = f"{timezone.localtime(line.updated_at):%H:%M}" if line.updated_at else ""
    both = {
        name: [plain(mine) or "0", plain(now) or "0"] for name, (mine, now) in clash.cells.items()
    }
    return {"by": str(line.updated_by or ""), "changed_at": at, "both": both}


# --- lines of win-back ----------------------------------------------------------------------------
@requires("plans.write")
@require_POST
def win_back_add(request, pk):
    plan = customer_plan_or_404(request, pk)
    form = WinBackForm(request.POST)
    if form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                actions.add_win_back(version=plan.current, by=request.user, **form.cleaned_data)
                return redirect(first.remember(reverse("planning:targets", args=[plan.pk])))
        except PlanError as error:
            form.add_error(None, str(error))
    return show(request, plan, TargetGrid(_lines(plan)), REFUSED, form)


@requires("plans.write")
@require_POST
def win_back_remove(request, pk, line) -> HttpResponseRedirect:
    plan = customer_plan_or_404(request, pk)
    edit = edit_of(request.POST.get("edit", ""))
    try:
        actions.remove_win_back(version=plan.current, pk=line, edit=edit, by=request.user)
        messages.success(request, "这一行已删除。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect("planning:targets", pk=plan.pk)
