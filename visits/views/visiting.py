"""Lists of visits and the page of one visit."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Contact, Customer
from core.paging import keyset_page
from staff.access import may, requires
from visits import (
    brief_reports,
    conduct_reports,
    issue_reports,
    promise_reports,
    reports,
)
from visits.filters import VisitFilter
from visits.models import InboundLetter, Visit
from visits.views import panels
from visits.views.scope import visible_visit

LATEST = 10
# What a row of the list shows. A visit, its customer and its owner have seventy columns more.
SHOWN = (
    "customer__name",
    "owner__name",
    "scheduled_start",
    "mode",
    "purpose",
    "state",
)


@requires("visits.view")
@require_GET
def visit_list(request):
    visits = Visit.objects.visible_to(request.user).select_related("customer", "owner")
    contacts = Prefetch("contacts", Contact.objects.order_by("pk").only("name"))
    visits = visits.prefetch_related(contacts).only(*SHOWN)
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


def visit_context(request, pk, error="", refused=None) -> dict:
    """What `visits/_visit_body.html` needs, for the page and for its htmx answers.

    `refused`: a form of the page that was not taken (panels.Refused).
    """
    refused = refused or panels.nothing()
    visit = visible_visit(request, pk)
    sees_customer = reports.sees_customer(visit, request.user)
    may_change = sees_customer and may(request.user, "visits.write")
    lacks = reports.missing(visit)
    return {
        **conduct_reports.about(visit, request.user, may_change=may_change),
        "visit": visit,
        "prep": brief_reports.prep(visit),
        "contacts": visit.contacts.all(),
        "participants": visit.participants.select_related("user"),
        "key_points": visit.key_points.all(),
        "record": getattr(visit, "record", None),
        "promises": visit.commitments.select_related("owner"),
        "issues": visit.issues.select_related("owner"),
        "letter": reports.letter_of(visit),
        "steps": reports.steps(visit),
        "choices": reports.choices(visit, may_change=may_change, lacks=lacks),
        "duties": reports.duty_lines(visit),
        "missing": lacks,
        "is_born_late": reports.is_born_late(visit),
        "early": reports.arrival(visit),
        "may_change": may_change,
        "sees_customer": sees_customer,
        "may_reveal": sees_customer and not visit.ended_at and may(request.user, "contacts.reveal"),
        "findings": panels.findings_panel(visit, request.user, refused),
        "review": panels.review_panel(visit, request.user, refused),
        "refused": refused,  # after the panels: they know whether it found its place
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
        "promises": promise_reports.shown_of(customer),
        "issues": issue_reports.unended_of(customer, request.user)[:LATEST],
    }
    return render(request, "visits/_customer_visits.html", context)
