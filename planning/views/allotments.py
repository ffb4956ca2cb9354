"""下达: what is asked of a plan, and how it is shared out among the plans below (R41)."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import drafts, once
from core.paging import keyset_page
from planning import rollup_reports
from planning import target_rules as rules
from planning.actions import allotting
from planning.actions.errors import PlanError
from planning.forms.targets import AllotForm
from planning.models import MarketingPlan, PlanAllotment
from planning.views.kept import is_dropped
from planning.views.scope import plan_or_404
from staff.access import may, requires

# What a row shows, and what says who hands down to it (allotting.may_allot).
SHOWN = (*rollup_reports.CHILD_SHOWS, "branch", "department__path")


@requires("plans.view")
@require_GET
def allotments(request, pk):
    """The plans below, what was handed down to each, and whether that is what came from above."""
    plan = plan_or_404(request, pk)
    if plan.kind == MarketingPlan.Kind.KEY_CUSTOMER:
        raise Http404
    rows = rollup_reports.children(plan, request.user).select_related("department").only(*SHOWN)
    page = keyset_page(rows, request, keys=("number",))
    context = {
        "plan": plan,
        "version": plan.current,
        "tab": "rollup",
        "page": page,
        "rows": _rows(request, page.rows),
        "kinds": _shared_out(plan),
        "tally": rollup_reports.tally(plan, request.user),
        "can_allot": may(request.user, "plans.allot") and allotting.may_allot(plan, request.user),
    }
    return render(request, "planning/target_allotments.html", context)


def _rows(request, plans) -> list[tuple]:
    """(plan, years by kind and together, when, whether the reader hands down to it)."""
    found: dict[int, dict[str, PlanAllotment]] = {}
    for row in PlanAllotment.objects.filter(plan__in=plans):
        found.setdefault(row.plan_id, {})[row.kind] = row
    may_at_all = may(request.user, "plans.allot")
    rows = []
    for plan in plans:
        parts = found.get(plan.pk, {})
        years = [_year(parts.get(kind)) for kind in rules.KINDS]
        issued = max((row.issued_at for row in parts.values()), default=None)
        can_allot = may_at_all and allotting.may_allot(plan, request.user)
        rows.append((plan, [*years, sum(years, rules.ZERO)], issued, can_allot))
    return rows


def _year(row: PlanAllotment | None):
    return sum((getattr(row, name) for name in rules.QUARTERS), rules.ZERO) if row else rules.ZERO


def _shared_out(plan) -> list[tuple]:
    """(kind, own, handed on, what is left, what is too much) by kind and together, of the year."""
    own, handed = rollup_reports.allotted_to(plan), rollup_reports.handed_on(plan)
    rows = [
        (name, own[kind][4], handed.get(kind, rules.ZERO)) for kind, name in rules.KINDS.items()
    ]
    rows.append(("合计", *(sum((row[n] for row in rows), rules.ZERO) for n in (1, 2))))
    return [(*row, row[1] - row[2], row[2] - row[1]) for row in rows]


@requires("plans.allot")
@require_http_methods(["GET", "POST"])
def allot(request, pk):
    plan = plan_or_404(request, pk)
    if not allotting.may_allot(plan, request.user):
        raise PermissionDenied
    rows = list(PlanAllotment.objects.filter(plan=plan).select_related("issued_by"))
    key = f"planning:allot:{plan.pk}"
    if is_dropped(request, key):
        return redirect("planning:allot", pk=plan.pk)
    kept = drafts.load(request.user, key) if request.method == "GET" else None
    form = AllotForm(request.POST or None, initial=_initial(rows) | (kept or {}))
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                _hand_down(request, plan, form)
                drafts.discard(request.user, key)
                messages.success(request, "目标已下达。")
                return redirect(first.remember(_back(plan)))
        except PlanError as error:
            form = _look_again(form, plan, error)
    context = {
        "plan": plan, "version": plan.current, "form": form, "rows": rows, "draft_key": key,
        "back": _back(plan), "kinds": _room(plan), "is_restored": bool(kept),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/target_allot.html", context, status=status)


def _initial(rows: list[PlanAllotment]) -> dict:
    found = {f"{row.kind}_{name}": getattr(row, name) for row in rows for name in rules.QUARTERS}
    found["note"] = rows[0].note if rows else ""
    found["seen_at"] = _seen(rows)
    return found


def _seen(rows) -> str:
    newest = max((row.issued_at for row in rows), default=None)
    return newest.isoformat() if newest else ""


def _hand_down(request, plan, form: AllotForm) -> None:
    text = form.cleaned_data["seen_at"]
    allotting.allot(
        plan=plan, amounts=form.amounts, note=form.cleaned_data["note"],
        seen_at=datetime.fromisoformat(text) if text else None, by=request.user,
    )  # fmt: skip


def _look_again(form: AllotForm, plan, error: PlanError) -> AllotForm:
    """What was typed stays and may be saved after a look at what was handed down meanwhile."""
    rows = list(PlanAllotment.objects.filter(plan=plan).select_related("issued_by"))
    form.data = form.data.copy()
    form.add_error(None, str(error))
    for row in rows:
        values = " / ".join(f"{getattr(row, name):.2f}" for name in rules.QUARTERS)
        form.add_error(None, f"{row.issued_by} 下达的{row.get_kind_display()}：{values}")
    form.data["seen_at"] = _seen(rows)
    return form


def _room(plan) -> list[tuple]:
    """What the plan above has to share out, for who hands down to one of its plans."""
    return _shared_out(plan.parent) if plan.parent_id else []


def _back(plan) -> str:
    name = "planning:allotments" if plan.parent_id else "planning:rollup"
    if plan.parent_id is None and plan.kind == MarketingPlan.Kind.KEY_CUSTOMER:
        name = "planning:targets"
    return reverse(name, args=[plan.parent_id or plan.pk])
