"""The needs board: what customers need, industry by industry (R18)."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import CustomerNeed, seen_through
from core.htmx import is_htmx
from core.paging import keyset_page
from opportunities import need_reports as reports
from opportunities.need_filters import NeedFilter
from staff.access import may, requires

INDUSTRIES = "industries"


@requires("customers.view")
@require_GET
def need_list(request):
    """Needs of the customers in scope, the newest first, and how many of each kind there are.

    The counts look at every one of them: the page is there first and asks for them.
    """
    needs = CustomerNeed.objects.filter(seen_through("customer", request.user))
    filters = NeedFilter(request.GET, needs, request=request)
    shows = request.GET.get("show") == INDUSTRIES
    context = {
        "shows_industries": shows,
        "lines": reports.by_industry(filters.qs) if shows else [],
        "columns": [*CustomerNeed.Layer.choices, *CustomerNeed.Status.choices],
    }
    if shows and is_htmx(request):
        return render(request, "opportunities/_need_industries.html", context)
    rows = filters.qs.select_related("customer__industry", "customer__manager", "speaker")
    context |= {
        "filters": filters,
        "page": keyset_page(rows, request, keys=("-pk",)),
        "industries_url": _with_industries(request),
        "open": reports.OPEN,
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "opportunities.write"),
    }
    return render(request, "opportunities/need_list.html", context)


def _with_industries(request) -> str:
    query = request.GET.copy()
    query["show"] = INDUSTRIES
    return "?" + query.urlencode()
