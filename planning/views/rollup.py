"""下达, 汇总, 调整, 实际 of the plans above customers; their adjustments (R41)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import drafts, once
from core.paging import keyset_page
from planning import rollup_reports
from planning import target_rules as rules
from planning.actions import targets as actions
from planning.actions.allotting import may_allot
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.forms.targets import AdjustmentForm, edit_of
from planning.models import MarketingPlan, PlanTargetLine
from planning.views.kept import is_dropped
from planning.views.scope import plan_or_404, writable_or_403
from staff.access import may, requires

SHOWN = ("all", "counted", "not")
LABELS = {"all": "全部", "counted": "已计入", "not": "未计入"}


@requires("plans.view")
@require_GET
def rollup(request, pk):
    """A customer's plan has nothing below it: to its grid."""
    plan = plan_or_404(request, pk)
    if plan.kind == MarketingPlan.Kind.KEY_CUSTOMER:
        return redirect("planning:targets", pk=plan.pk)
    today, is_by_line = timezone.localdate(), request.GET.get("by") == "line"
    found = rollup_reports.page(plan, plan.current, today, only_kinds=not is_by_line)
    context = {
        "plan": plan,
        "version": plan.current,
        "tab": "rollup",
        "found": found,
        "moved": rollup_reports.moved_since(plan.current, found.whole.total[4]),
        "by_line": rollup_reports.by_line(found, today) if is_by_line else None,
        "adjustments": _adjustments(plan),
        "can_write": plan.current.is_writable and may_write(plan, request.user),
        "can_allot": may(request.user, "plans.allot") and may_allot(plan, request.user),
        **({} if is_by_line else _below(request, found.rolled)),
    }
    return render(request, "planning/rollup.html", context)


def _below(request, rolled) -> dict:
    """The plans below, a page of them."""
    plan = rolled.plan
    chosen = request.GET.get("show", "all")
    rows = rollup_reports.children(plan, request.user).only(*rollup_reports.CHILD_SHOWS)
    if chosen in ("counted", "not"):
        rows = rows.filter(counted__isnull=chosen == "not")
    page = keyset_page(rows, request, keys=("number",))
    return {
        "page": page,
        "children": rollup_reports.rows_of(page.rows, rolled),
        "tally": rollup_reports.tally(plan, request.user),
        "chosen": chosen if chosen in SHOWN else "all",
        "choices": LABELS,
    }


def _adjustments(plan) -> list[PlanTargetLine]:
    lines = PlanTargetLine.objects.filter(version=plan.current, is_adjustment=True)
    return sorted(
        lines.select_related("updated_by"),
        key=lambda one: (
            rules.line_order(one.kind, one.business_line, one.from_operator), one.pk,
        ),
    )  # fmt: skip


# --- adjustments ----------------------------------------------------------------------------------
@requires("plans.write")
@require_http_methods(["GET", "POST"])
def adjustment_new(request, pk):
    plan = _plan_above(request, pk)
    key = f"planning:adjustment:{plan.pk}"
    if is_dropped(request, key):
        return redirect("planning:adjustment_new", pk=plan.pk)
    kept = drafts.load(request.user, key) if request.method == "GET" else None
    form = AdjustmentForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                actions.add_adjustment(version=plan.current, by=request.user, **form.fields_of_line)
                drafts.discard(request.user, key)
                messages.success(request, "计划外调整已保存。")
                return redirect(first.remember(_rollup_url(plan)))
        except PlanError as error:
            form.add_error(None, str(error))
    more = {"draft_key": key, "is_restored": bool(kept)}
    return _show_form(request, plan, form, "新增计划外调整", **more)


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def adjustment_edit(request, pk, line):
    plan = _plan_above(request, pk)
    row = _adjustment(request, plan, line)
    names = ("kind", "business_line", "from_operator", *rules.QUARTERS, "reason", "edit")
    initial = {name: getattr(row, name) for name in names}
    form = AdjustmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        edit = form.cleaned_data["edit"]
        edit = row.edit if edit is None else edit
        try:
            actions.change_adjustment(line=row, edit=edit, by=request.user, **form.fields_of_line)
            messages.success(request, "计划外调整已保存。")
            return redirect(_rollup_url(plan))
        except PlanError as error:
            form = _look_again(form, plan, line, error)
    return _show_form(request, plan, form, "修改计划外调整", line=row)


def _look_again(form: AdjustmentForm, plan, line, error: PlanError) -> AdjustmentForm:
    """What was typed stays; a second save is one of what stands there now, which is told."""
    form.data = form.data.copy()
    now = PlanTargetLine.objects.filter(version=plan.current, pk=line).first()
    form.add_error(None, str(error))
    if now and str(now.edit) != form.data.get("edit"):
        form.data["edit"] = str(now.edit)
        values = " / ".join(f"{getattr(now, name):.2f}" for name in rules.QUARTERS)
        form.add_error(None, f"现在是：{values}；原因：{now.reason}")
    return form


@requires("plans.write")
@require_POST
def adjustment_remove(request, pk, line):
    plan = _plan_above(request, pk)
    row = _adjustment(request, plan, line)
    edit = edit_of(request.POST.get("edit", ""))
    try:
        actions.remove_adjustment(line=row, edit=edit, by=request.user)
        messages.success(request, "计划外调整已删除。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(_rollup_url(plan))


def _plan_above(request, pk) -> MarketingPlan:
    plan = writable_or_403(request, pk)
    if plan.kind == MarketingPlan.Kind.KEY_CUSTOMER:
        raise Http404
    if request.method == "GET" and not plan.current.is_writable:
        raise PermissionDenied
    return plan


def _adjustment(request, plan, pk) -> PlanTargetLine:
    """Of this version; what a page of an earlier one sends is refused with what was typed."""
    lines = PlanTargetLine.objects.filter(version__plan=plan, is_adjustment=True)
    if request.method == "GET":
        lines = lines.filter(version=plan.current)
    return get_object_or_404(lines.select_related("version__plan"), pk=pk)


def _rollup_url(plan) -> str:
    return reverse("planning:rollup", args=[plan.pk])


def _show_form(request, plan, form, title: str, **more):
    context = {"plan": plan, "version": plan.current, "form": form, "title": title, **more}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/target_adjustment.html", context, status=status)
