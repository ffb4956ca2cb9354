"""Targets out as xlsx, and in again after a look at what would change."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.imports.readers import Unreadable
from core.exports import XLSX_TYPE, as_attachment
from planning import target_file_reports
from planning.actions import exporting, importing
from planning.actions.errors import PlanError
from planning.forms.targets import TargetGrid, TargetImportForm
from planning.paper_reports import LEVELS
from planning.views.scope import plan_or_404
from planning.views.targets import CONFLICT, customer_plan_or_404, show
from staff.access import requires

SALT = "planning.targets"
HOURS = 12 * 3600


@requires("plans.view")
@require_POST
def targets_xlsx(request, pk):
    """The newest version; who took it away is remembered."""
    plan = plan_or_404(request, pk)
    content = target_file_reports.content(plan.current)
    level = LEVELS[plan.kind]
    exporting.note_plan_export(version=plan.current, by=request.user, kind="目标 xlsx", level=level)
    response = HttpResponse(content, content_type=XLSX_TYPE)
    return as_attachment(response, f"{plan.number} 目标（{level}）.xlsx")


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def targets_import(request, pk):
    """Upload, and see what would change; nothing is written yet."""
    plan = customer_plan_or_404(request, pk)
    if not plan.current.is_writable:
        raise PermissionDenied
    form = TargetImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["upload"]
        try:
            found = importing.preview(file=upload, name=upload.name, version=plan.current)
        except Unreadable as error:
            form.add_error("upload", str(error))
        else:
            return _preview(request, plan, found, upload.name)
    context = {"plan": plan, "version": plan.current, "form": form, "header": importing.HEADER}
    status = 422 if form.errors else 200
    return render(request, "planning/target_import.html", context, status=status)


def _preview(request, plan, found: importing.Preview, name: str):
    told = importing.packed(plan.current, found.planned)
    context = {
        "plan": plan,
        "version": plan.current,
        "found": found,
        "name": name,
        "token": signing.dumps(told, salt=SALT, compress=True),
    }
    return render(request, "planning/target_import_preview.html", context)


@requires("plans.write")
@require_POST
def targets_import_confirm(request, pk):
    """Write what was just shown. Sent twice, it changes nothing more."""
    plan = customer_plan_or_404(request, pk)
    try:
        told = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=HOURS)
    except signing.BadSignature:
        raise Http404 from None
    if told["version"] != plan.current_id:
        raise Http404
    try:
        outcome = importing.apply(version=plan.current, told=told, by=request.user)
    except PlanError as error:
        messages.error(request, str(error))
        return redirect("planning:targets", pk=plan.pk)
    if not outcome.clashes:
        messages.success(request, f"已导入，改了 {len(outcome.saved)} 行。")
        return redirect("planning:targets", pk=plan.pk)
    lines = plan.current.targets.filter(is_adjustment=False)
    grid = TargetGrid(lines.select_related("updated_by"))
    grid.show_clashes(outcome.clashes)
    return show(request, plan, grid, CONFLICT)
