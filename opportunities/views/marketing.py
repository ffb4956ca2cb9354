"""Marketing activities, their coverage, and the tariff documents behind them (R20)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Customer
from core import once
from core.htmx import is_htmx
from core.paging import keyset_page
from opportunities import marketing_reports as reports
from opportunities.actions import marketing
from opportunities.actions.errors import OpportunityError
from opportunities.forms.marketing import ActivityForm, NewTariffForm, TariffForm
from opportunities.marketing_filters import ActivityFilter, CoverageFilter
from opportunities.models import MarketingActivity, TariffDocument, Topic
from opportunities.views.solution import customer_of_query, key_of
from staff.access import may, requires

SHOWN_CUSTOMERS = 30


@requires("marketing.view")
@require_GET
def marketing_list(request):
    """What was introduced, newest first; `?customer=` is one customer's."""
    found = MarketingActivity.objects.visible_to(request.user)
    customer = customer_of_query(request) if "customer" in request.GET else None
    if customer:
        found = found.filter(customer=customer)
    found = found.select_related("customer__manager", "tariff", "created_by")
    filters = ActivityFilter(request.GET, found.prefetch_related("topics"), request=request)
    context = {
        "filters": filters,
        "page": keyset_page(filters.qs, request, keys=("-held_on", "-pk")),
        "customer": customer,
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "marketing.write"),
    }
    return render(request, "opportunities/marketing_list.html", context)


@requires("marketing.view")
@require_GET
def marketing_detail(request, pk):
    found = MarketingActivity.objects.visible_to(request.user).select_related(
        "customer", "tariff", "opportunity", "created_by"
    )
    row = get_object_or_404(found.prefetch_related("topics", "contacts"), pk=pk)
    return render(request, "opportunities/marketing_detail.html", {"row": row})


@requires("marketing.write")
@require_http_methods(["GET", "POST"])
def marketing_create(request):
    """Log one for `?customer=`; `?topic=` and `?visit=` fill their fields."""
    customer = customer_of_query(request)
    initial = {"held_on": timezone.localdate(), "topics": request.GET.getlist("topic")}
    if "visit" in request.GET:
        initial["visit_ref"] = key_of(request, "visit")
    form = ActivityForm(request.POST or None, customer=customer, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                row = marketing.log_activity(
                    customer=customer, by=request.user, **form.cleaned_data
                )
                first.remember(row.get_absolute_url())
            messages.success(request, "已登记。")
            return redirect(row)
        except OpportunityError as error:
            form.add_error(_field_of(error), str(error))
    tariffs = marketing.valid_tariffs(timezone.localdate())
    context = {"form": form, "customer": customer, "has_tariffs": tariffs.exists()}
    status = 422 if form.errors else 200
    return render(request, "opportunities/marketing_form.html", context, status=status)


def _field_of(error: OpportunityError) -> str | None:
    """Where the refusal is shown."""
    text = str(error)
    if text == marketing.SECRET:
        return "confidentiality"
    if text.endswith(marketing.TARIFF):
        return "tariff"
    return "held_on" if "日期不能晚于" in text else None


@requires("marketing.view")
@require_GET
def marketing_matrix(request):
    """Customer × topic: what was never introduced stands empty."""
    filters = CoverageFilter(request.GET, reports.customers_of(request.user), request=request)
    page = keyset_page(filters.qs, request, keys=("grade", "code", "pk"), size=SHOWN_CUSTOMERS)
    context = {
        "filters": filters,
        "page": page,
        "lines": reports.lines_of(page.rows),
        "topics": Topic.choices,
        "never": reports.never_counts(filters.qs),
        "query": request.GET.urlencode(),
        "may_write": may(request.user, "marketing.write"),
    }
    return render(request, "opportunities/marketing_matrix.html", context)


@requires("marketing.view")
@require_GET
def marketing_gaps(request):
    """The customers behind one figure of the foot: `?topic=` was never introduced to them."""
    topic = request.GET.get("topic", "")
    if topic not in Topic.values:
        raise Http404
    filters = CoverageFilter(request.GET, reports.customers_of(request.user), request=request)
    found = reports.without(filters.qs, topic).select_related("manager")
    context = {
        "page": keyset_page(found, request, keys=("grade", "code", "pk")),
        "topic": topic,
        "label": Topic(topic).label,
        "may_write": may(request.user, "marketing.write"),
    }
    return render(request, "opportunities/marketing_gaps.html", context)


@requires("marketing.view")
@require_GET
def never_introduced(request, pk):
    """What to bring along to the next visit: a part of the customer's page, or its own page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    cells = reports.lines_of([customer])[0].cells
    context = {
        "customer": customer,
        "never": [cell for cell in cells if not cell.count],
        "told": sorted((c for c in cells if c.count), key=lambda c: c.last_on, reverse=True),
        "may_write": may(request.user, "marketing.write"),
    }
    name = "_marketing_never" if is_htmx(request) else "marketing_never"
    return render(request, f"opportunities/{name}.html", context)


@requires("tariffs.view")
@require_GET
def tariff_list(request):
    today = timezone.localdate()
    rows = TariffDocument.objects.all()
    context = {
        "page": keyset_page(rows, request, keys=("-valid_from", "-pk")),
        "today": today,
        "may_change": may(request.user, "tariffs.admin"),
    }
    return render(request, "opportunities/tariff_list.html", context)


@requires("tariffs.admin")
@require_http_methods(["GET", "POST"])
def tariff_create(request):
    return _tariff(request, None, NewTariffForm(request.POST or None))


@requires("tariffs.admin")
@require_http_methods(["GET", "POST"])
def tariff_edit(request, pk):
    row = get_object_or_404(TariffDocument, pk=pk)
    initial = {"title": row.title, "valid_from": row.valid_from, "valid_to": row.valid_to}
    return _tariff(request, row, TariffForm(request.POST or None, initial=initial))


def _tariff(request, row, form):
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                marketing.save_tariff(tariff=row, by=request.user, **form.cleaned_data)
                messages.success(request, "已保存。")
                return redirect(first.remember(reverse("opportunities:tariff_list")))
        except OpportunityError as error:
            form.add_error("code" if row is None else None, str(error))
    status = 422 if form.errors else 200
    context = {"form": form, "tariff": row}
    return render(request, "opportunities/tariff_form.html", context, status=status)
