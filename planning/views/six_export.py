"""What the six steps give to the plan: choose, then add (R62, R76)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import once
from planning.actions import rights, six_export
from planning.actions.errors import PlanError
from planning.views.six_scope import planning_or_404
from staff.access import requires


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_to_plan(request, pk, year):
    planning = planning_or_404(request, pk, year)
    if request.method == "POST":
        return _taken(request, planning)
    plan = six_export.plan_of(planning)
    context = {"planning": planning, "plan": plan}
    if plan is not None:
        context |= {
            "version": plan.current,
            "offer": six_export.offer(planning, plan.current),
            "may_take": plan.current.is_writable and rights.may_write(plan, request.user),
        }
    return render(request, "planning/six_to_plan.html", context)


def _taken(request, planning):
    try:
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            keys = request.POST.getlist("keys")
            texts, lines = six_export.export(planning=planning, keys=keys, by=request.user)
            plan = six_export.plan_of(planning)
            messages.success(request, f"已写入计划：{texts} 段文字，{lines} 行。")
            return redirect(first.remember(plan.get_absolute_url()))
    except PlanError as error:
        messages.error(request, str(error))
        return redirect("planning:six_to_plan", *planning.place)
