"""Several letters in one file for the printer (R8, R13)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core import once, uploads
from staff.access import requires
from visits import print_reports
from visits.actions import printing
from visits.actions.errors import VisitError
from visits.models import PrintJob

LISTS = {"thanks": "visits:thanks_list", "reply": "visits:register"}
LONGEST_KEY = 18


@requires("letters.view")
@require_POST
def batch_print(request):
    """Start printing the chosen letters; few are printed at once, many by a worker."""
    kind = request.POST.get("kind")
    if kind not in LISTS:
        raise Http404
    keys = [int(key) for key in request.POST.getlist("ids") if _is_key(key)]
    try:
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            job = printing.start_batch(kind=kind, keys=keys, by=request.user)
            url = first.remember(reverse("visits:print_job", args=[job.pk]))
    except VisitError as error:
        messages.error(request, str(error))
        return redirect(reverse(LISTS[kind]) + ("?series=out" if kind == "reply" else ""))
    if job.total <= printing.DIRECT:
        printing.work(pk=job.pk, sheet_of=print_reports.sheet_of, bound=print_reports.bound)
    return redirect(url)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


@requires("letters.view")
@require_GET
def print_job(request, pk):
    job = get_object_or_404(PrintJob.objects.visible_to(request.user), pk=pk)
    context = {"job": job, "back": reverse(LISTS[job.kind])}
    name = "visits/_print_state.html" if request.htmx else "visits/print_job.html"
    return render(request, name, context)


@requires("letters.view")
@require_GET
def print_file(request, pk):
    job = get_object_or_404(PrintJob.objects.visible_to(request.user), pk=pk, file__isnull=False)
    return uploads.serve(job.file, inline=True)
