"""The needs board: what customers need, industry by industry (R18)."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import CustomerNeed
from core.paging import keyset_page
from opportunities import need_reports as reports
from opportunities.need_filters import NeedFilter
from staff.access import may, requires


@requires("customers.view")
@require_GET
def need_list(request):
    """Needs of the customers in scope, the newest first, and how many of each kind there are."""
    needs = CustomerNeed.objects.visible_to(request.user)
    filters = NeedFilter(request.GET, needs, request=request)
    rows = filters.qs.select_related("customer__industry", "customer__manager", "speaker")
    context = {
        "filters": filters,
        "page": keyset_page(rows, request, keys=("-pk",)),
        "lines": reports.by_industry(filters.qs),
        "columns": [*CustomerNeed.Layer.choices, *CustomerNeed.Status.choices],
        "open": reports.OPEN,
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "opportunities.write"),
    }
    return render(request, "opportunities/need_list.html", context)
