"""Another owner for one duty. Here and not in reminders: only people who see its customer may."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from crm.actions.handover import pass_duty
from crm.forms.duties import ReassignForm
from planning.actions.errors import PlanError
from reminders import reports
from reminders.actions import DutyError
from reminders.models import Obligation
from staff.access import requires
from visits.actions.errors import VisitError


@requires("duties.reassign")
@require_http_methods(["GET", "POST"])
def duty_reassign(request, pk):
    mine = Obligation.objects.visible_to(request.user).select_related("owner")
    duty = get_object_or_404(mine, pk=pk)
    form = ReassignForm(request.POST or None, by=request.user, duty=duty)
    if request.method == "POST" and form.is_valid():
        try:
            pass_duty(duty=duty, by=request.user, **form.cleaned_data)
        except (DutyError, VisitError, PlanError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已转给{form.cleaned_data['to']}。")
            return redirect("reminders:duty_list")
    row = reports.duty_rows([duty])[0]
    return render(request, "crm/duty_reassign.html", {"row": row, "form": form})
