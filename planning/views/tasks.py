"""Preparation tasks of a plan (R46)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from core import once
from planning.actions import organising
from planning.actions.errors import PlanError
from planning.forms.plans import TaskForm
from planning.models import PlanPreparationTask
from planning.views.plans import small_page
from planning.views.scope import plan_or_404
from staff.access import requires


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def task_add(request, pk):
    plan = plan_or_404(request, pk)
    if not organising.may_keep_tasks(plan, request.user):
        raise PermissionDenied
    form = TaskForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if not first.result_url:
                    organising.add_task(plan=plan, by=request.user, **form.cleaned_data)
                    first.remember(plan.get_absolute_url())
                return redirect(plan)
        except PlanError as error:
            form.add_error(None, str(error))
    lead = "有期限的列为负责人的时限任务，到期前提醒。"
    return small_page(request, plan, form, "添加编制任务", lead)


def _task(request, pk) -> PlanPreparationTask:
    """A task of a plan that the user sees, and may tick off: its owner or who keeps the tasks."""
    tasks = PlanPreparationTask.objects.visible_to(request.user)
    task = get_object_or_404(tasks.select_related("plan", "owner"), pk=pk)
    is_owner = any(person.pk == task.owner_id for person in request.user.acting_for())
    if not is_owner and not organising.may_keep_tasks(task.plan, request.user):
        raise PermissionDenied
    return task


@requires("plans.view")
@require_POST
def task_done(request, pk):
    task = _task(request, pk)
    try:
        organising.finish_task(task=task, by=request.user)
        messages.success(request, f"「{task}」已完成。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(task.plan)


@requires("plans.write")
@require_POST
def task_drop(request, pk):
    task = _task(request, pk)
    plan = task.plan
    if not organising.may_keep_tasks(plan, request.user):
        raise PermissionDenied
    try:
        organising.drop_task(task=task, by=request.user)
        messages.success(request, "任务已取消。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(plan)
