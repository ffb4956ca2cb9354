"""Lists of visits and the page of one visit."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Customer
from core.paging import keyset_page
from staff.access import may, requires
from visits import reports
from visits.filters import VisitFilter
from visits.models import InboundLetter, Visit
from visits.views.scope import visible_visit

LATEST = 10


@requires("visits.view")
@require_GET
def visit_list(request):
    visits = Visit.objects.visible_to(request.user).select_related("customer", "owner")
    visits = visits.prefetch_related("contacts")
    filters = VisitFilter(request.GET, visits, request=request)
    context = {
        "filters": filters,
        "page": keyset_page(filters.qs, request),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "visits.write"),
    }
    return render(request, "visits/visit_list.html", context)


@requires("visits.view")
@require_GET
def visit_detail(request, pk):
    return render(request, "visits/visit_detail.html", visit_context(request, pk))


def visit_context(request, pk, error="") -> dict:
    """What `visits/_visit_body.html` needs, for the page and for its htmx answers."""
    visit = visible_visit(request, pk)
    return {
        "visit": visit,
        "contacts": visit.contacts.all(),
        "participants": visit.participants.select_related("user"),
        "key_points": visit.key_points.all(),
        "record": getattr(visit, "record", None),
        "promises": visit.commitments.select_related("owner"),
        "letter": reports.letter_of(visit),
        "steps": reports.steps(visit),
        "choices": reports.choices(visit, request.user),
        "duties": reports.duty_lines(visit),
        "missing": reports.missing(visit),
        "is_born_late": reports.is_born_late(visit),
        "early": reports.arrival(visit),
        "may_change": reports.can_change(visit, request.user),
        "sees_customer": reports.sees_customer(visit, request.user),
        "error": error,
    }


@requires("visits.view")
@require_GET
def customer_visits(request, pk):
    """Fragment for the page of a customer: the latest visits and letters."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    visits = Visit.objects.visible_to(request.user).filter(customer=customer)
    letters = InboundLetter.objects.visible_to(request.user).filter(customer=customer)
    context = {
        "customer": customer,
        "visits": visits.select_related("owner").order_by("-scheduled_start", "-pk")[:LATEST],
        "letters": letters.select_related("owner").order_by("-received_at", "-pk")[:LATEST],
        "may_write": may(request.user, "visits.write"),
        "may_write_letters": may(request.user, "letters.write"),
    }
    return render(request, "visits/_customer_visits.html", context)
