"""The calendar of expiry over all customers that the user sees (R49)."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import contract_rules as rules
from accounts.reports import contracts as reports
from core.paging import keyset_page
from staff.access import may, requires

FIRST = "d30"


@require_GET
@requires("customers.view")
def contract_calendar(request):
    today = timezone.localdate()
    mine = reports.expiring(request.user)
    counts = reports.bucket_counts(mine, today)
    code = request.GET.get("due", "")
    if code not in rules.LABELS:
        code = next((c for c, _, count in counts if count and c != "expired"), FIRST)
    chosen = reports.in_bucket(mine, code, today).select_related("customer__manager")
    # What has ended longest ago matters least; what ends next matters most.
    keys = ("-ends_on", "-pk") if code == "expired" else ("ends_on", "pk")
    page = keyset_page(chosen, request, keys=keys)
    context = {
        "counts": counts,
        "code": code,
        "label": rules.LABELS[code],
        "page": page,
        "rows": [reports.row_of(contract, today) for contract in page.rows],
        "may_write": may(request.user, "customers.write"),
    }
    return render(request, "accounts/contract_calendar.html", context)
