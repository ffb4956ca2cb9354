from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.reports import finding
from core.htmx import is_htmx
from staff.access import requires

MAX_TEXT = 100


@require_GET
@requires("customers.view")
@vary_on_headers("HX-Request")
def search(request):
    """?q=: the page, or for the palette the list of suggestions alone."""
    text = request.GET.get("q", "")[:MAX_TEXT].strip()
    context = {"text": text, "found": finding.find(request.user, text)}
    if is_htmx(request):
        return render(request, "accounts/_search_options.html", context)
    return render(request, "accounts/search.html", context | {"limit": finding.LIMIT})
