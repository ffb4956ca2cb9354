"""Small rows of a workbench: add, change, take away; an improvement is done (R68, R73–R76)."""

from copy import copy

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.items import version_of
from core import once
from planning.actions import six_board, six_rows, six_support
from planning.actions.errors import PlanError
from planning.forms.six_improve import ImproveForm
from planning.forms.six_rows import KINDS, Kind
from planning.models import ImplementationItem, SupportAssessment
from planning.views.six_scope import planning_or_404, row_or_404
from staff.access import requires


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def step_url(planning, kind: Kind) -> str:
    return reverse("planning:six_step", args=[*planning.place, kind.step])


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_row_new(request, pk, year, kind):
    planning, kind = planning_or_404(request, pk, year), _kind(kind)
    known = {name: request.GET[name] for name in request.GET if name in kind.form.base_fields}
    form = kind.form(request.POST or None, planning=planning, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_added(request, planning, kind, form))
        except PlanError as error:
            form.add_error(None, str(error))
    return _page(request, planning, kind, form)


def _added(request, planning, kind, form) -> str:
    with once.guard(request) as first:
        if first.result_url:
            return first.result_url
        six_rows.add_row(planning=planning, model=kind.model, values=form.values(), by=request.user)
        messages.success(request, f"已新增{kind.label}。")
        return first.remember(step_url(planning, kind))


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_row_edit(request, kind, pk):
    kind = _kind(kind)
    row = row_or_404(request, kind.model, pk)
    form = kind.form(request.POST or None, instance=copy(row), planning=row.planning)
    if request.method == "POST" and form.is_valid():
        try:
            six_rows.change_row(
                row=row, values=form.values(), seen=form.cleaned_data["seen"], by=request.user
            )
        except PlanError as error:
            form.data = form.data.copy()
            form.data["seen"] = version_of(row)
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(step_url(row.planning, kind))
    return _page(request, row.planning, kind, form, row)


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_row_delete(request, kind, pk):
    """GET asks; POST takes the row away."""
    kind = _kind(kind)
    row = row_or_404(request, kind.model, pk)
    if request.method == "POST":
        six_rows.delete_row(row=row, by=request.user)
        messages.success(request, f"已删除{kind.label}「{row}」。")
        return redirect(step_url(row.planning, kind))
    context = {"planning": row.planning, "kind": kind, "row": row}
    context["back_url"] = step_url(row.planning, kind)
    return render(request, "planning/six_row_delete.html", context)


def _page(request, planning, kind, form, row=None):
    context = {"planning": planning, "kind": kind, "form": form, "row": row}
    context["back_url"] = step_url(planning, kind)
    status = 422 if form.is_bound else 200
    return render(request, "planning/six_row.html", context, status=status)


# --- support --------------------------------------------------------------------------------------
@requires("planning.six")
@require_GET
def six_support_show(request, pk):
    """Where the duty of an improvement leads: to its line in step 5."""
    row = row_or_404(request, SupportAssessment, pk)
    return redirect(step_url(row.planning, KINDS["support"]) + f"#support-{row.pk}")


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_improved(request, pk):
    """The improvement is done: what can we do now?"""
    row = row_or_404(request, SupportAssessment, pk)
    form = ImproveForm(request.POST or None, initial={"our_current": row.commit_value})
    back = step_url(row.planning, KINDS["support"])
    if request.method == "POST" and form.is_valid():
        try:
            six_support.finish_improvement(
                row=row, our_current=form.cleaned_data["our_current"], by=request.user
            )
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已记下，这项时限任务随之完成。")
            return redirect(back)
    context = {"planning": row.planning, "row": row, "form": form, "back_url": back}
    status = 422 if form.is_bound else 200
    return render(request, "planning/six_improved.html", context, status=status)


# --- the board ------------------------------------------------------------------------------------
@requires("planning.six_write")
@require_POST
def six_fill(request, pk, year):
    planning = planning_or_404(request, pk, year)
    number = six_board.fill_board(planning=planning, by=request.user)
    messages.success(request, f"已放上 {number} 项。" if number else "没有新的可行措施。")
    return redirect("planning:six_step", pk, year, 6)


@requires("planning.six_write")
@require_POST
def six_item_move(request, pk):
    item = row_or_404(request, ImplementationItem, pk)
    try:
        six_board.move_item(
            item=item, to=request.POST.get("to", ""), seen=request.POST.get("seen", ""),
            by=request.user,
        )  # fmt: skip
    except PlanError as error:
        messages.warning(request, str(error))
    url = reverse("planning:six_step", args=[*item.planning.place, 6])
    return redirect(f"{url}#item-{item.pk}")
