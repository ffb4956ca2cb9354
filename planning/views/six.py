"""The list of workbenches, one workbench, one step of it (R62)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer
from core import drafts
from core.paging import keyset_page
from planning import six_reports as reports
from planning import six_rules as rules
from planning import six_step_reports as step_reports
from planning.actions import six_export, six_steps
from planning.actions.errors import PlanError
from planning.forms.six import StepForm
from planning.models import CustomerPlanning, ImplementationItem
from planning.views.kept import is_dropped
from planning.views.six_scope import customer_or_404, may_write, planning_or_404
from staff.access import requires


@requires("planning.six")
@require_GET
def six_list(request):
    """Customers and how far their six steps have come in a year."""
    this_year = timezone.localdate().year
    year = _year(request.GET.get("year", ""), this_year)
    found = Customer.objects.visible_to(request.user).select_related("manager", "industry")
    if request.GET.get("only") == "begun":
        found = found.filter(plannings__year=year)
    if words := request.GET.get("q", "").strip()[:50]:
        found = found.search(words)
    page = keyset_page(found, request, keys=("grade", "code", "pk"))
    context = {
        "page": page,
        "rows": reports.with_plannings(page.rows, year),
        "year": year,
        "years": range(this_year - 1, this_year + 3),
        "words": words,
        "only": request.GET.get("only", ""),
        "may_write": may_write(request),
    }
    return render(request, "planning/six_list.html", context)


def _year(text: str, this_year: int) -> int:
    """Next year's by default: plans are made for the year to come."""
    usable = text.isascii() and text.isdecimal() and len(text) == 4
    return int(text) if usable else this_year + 1


@requires("planning.six")
@require_GET
def six(request, pk, year):
    """The six steps on one page; without a workbench the offer to begin one."""
    customer = customer_or_404(request, pk, year)
    planning = CustomerPlanning.objects.filter(customer=customer, year=year).first()
    context = {"customer": customer, "year": year, "may_write": may_write(request)}
    if planning is None:
        return render(request, "planning/six_start.html", context)
    planning = planning_or_404(request, pk, year)
    context |= {
        "planning": planning,
        "bench": reports.workbench(planning),
        "measures": reports.measures_for_plan(planning),
        "plan": six_export.plan_of(planning),
    }
    return render(request, "planning/six.html", context)


@requires("planning.six_write")
@require_POST
def six_start(request, pk, year):
    customer = customer_or_404(request, pk, year)
    try:
        six_steps.start_planning(customer=customer, year=year, by=request.user)
    except PlanError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "已建立，可以从任何一步开始。")
    return redirect("planning:six", pk, year)


@requires("planning.six")
@require_http_methods(["GET", "POST"])
def six_step(request, pk, year, code):
    """What is known for one step, and its conclusion. POST saves the conclusion."""
    planning = planning_or_404(request, pk, year)
    bench = reports.workbench(planning)
    if not 1 <= code <= rules.LAST:
        return redirect(planning)
    if request.method == "POST":
        return _step_posted(request, planning, bench, code)
    kept = drafts.load(request.user, _draft_key(planning, code)) if may_write(request) else None
    form = _form(bench.card(code), kept or {})
    return show_step(request, planning, bench, code, form, is_restored=bool(kept))


def _step_posted(request, planning, bench, code):
    if not may_write(request):
        raise PermissionDenied
    key, here = _draft_key(planning, code), redirect("planning:six_step", *planning.place, code)
    if is_dropped(request, key):
        return here
    card = bench.card(code)
    form = StepForm(request.POST, step=card.step)
    if form.is_valid() and _saved(request, planning, code, form):
        drafts.discard(request.user, key)
        return here
    card.row.refresh_from_db()
    return show_step(request, planning, bench, code, form)


def _draft_key(planning, code) -> str:
    return f"planning:six_step:{planning.pk}_{code}"


def _form(card, kept: dict) -> StepForm:
    """With what was typed and not saved, and the edit on which that began."""
    row = card.row
    initial = {name: getattr(row, name) for name in ("conclusion", "evidence", "state", "edit")}
    return StepForm(step=card.step, initial=initial | kept)


def _saved(request, planning, code, form) -> bool:
    data = form.cleaned_data
    try:
        six_steps.save_step(
            planning=planning, code=code, by=request.user, base_edit=data["edit"],
            state=data["state"], conclusion=data["conclusion"], evidence=data["evidence"],
        )  # fmt: skip
    except PlanError as error:
        form.add_error(None, str(error))
        form.data = form.data.copy()
        form.data["edit"] = planning.steps.get(code=code).edit  # the next save is on what is shown
        return False
    messages.success(request, "已保存。")
    return True


def show_step(request, planning, bench, code, form, **more):
    row = bench.card(code).row
    context = {
        "planning": planning,
        "customer": planning.customer,
        "bench": bench,
        "card": bench.card(code),
        "form": form,
        "draft_key": _draft_key(planning, code),
        "conflict": row if form.is_bound and form.non_field_errors() else None,
        "may_write": may_write(request),
        "phases": ImplementationItem.Phase,
        **step_reports.step_context(planning, code),
        **more,
    }
    status = 422 if form.is_bound else 200
    return render(request, f"planning/six_step_{code}.html", context, status=status)
