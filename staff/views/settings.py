"""Editable settings, and the audit trail."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core.models import AuditEvent, Parameter
from core.paging import keyset_page
from staff.access import requires
from staff.actions.errors import StaffError
from staff.actions.parameters import edit_parameter
from staff.filters import AuditFilter
from staff.forms.parameters import ParameterForm
from staff.reports import said_events, verb_choices


@requires("parameters.admin")
@require_GET
def parameter_list(request):
    context = {"parameters": Parameter.objects.order_by("key")}
    return render(request, "staff/parameter_list.html", context)


@requires("parameters.admin")
@require_http_methods(["GET", "POST"])
def parameter_edit(request, pk):
    parameter = get_object_or_404(Parameter, pk=pk)
    form = ParameterForm(request.POST or None, parameter=parameter)
    if request.method == "POST" and form.is_valid():
        try:
            edit_parameter(parameter=parameter, by=request.user, **form.cleaned_data)
            messages.success(request, f"「{parameter.label}」已保存。")
            return redirect("staff:parameter_list")
        except StaffError as error:
            form.add_error(None, str(error))
    context = {"form": form, "parameter": parameter}
    status = 422 if form.errors else 200
    return render(request, "staff/parameter_form.html", context, status=status)


@requires("audit.view")
@require_GET
def audit_list(request):
    branches = {person.branch_id for person in request.user.acting_for()}
    rows = AuditEvent.objects.of_branches(branches)
    found = AuditFilter(request.GET, rows, request=request, verbs=verb_choices())
    page = keyset_page(found.qs, request, keys=("-at", "-pk"))
    context = {"page": page, "events": said_events(page.rows), "filter": found}
    return render(request, "staff/audit_list.html", context)
