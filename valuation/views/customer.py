"""A customer's value, explained; as a page and as a tab of the customer's own page."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Customer
from staff.access import requires
from valuation import customer_reports
from valuation.views.reading import PAGES, number


def _context(request, pk: int) -> dict:
    """404 for a customer out of scope and for a run that does not hold it."""
    customers = Customer.objects.visible_to(request.user).select_related("industry", "manager")
    customer = get_object_or_404(customers, pk=pk)
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
    return render(request, "valuation/customer.html", _context(request, pk))


@require_GET
@requires("valuation.view")
def of_customer(request, pk):
    """The tab 价值 of the customer's page: a fragment, or the whole page without htmx."""
    template = "_customer_tab" if request.htmx else "customer"
    return render(request, f"valuation/{template}.html", _context(request, pk))
