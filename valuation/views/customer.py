"""A customer's value, explained; as a page and as a tab of the customer's own page."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Customer
from staff.access import may, requires
from valuation import (
    customer_reports,
    gap_reports,
    revenue_chart_reports,
    revenue_file_reports,
)
from valuation.views.reading import PAGES, file, number


def _customer(request, pk: int) -> Customer:
    customers = Customer.objects.visible_to(request.user).select_related("industry", "manager")
    return get_object_or_404(customers, pk=pk)


def _context(request, pk: int) -> dict:
    """404 for a customer out of scope and for a run that does not hold it."""
    customer = _customer(request, pk)
    runs = customer_reports.runs_of(customer, request.user)
    run = _chosen(runs, request.GET.get("run", ""))
    value = run and customer_reports.customer_value(customer, request.user, run)
    return {"customer": customer, "runs": runs, "value": value, "pages": PAGES}


def _chosen(runs, text: str):
    """The run that the address names; else the published one of the widest scope."""
    if text:
        found = next((run for run in runs if run.pk == number(text)), None)
        if found is None:
            raise Http404
        return found
    published = [run for run in runs if run.state == run.State.PUBLISHED] or runs
    network = [run for run in published if run.scope == run.Scope.LOCAL_NETWORK]
    return next(iter(network or published), None)


@require_GET
@requires("valuation.view")
def customer(request, pk):
    context = _context(request, pk)
    found = gap_reports.of_customer(context["customer"], request.user, timezone.localdate())
    context |= {
        "compared": found,
        "compared_chart": revenue_chart_reports.against_industry(found) if found.gaps else None,
        "may_create": may(request.user, "opportunities.write"),
    }
    return render(request, "valuation/customer.html", context)


@require_GET
@requires("valuation.view")
def of_customer(request, pk):
    """The tab 价值 of the customer's page: a fragment, or the whole page without htmx."""
    if not request.htmx:
        return customer(request, pk)
    return render(request, "valuation/_customer_tab.html", _context(request, pk))


@require_POST
@requires("valuation.view")
def customer_gaps_export(request, pk):
    """The table 「与同行业对比」 of the customer's page."""
    found = _customer(request, pk)
    compared = gap_reports.of_customer(found, request.user, timezone.localdate())
    span = f"{compared.span.first:%Y-%m} 至 {compared.span.last:%Y-%m}"
    header, rows = revenue_file_reports.comparison(compared)
    return file(request, found, f"{found.name} 与同行业对比 {span}（内部）", header, rows)
