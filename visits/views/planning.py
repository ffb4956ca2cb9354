"""Plan a visit, change the plan, plan it for another time."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import drafts, once
from core.htmx import is_htmx
from staff.access import requires
from visits import rules
from visits.actions import planning, plans
from visits.actions.errors import VisitError
from visits.forms.fields import Line, Lines, as_posted
from visits.forms.planning import PlanForm, colleagues_of
from visits.models import Visit, VisitKeyPoint
from visits.views.scope import changeable_visit, customer_from_query, keep_typed

DRAFT = "visits:plan"


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_plan(request):
    if request.method == "GET":
        return _show(request, _new_form(request))
    if "restart" in request.POST:
        drafts.discard(request.user, DRAFT)
        return redirect("visits:visit_plan")
    if "reload" in request.POST:
        return _show(request, _reloaded(request))
    is_draft = request.POST.get("verb") == "draft"
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        form = PlanForm(request.POST, user=request.user, is_draft=is_draft)
        if form.is_valid():
            visit = _plan(request, form, is_draft)
            return redirect(first.remember(visit.get_absolute_url()))
    keep_typed(request, DRAFT)
    return _show(request, form)


def _new_form(request) -> PlanForm:
    customer = customer_from_query(request)
    kept = drafts.load(request.user, DRAFT)
    if kept and (customer is None or is_htmx(request)):
        return PlanForm(as_posted(kept), user=request.user).forgive()
    initial = {"customer": customer, "location": customer.address if customer else ""}
    if request.GET.get("mode") in Visit.Mode:
        initial["mode"] = request.GET["mode"]
    return PlanForm(user=request.user, customer=customer, initial=initial)


def _reloaded(request, visit=None) -> PlanForm:
    """Another customer was chosen: its contacts and stage come, what was typed stays."""
    data = request.POST.copy()
    form = PlanForm(data, user=request.user, visit=visit)
    if form.chosen and not data.get("stage"):
        data["stage"] = form.chosen.relationship_stage
    return form.forgive()


def _plan(request, form, is_draft) -> Visit:
    visit = planning.plan_visit(by=request.user, is_draft=is_draft, **form.cleaned_data)
    drafts.discard(request.user, DRAFT)
    if _skips(visit.customer.relationship_stage, visit.stage):
        messages.warning(request, "拜访阶段比客户现在的关系跨了一级以上，请确认是否合适。")
    messages.success(request, "已存为草稿。" if is_draft else "已计划。")
    return visit


def _skips(reached: str, wanted: str) -> bool:
    return rules.skips_a_stage(reached, wanted)


def _show(request, form, visit=None):
    context = {"form": form, "visit": visit, "draft_key": "" if visit else DRAFT}
    context["is_restored"] = visit is None and form.is_bound and request.method == "GET"
    context["stage_skipped"] = bool(
        form.chosen
        and form["stage"].value() in rules.STAGES
        and _skips(form.chosen.relationship_stage, form["stage"].value())
    )
    if is_htmx(request):
        return render(request, "visits/_visit_people.html", context)
    return render(request, "visits/visit_plan.html", context)


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_edit(request, pk):
    """Saved only over the plan that was read; somebody else's is shown beside what was typed."""
    visit = changeable_visit(request, pk)
    if request.method == "GET":
        return _opened(request, visit)
    if "reload" in request.POST:
        return _show(request, _reloaded(request, visit), visit)
    confirms = visit.state == Visit.State.DRAFT and request.POST.get("verb") != "draft"
    is_draft = visit.state == Visit.State.DRAFT and not confirms
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        form = PlanForm(request.POST, user=request.user, visit=visit, is_draft=is_draft)
        if form.is_valid() and _save(request, form, visit, confirms):
            return redirect(first.remember(visit.get_absolute_url()))
    return _show(request, form, visit)


def _opened(request, visit):
    if visit.state not in rules.EDITABLE:
        messages.error(request, f"该拜访现在是「{visit.get_state_display()}」，不能再修改计划。")
        return redirect(visit)
    return _show(request, _form_of(request, visit), visit)


def _save(request, form, visit, confirms) -> bool:
    try:
        with transaction.atomic():
            planning.edit_visit(visit=visit, by=request.user, **form.cleaned_data)
            if confirms:
                planning.confirm_plan(visit=visit, by=request.user)
    except VisitError as error:
        form.add_error(None, str(error))
        form.look_again()
        return False
    messages.success(request, "已计划。" if confirms else "已保存。")
    return True


def _form_of(request, visit) -> PlanForm:
    initial = plans.values_of(visit)
    points = initial.pop("key_points")
    initial["materials"] = "\n".join(initial["materials"])
    form = PlanForm(user=request.user, customer=visit.customer, visit=visit, initial=initial)
    form.key_points = Lines(
        [Line(kind, words, owner=str(owner.pk if owner else "")) for kind, words, owner in points]
    )
    return form


@requires("visits.write")
@require_GET
def visit_row(request, name):
    """Fragment: one more blank line of a form."""
    template = {"key": "visits/_key_point_row.html", "promise": "visits/_promise_row.html"}[name]
    context = {"line": Line(), "kinds": VisitKeyPoint.Kind.choices}
    if name == "key":
        context["speakers"] = [(str(p.pk), p.name) for p in colleagues_of(request.user)]
    return render(request, template, context)
