"""One opportunity."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core import uploads
from opportunities import detail_reports
from opportunities.views.scope import visible
from staff.access import requires


@require_GET
@requires("opportunities.view")
def detail(request, pk):
    opportunity = visible(request, pk)
    context = detail_reports.page(opportunity, request.user, timezone.localdate())
    return render(request, "opportunities/detail.html", context)


@require_GET
@requires("opportunities.view")
def file(request, pk):
    """The solution, for whoever sees the opportunity."""
    opportunity = visible(request, pk)
    if opportunity.solution_file is None:
        raise Http404
    return uploads.serve(opportunity.solution_file, inline=True)
