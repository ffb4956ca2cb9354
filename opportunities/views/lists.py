"""The list, its file, the board, and the part of the customer's page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import Customer
from core import exports
from core.htmx import is_htmx
from core.paging import keyset_page
from opportunities import filters, list_reports, stage_reports
from opportunities.actions.exports import note_export
from opportunities.filters import OpportunityFilter
from opportunities.models import Opportunity
from staff.access import may, requires

MOST_ROWS = 20_000
MAIN_FIELDS = ("q", "stage", "owner", "kind", "stale")
MORE_FIELDS = ("phase", "industry", "department", "source", "month", "amount")
OF_CUSTOMER = 50


def _found(request) -> OpportunityFilter:
    mine = Opportunity.objects.visible_to(request.user)
    return OpportunityFilter(request.GET, queryset=mine, request=request)


@require_GET
@requires("opportunities.view")
@vary_on_headers("HX-Request")
def opportunity_list(request):
    found = _found(request)
    rows = found.qs.select_related("customer", "owner")
    page, today = keyset_page(rows, request, keys=found.order), timezone.localdate()
    context = {
        "page": page,
        "rows": stage_reports.standings(page.rows, today),
        "sums": list_reports.sums(found.qs),
        "is_filtered": found.is_filtered,
        "query": filters.address(request.GET),
        "may_write": may(request.user, "opportunities.write"),
        "may_assign": may(request.user, "opportunities.assign"),
    }
    if is_htmx(request):
        response = render(request, "opportunities/_rows.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}?{context['query']}"
        return response
    return render(request, "opportunities/list.html", context | _frame(request, found))


def _frame(request, found: OpportunityFilter) -> dict:
    return {
        "filter_form": found.form,
        "main_fields": [found.form[name] for name in MAIN_FIELDS],
        "more_fields": [found.form[name] for name in MORE_FIELDS],
        "more_is_open": any(request.GET.get(name) for name in (*MORE_FIELDS, "order")),
        "orders": [(code, label) for code, (label, _) in filters.ORDERS.items()],
        "order": request.GET.get("order", "updated"),
    }


@require_POST
@requires("opportunities.view")
def export(request):
    """Exactly the rows of the list with the same query string, as xlsx; audited."""
    found, query = _found(request), filters.address(request.GET)
    back = f"{reverse('opportunities:list')}?{query}"
    if not found.form.is_valid():
        messages.error(request, "筛选条件有误，没有导出。请改正后再试。")
        return redirect(back)
    count = found.qs.order_by().count()
    if count > MOST_ROWS:
        messages.error(request, f"超过 {MOST_ROWS} 行，Excel 文件太大。请缩小范围。")
        return redirect(back)
    rows = found.qs.select_related("customer__department", "owner").order_by(*found.order)
    note_export(by=request.user, rows=count, query=query)
    return exports.xlsx_response("商机", list(list_reports.HEADER), list_reports.export_rows(rows))


@require_GET
@requires("opportunities.view")
def board(request):
    """Columns of open stages; the same filters as the list."""
    found = _found(request)
    context = {
        "columns": list_reports.board(found.qs, timezone.localdate()),
        "fields": [found.form[name] for name in ("q", "owner", "kind", "department", "month")],
        "is_filtered": found.is_filtered,
        "query": filters.address(request.GET),
        "may_write": may(request.user, "opportunities.write"),
    }
    for column in context["columns"]:
        column.stage.url = f"{reverse('opportunities:list')}?" + filters.address(
            request.GET, stage=column.stage.code, order="stuck"
        )
    return render(request, "opportunities/board.html", context)


@require_GET
@requires("opportunities.view")
def of_customer(request, pk):
    """A part of the customer's page (需求)."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows = Opportunity.objects.visible_to(request.user).filter(customer=customer)
    rows = rows.select_related("customer", "owner")[: OF_CUSTOMER + 1]
    found = stage_reports.standings(rows, timezone.localdate())
    context = {
        "customer": customer,
        "rows": found[:OF_CUSTOMER],
        "has_more": len(found) > OF_CUSTOMER,
        "sums": list_reports.sums(Opportunity.objects.running().filter(customer=customer)),
        "may_write": may(request.user, "opportunities.write"),
    }
    name = "_of_customer.html" if is_htmx(request) else "of_customer.html"
    return render(request, f"opportunities/{name}", context)
