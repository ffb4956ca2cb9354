"""Photos and papers of a visit: added, shown in scope, taken back (R3, R11)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import once, uploads
from staff.access import requires
from visits import conduct_reports
from visits.actions import files
from visits.actions.errors import VisitError
from visits.forms.files import FileForm
from visits.models import VisitFile
from visits.views.scope import changeable_visit


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_files(request, pk):
    """The photos and papers of a visit, and one more."""
    visit = changeable_visit(request, pk)
    form = FileForm()
    if request.method == "POST":
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            form = FileForm(request.POST, request.FILES)
            if form.is_valid() and _add(request, visit, form):
                return redirect(first.remember(f"{visit.get_absolute_url()}#files"))
    context = {"visit": visit, "form": form, "may_change": True}
    context["files"] = conduct_reports.files_of(visit, request.user)
    status = 422 if form.errors else 200
    return render(request, "visits/visit_files.html", context, status=status)


def _add(request, visit, form) -> bool:
    given = {name: form.cleaned_data[name] for name in ("title", "confidentiality")}
    try:
        files.add_files(visit=visit, uploads=form.uploads(), by=request.user, **given)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "已保存。")
    return True


def _file(request, pk) -> VisitFile:
    """In scope and with its content; material may be named before it exists."""
    rows = VisitFile.objects.visible_to(request.user).select_related("file", "visit")
    found = get_object_or_404(rows, pk=pk)
    if found.file is None:
        raise Http404
    return found


@requires("visits.view")
@require_GET
def visit_file(request, pk):
    return uploads.serve(_file(request, pk).file, inline=True)


@requires("visits.view")
@require_GET
def visit_file_thumb(request, pk):
    """The same picture, small."""
    try:
        return uploads.serve_thumb(_file(request, pk).file)
    except ValueError as error:
        raise Http404 from error


@requires("visits.write")
@require_POST
def visit_file_delete(request, pk):
    rows = VisitFile.objects.visible_to(request.user).select_related("file", "visit__customer")
    file = get_object_or_404(rows, pk=pk)
    visit = changeable_visit(request, file.visit_id)
    try:
        files.delete_file(file=file, by=request.user)
        messages.success(request, "已删除。")
    except VisitError as error:
        messages.error(request, str(error))
    return redirect(f"{visit.get_absolute_url()}#files")
