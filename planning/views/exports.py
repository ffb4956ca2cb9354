"""A plan as PDF or Word; the weekly file: its versions, a new one on demand, the download (§B.13).

What leaves the house is asked for with POST: each time is written down.
"""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core import once
from core.charts.svg import ChartError
from core.exports import as_attachment
from core.htmx import is_htmx
from core.paging import keyset_page
from core.pdf import VIEWER_POLICY, PdfError, pdf_response
from core.uploads import TYPES
from planning import paper_reports, plan_docx_reports, plan_pdf_reports
from planning.actions import exporting
from planning.actions.errors import PlanError
from planning.forms.exports import PlanExportForm, WeeklyForm
from planning.models import PlanExport
from planning.views.scope import plan_or_404, version_or_404
from staff.access import may, requires
from staff.models import User

SCOPE = re.compile(r"[0-9]+-([0-9]+|all)")


# --- a plan ---------------------------------------------------------------------------------------
@requires("plans.view")
@require_GET
def exports(request, pk):
    plan = plan_or_404(request, pk)
    return _export_page(request, plan, PlanExportForm(plan=plan))


def _export_page(request, plan, form, status=200):
    context = {
        "plan": plan, "version": plan.current, "tab": "exports", "form": form,
        "level": paper_reports.LEVELS[plan.kind],
    }  # fmt: skip
    return render(request, "planning/export_plan.html", context, status=status)


@requires("plans.view")
@require_POST
def pdf(request, pk):
    return _export(request, pk, "PDF")


@requires("plans.view")
@require_POST
def docx(request, pk):
    return _export(request, pk, "Word")


def _export(request, pk: int, kind: str):
    plan = plan_or_404(request, pk)
    form = PlanExportForm(request.POST, plan=plan)
    if not form.is_valid():
        return _export_page(request, plan, form, 422)
    version = version_or_404(plan, form.cleaned_data["version"])
    paper = paper_reports.paper(version, request.user, timezone.now())
    try:
        answer = _pdf(paper) if kind == "PDF" else _docx(paper)
    except (PdfError, ChartError) as error:
        form.add_error(None, str(error))
        return _export_page(request, plan, form, 422)
    exporting.note_plan_export(version=version, by=request.user, kind=kind, level=paper.level)
    return answer


def _pdf(paper):
    content, _ = plan_pdf_reports.pdf(paper)
    return pdf_response(content, f"{paper.filename}.pdf")


def _docx(paper):
    answer = HttpResponse(plan_docx_reports.docx(paper), content_type=TYPES["docx"])
    answer["Cache-Control"] = "no-store, private"
    return as_attachment(answer, f"{paper.filename}.docx")


# --- the weekly file ------------------------------------------------------------------------------
@requires("exports.view")
@require_GET
def weekly_list(request):
    return _weekly_page(request, WeeklyForm(scopes=_scopes(request.user)))


def _weekly_page(request, form, status=200):
    rows = PlanExport.objects.visible_to(request.user).select_related(
        "branch", "department", "requested_by"
    )
    context = {
        "page": keyset_page(rows, request, keys=("-monday", "-pk"), size=40),
        "form": form,
        "may_make": may(request.user, "exports.make") and bool(form.known),
    }
    return render(request, "planning/export_list.html", context, status=status)


def _scopes(user: User) -> list:
    """What `user` may have a file made of: a director the branch too, a head what is below."""
    branches, departments = set(), []
    for person in user.acting_for():
        if person.role == User.Role.BRANCH_DIRECTOR:
            branches.add(person.branch_id)
        elif person.role == User.Role.DEPT_HEAD and person.department_id:
            departments.append(person.department)
    return [
        (branch, department)
        for branch, department in exporting.scopes()
        if branch.pk in branches or (department and _is_below(department, departments))
    ]


def _is_below(department, heads) -> bool:
    return any(
        head.branch_id == department.branch_id and department.path.startswith(head.path)
        for head in heads
    )


@requires("exports.make")
@require_POST
def weekly_make(request):
    form = WeeklyForm(request.POST, scopes=_scopes(request.user))
    asked = request.POST.get("scope", "")
    if SCOPE.fullmatch(asked) and asked not in form.known:
        raise Http404  # somebody else's
    if not form.is_valid():
        return _weekly_page(request, form, 422)
    branch, department = form.cleaned_data["scope"]
    try:
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            export = exporting.request_export(branch=branch, department=department, by=request.user)
            url = first.remember(reverse("planning:weekly_detail", args=[export.pk]))
    except PlanError as error:
        messages.error(request, str(error))
        return redirect("planning:weekly_list")
    return redirect(url)


@requires("exports.view")
@require_GET
def weekly_detail(request, pk):
    export = _visible(request, pk)
    context = {
        "export": export,
        "step": exporting.STEPS[export.done],
        "steps": len(exporting.STEPS) - 1,
        "notices": export.notices.select_related("recipient"),
    }
    name = "planning/_export_state.html" if is_htmx(request) else "planning/export_detail.html"
    return render(request, name, context)


@requires("exports.view")
@require_POST
def weekly_file(request, pk):
    export = _visible(request, pk)
    if export.state != PlanExport.State.DONE:
        raise PermissionDenied
    exporting.note_download(export=export, by=request.user)
    name = f"{export.about()} {export.monday:%Y-%m-%d} 周报 第{export.version}版（内部）.pdf"
    answer = FileResponse(export.file.open("rb"), content_type=TYPES["pdf"], filename=name)
    answer["Content-Security-Policy"] = VIEWER_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    return answer


def _visible(request, pk: int) -> PlanExport:
    rows = PlanExport.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("branch", "department", "requested_by"), pk=pk)
