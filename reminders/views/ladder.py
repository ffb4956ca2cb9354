from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reminders import reports
from reminders.actions import ladders
from reminders.forms.ladder import RungForm
from reminders.models import LadderStage
from staff.access import requires


@requires("ladder.admin")
@require_GET
def ladder_list(request):
    stages = LadderStage.objects.order_by("kind", "pk")
    groups = [
        (kind, [(stage, reports.say_rung(stage)) for stage in rungs])
        for kind, rungs in groupby(stages, key=LadderStage.get_kind_display)
    ]
    return render(request, "reminders/ladder_list.html", {"groups": groups})


@requires("ladder.admin")
@require_http_methods(["GET", "POST"])
def ladder_edit(request, pk):
    stage = get_object_or_404(LadderStage, pk=pk)
    sentence = reports.say_rung(stage)
    form = RungForm(request.POST or None, instance=stage)
    if request.method == "POST" and form.is_valid():
        stage = ladders.edit_rung(stage=stage, by=request.user, **form.cleaned_data)
        messages.success(request, f"已保存：{reports.say_rung(stage)}")
        return redirect("reminders:ladder_list")
    context = {"stage": stage, "sentence": sentence, "form": form}
    return render(request, "reminders/ladder_edit.html", context)
