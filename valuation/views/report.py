"""评估报告: one run as PDF, in the scope of whoever asks, made by a worker."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import uploads
from core.htmx import is_htmx
from staff.access import requires
from valuation import reading_reports
from valuation.actions import reporting
from valuation.forms.report import ReportForm
from valuation.models import ReportJob
from valuation.views.reading import must_read, reading

SHOWN = 5


@require_http_methods(["GET", "POST"])
@requires("valuation.view")
def report(request):
    if request.method == "POST":
        return _ask(request)
    return _page(request, reading(request), ReportForm())


def _ask(request):
    found, form = must_read(request), ReportForm(request.POST)
    if form.is_valid():
        return redirect(
            reporting.ask_report(run=found.run, top=form.cleaned_data["top"], by=request.user)
        )
    return _page(request, found, form)


def _page(request, found, form):
    mine = ReportJob.objects.visible_to(request.user).select_related("run__industry", "file")
    context = {"reading": found, "form": form, "jobs": mine.order_by("-pk")[:SHOWN]}
    return render(request, "valuation/report.html", context, status=422 if form.errors else 200)


@require_GET
@requires("valuation.view")
def report_job(request, pk):
    """Asks again every two seconds while the report is being made."""
    job = _own(request, pk)
    name = "valuation/_report_state.html" if is_htmx(request) else "valuation/report_job.html"
    return render(request, name, {"job": job})


@require_GET
@requires("valuation.view")
def report_file(request, pk):
    job = _own(request, pk)
    if job.file is None:
        raise Http404
    return uploads.serve(job.file, inline=True)


def _own(request, pk) -> ReportJob:
    """Only who asked for it, and only as long as the run may be read."""
    mine = ReportJob.objects.visible_to(request.user)
    readable = mine.filter(run__in=reading_reports.readable_runs(request.user))
    return get_object_or_404(readable.select_related("run__industry", "file"), pk=pk)
