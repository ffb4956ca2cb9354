"""收发文登记簿: letters in, replies out and thank-you letters by their numbers (§4.6)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core import exports
from core.paging import count_up_to, keyset_page
from core.pdf import pdf_response, render_pdf
from staff.access import requires
from visits import letter_filters, register_reports
from visits.actions import printing
from visits.register_reports import SERIES

KEYS = ("-year", "-serial", "-pk")
MOST_PRINTED, MOST_EXPORTED = 500, 20_000
PDF = "visits/pdf/register.html"


def _chosen(request):
    """(series, the filter of the address). Without a year: the present one."""
    series = request.GET.get("series", "")
    series = series if series in SERIES else "in"
    data = request.GET.copy()
    data.setdefault("year", str(timezone.localdate().year))
    numbers = register_reports.numbers_of(series, request.user)
    return series, letter_filters.RegisterFilter(data, numbers, request=request, series=series)


@requires("letters.view")
@require_GET
def register(request):
    series, chosen = _chosen(request)
    page = keyset_page(chosen.qs, request, keys=KEYS)
    context = {
        "page": page,
        "rows": [register_reports.entry(number) for number in page.rows],
        "form": chosen.form,
        "series": series,
        "kind": SERIES[series],
        "tabs": [(code, kind.label) for code, kind in SERIES.items()],
        "query": _query(request),
        "prints": {"out": "reply", "thanks": "thanks"}.get(series, ""),
    }
    return render(request, "visits/register.html", context)


def _query(request) -> str:
    """The address without the place in the list."""
    kept = request.GET.copy()
    kept.pop("cursor", None)
    return kept.urlencode()


@requires("letters.view")
@require_POST
def register_export(request):
    """The rows of the page with the same query string, as xlsx; audited."""
    series, chosen = _chosen(request)
    if refused := _refused(request, chosen, MOST_EXPORTED):
        return refused
    label = SERIES[series].label
    numbers = list(chosen.qs.order_by("year", "serial", "pk"))
    printing.note_register(
        by=request.user, series=label, rows=len(numbers), query=_query(request), kind="xlsx"
    )
    rows = register_reports.export_rows(numbers, label)
    note = "密级：内部"
    return exports.xlsx_response(f"{label}登记簿", register_reports.HEADER, rows, note=note)


@requires("letters.view")
@require_POST
def register_pdf(request):
    """The same rows as a PDF with page numbers; audited."""
    series, chosen = _chosen(request)
    if refused := _refused(request, chosen, MOST_PRINTED):
        return refused
    numbers = list(chosen.qs.order_by("year", "serial", "pk"))
    kind, year = SERIES[series], chosen.form.cleaned_data.get("year")
    printing.note_register(
        by=request.user, series=kind.label, rows=len(numbers), query=_query(request), kind="pdf"
    )
    context = {
        "title": f"{year}年{kind.label}登记簿" if year else f"{kind.label}登记簿",
        "unit": request.user.branch.letter_name,
        "rows": [register_reports.entry(number) for number in numbers],
        "by": request.user,
        "now": timezone.localtime(),
    }
    return pdf_response(render_pdf(PDF, context), f"{context['title']}.pdf")


def _refused(request, chosen, most: int):
    """Back to the page with the reason, or None."""
    problem = "" if chosen.form.is_valid() else "筛选条件有误，请改正后再试。"
    if not problem and count_up_to(chosen.qs, most)[1]:
        problem = f"超过 {most} 条，请按年份、人员或编号范围分批。"
    if not problem:
        return None
    messages.error(request, problem)
    return redirect(f"{reverse('visits:register')}?{_query(request)}")
