"""How every page of this app fetches a visit, and what it does when an action refuses."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.models import Customer
from core import drafts
from visits import reports
from visits.forms.fields import as_payload
from visits.models import Visit
from visits.views import steps


def visible_visit(request, pk: int) -> Visit:
    """The visit, or 404 outside the reader's scope."""
    visits = Visit.objects.visible_to(request.user).select_related("customer", "owner", "record")
    return get_object_or_404(visits, pk=pk)


def changeable_visit(request, pk: int) -> Visit:
    """404 outside scope; 403 for a colleague who only takes part (A0)."""
    visit = visible_visit(request, pk)
    if not reports.can_change(visit, request.user):
        raise PermissionDenied
    return visit


def customer_from_query(request) -> Customer | None:
    """`?customer=` of a link; None without it or for an empty choice, 404 outside scope."""
    return steps.row_from_query(request, {"customer": Customer})[1]


def keep_typed(request, key: str) -> None:
    """A refused form is kept as a draft too: whoever leaves the page now finds it again."""
    try:
        drafts.save(request.user, key, as_payload(request.POST))
    except drafts.DraftError:  # too long to keep; the page itself still shows it
        return
