from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.actions import AccountError, importing
from accounts.forms.imports import ImportForm
from accounts.imports import workbooks
from accounts.imports.kinds import KINDS
from accounts.models import ImportJob, Industry
from core import exports, once, uploads
from core.htmx import is_htmx
from core.paging import keyset_page
from staff.access import may, requires

FEW_FAULTS = 50


@require_GET
@requires("customers.view")
def import_list(request):
    jobs = ImportJob.objects.visible_to(request.user).select_related("owner", "upload")
    page = keyset_page(jobs, request, keys=("-created_at", "-pk"))
    context = {"page": page, "may_write": may(request.user, "customers.write")}
    return render(request, "accounts/import_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def import_create(request):
    form = ImportForm(request.POST or None, request.FILES or None, initial=_wanted(request))
    if request.method == "POST" and form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            job = importing.start_import(by=request.user, **form.cleaned_data)
            return redirect(first.remember(job.get_absolute_url()))
    context = {"form": form, "kinds": KINDS.values()}
    return render(request, "accounts/import_create.html", context)


def _wanted(request) -> dict:
    kind = request.GET.get("kind", "customers")
    return {"kind": kind if kind in KINDS else "customers"}


@require_GET
@requires("customers.write")
def import_template(request, kind):
    if kind not in KINDS:
        raise Http404
    industries = list(Industry.objects.values_list("name", flat=True))
    content = workbooks.template(KINDS[kind], {"industry": industries})
    response = HttpResponse(content, content_type=exports.XLSX_TYPE)
    return exports.as_attachment(response, f"{KINDS[kind].label}导入模板.xlsx")


@require_GET
@requires("customers.view")
@vary_on_headers("HX-Request")
def import_detail(request, pk):
    """One page for every state; while work goes on it asks again each second."""
    job = _visible(request, pk)
    context = _context(request, job)
    if not is_htmx(request):
        return render(request, "accounts/import_detail.html", context)
    return render(request, "accounts/_import_state.html", context)


def _visible(request, pk) -> ImportJob:
    jobs = ImportJob.objects.visible_to(request.user).select_related("owner", "upload")
    return get_object_or_404(jobs, pk=pk)


def _context(request, job: ImportJob) -> dict:
    """Heads see the numbers of their people's imports; the rows are for whoever sent them."""
    is_mine = job.owner_id == request.user.pk
    faults = job.errors if is_mine else []
    is_all = request.GET.get("faults") == "all"
    return {
        "job": job,
        "is_mine": is_mine,
        "faults": faults if is_all else faults[:FEW_FAULTS],
        "more_faults": 0 if is_all else max(len(faults) - FEW_FAULTS, 0),
        "groups": _grouped(faults),
        "lead": KINDS[job.kind].lead,
    }


def _grouped(faults) -> list[tuple[str, int]]:
    """(column, number of bad cells), the most frequent first."""
    return Counter(fault["column"] or "整行" for fault in faults).most_common()


@require_POST
@requires("customers.write")
def import_confirm(request, pk):
    job = _visible(request, pk)
    return _done(request, job, importing.confirm_import)


@require_POST
@requires("customers.write")
def import_cancel(request, pk):
    job = _visible(request, pk)
    return _done(request, job, importing.cancel_import)


def _done(request, job, action):
    try:
        action(job=job, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    return redirect(reverse("accounts:import_detail", args=[job.pk]))


@require_GET
@requires("customers.write")
def import_errors(request, pk):
    """The bad rows with what is wrong in them, for whoever sent the file."""
    jobs = ImportJob.objects.filter(owner=request.user, error_file__isnull=False)
    return uploads.serve(get_object_or_404(jobs, pk=pk).error_file)
