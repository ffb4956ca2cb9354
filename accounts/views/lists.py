from collections.abc import Iterator

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts import filters
from accounts.actions.exports import note_export
from accounts.filters import CustomerFilter
from accounts.models import Customer, SavedView
from accounts.reports import columns
from accounts.views.saved_views import list_url
from core import exports
from core.htmx import is_htmx
from core.paging import count_up_to, keyset_page
from staff.access import may, requires

RELATED = ("manager", "industry", "department")
MOST_COUNTED = 500
# Excel files are built in memory before the first byte goes out; CSV goes out line by line.
MOST_XLSX_ROWS = 20_000
BATCH = 1000
MAIN_FIELDS = ("q", "industry", "grade", "manager", "region")
MORE_FIELDS = ("department", "lifecycle", "ownership_type", "expires")


@require_GET
@requires("customers.view")
@vary_on_headers("HX-Request")
def customer_list(request):
    """The filtered list. Without any query the user's default view, if there is one."""
    if not request.GET:
        default = SavedView.objects.filter(owner=request.user, is_default=True).first()
        if default:
            return redirect(list_url(default))
    found = _found(request)
    context = _rows(request, found)
    if is_htmx(request):
        response = render(request, "accounts/_customer_rows.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}?{context['query']}"
        return response
    return render(request, "accounts/customer_list.html", context | _frame(request, found))


def _found(request) -> CustomerFilter:
    mine = Customer.objects.visible_to(request.user)
    return CustomerFilter(request.GET, queryset=mine, request=request)


def _rows(request, found: CustomerFilter) -> dict:
    page = keyset_page(found.qs.select_related(*RELATED), request, keys=found.order)
    total, is_more = count_up_to(found.qs, MOST_COUNTED)
    return {
        "page": page,
        "columns": found.columns,
        "rows": columns.rows_for(page.rows, found.columns),
        "total": total,
        "total_is_more": is_more,
        "is_filtered": found.is_filtered,
        "query": filters.address(request.GET),
        "view": _current_view(request),
        "may_assign": may(request.user, "customers.assign"),
    }


def _current_view(request) -> SavedView | None:
    """The saved view that the list started from (?view=)."""
    key = request.GET.get("view", "")
    if not key.isdecimal():
        return None
    return SavedView.objects.usable_by(request.user).filter(pk=key).first()


def _frame(request, found: CustomerFilter) -> dict:
    form = found.form
    views = list(SavedView.objects.usable_by(request.user).select_related("owner"))
    for view in views:
        view.url = list_url(view)
        view.is_current = str(view.pk) == request.GET.get("view")
    shown = {column.code for column in found.columns}
    return {
        "filter_form": form,
        "main_fields": [form[name] for name in MAIN_FIELDS],
        "more_fields": [form[name] for name in MORE_FIELDS],
        "more_is_open": any(request.GET.get(name) for name in (*MORE_FIELDS, "order", "columns")),
        "orders": [(code, label) for code, (label, _) in filters.ORDERS.items()],
        "order": request.GET.get("order", "code"),
        "column_choices": [(c, c.code in shown) for c in columns.COLUMNS.values()],
        "views": views,
        "may_write": may(request.user, "customers.write"),
    }


@require_POST
@requires("customers.view")
def customer_export(request):
    """Exactly the rows of the list with the same query string, as xlsx or CSV; audited."""
    found = _found(request)
    kind = request.POST.get("format")
    keys = list(found.qs.order_by(*found.order).values_list("pk", flat=True))
    problem, query = _problem(found, kind, len(keys)), filters.address(request.GET)
    if problem:
        messages.error(request, problem)
        return redirect(f"{reverse('accounts:customer_list')}?{query or 'view=none'}")
    labels = columns.export_header(found.columns)
    level = columns.level_of(found.columns).label
    note_export(
        by=request.user, rows=len(keys), query=query, columns=labels, kind=kind, level=level
    )
    rows, name = _export_rows(request.user, keys, found.columns), f"客户（{level}）"
    if kind == "csv":
        return exports.csv_response(name, labels, rows)
    return exports.xlsx_response(name, labels, rows, note=f"密级：{level}")


def _problem(found, kind, count) -> str:
    if kind not in ("xlsx", "csv"):
        return "请选择导出 Excel 或 CSV。"
    if not found.form.is_valid():
        return "筛选条件有误，没有导出。请改正后再试。"
    if kind == "xlsx" and count > MOST_XLSX_ROWS:
        return f"超过 {MOST_XLSX_ROWS} 行，Excel 文件太大。请缩小范围，或导出 CSV。"
    return ""


def _export_rows(user, keys: list[int], shown) -> Iterator[list]:
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        rows = Customer.objects.visible_to(user).select_related(*RELATED).in_bulk(batch)
        yield from columns.export_rows((rows[pk] for pk in batch if pk in rows), shown)
