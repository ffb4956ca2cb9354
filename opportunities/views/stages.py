"""The ladder as rows that an administrator changes, beside what history measured (§B.4)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from opportunities import stage_reports
from opportunities.actions.stages import edit_stage
from opportunities.forms.editing import StageForm
from opportunities.models import OpportunityStage
from staff.access import requires


@require_GET
@requires("opportunities.stages")
def stage_list(request):
    rows = stage_reports.measured()
    context = {"rows": rows, "enough": rows[0].enough}
    return render(request, "opportunities/stage_list.html", context)


@requires("opportunities.stages")
@require_http_methods(["GET", "POST"])
def stage_edit(request, pk):
    stage = get_object_or_404(OpportunityStage, pk=pk)
    form = StageForm(request.POST or None, stage=stage)
    if request.method == "POST" and form.is_valid():
        edit_stage(stage=stage, by=request.user, **form.cleaned_data)
        messages.success(request, "阶段已保存，以后的变更按新的数字。")
        return redirect("opportunities:stage_list")
    context = {"form": form, "stage": stage}
    status = 422 if form.errors else 200
    return render(request, "opportunities/stage_form.html", context, status=status)
