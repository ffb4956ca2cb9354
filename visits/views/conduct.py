"""Ticks during a visit and after it (R5, R7)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.htmx import is_htmx
from staff.access import requires
from visits import conduct_reports
from visits.actions import conduct
from visits.actions.errors import VisitError
from visits.forms.conduct import StepLine
from visits.models import VisitNextStep
from visits.views.moving import one_tap
from visits.views.scope import changeable_visit


@requires("visits.write")
@require_POST
def visit_check(request, pk):
    """One tap: a point of the opening list is done, or is not."""
    visit = changeable_visit(request, pk)
    name, is_done = request.POST.get("name", ""), request.POST.get("done") == "1"

    def act():
        conduct.tick_opening(visit=visit, name=name, is_done=is_done, by=request.user)

    return one_tap(request, visit, act)


@requires("visits.write")
@require_POST
def step_done(request, pk):
    """One tap: a next step is done, or is not. Answers with the list it was tapped in."""
    steps = VisitNextStep.objects.visible_to(request.user)
    step = get_object_or_404(steps.select_related("visit"), pk=pk)
    visit = changeable_visit(request, step.visit_id)
    is_done, error = request.POST.get("done") == "1", ""
    try:
        conduct.finish_step(step=step, is_done=is_done, at=clock.now(), by=request.user)
    except VisitError as refusal:
        error = str(refusal)
    if is_htmx(request):
        return _list(request, visit, error)
    if error:
        messages.error(request, error)
    return redirect(_back(request) or visit.get_absolute_url())


def _list(request, visit, error):
    """The list of the visit, or of 今日 when it was tapped there."""
    context = {"step_error": error, "may_change": True}
    if request.POST.get("list") == "today":
        steps = conduct_reports.open_steps(request.user, timezone.localdate())
        context |= {"next_steps": steps, "steps_list": "today"}
    else:
        context |= {"next_steps": conduct_reports.steps_of(visit), "steps_list": "visit"}
    status = 422 if error else 200
    return render(request, "visits/_next_steps.html", context, status=status)


def _back(request) -> str:
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else ""


@requires("visits.write")
@require_GET
def step_row(request):
    """Fragment: one more blank line of next steps."""
    return render(request, "visits/_next_step_row.html", {"line": StepLine()})
