"""How every page of this app fetches an opportunity."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Customer
from opportunities import detail_reports
from opportunities.forms.fields import usable_keys
from opportunities.models import Opportunity

RELATED = (
    "customer__department", "customer__manager", "owner", "engineer", "contact", "need__speaker",
    "need__parent__speaker", "need__parent__parent__speaker", "go_by", "created_by",
    "solution_file",
)  # fmt: skip


def visible(request, pk: int) -> Opportunity:
    """The opportunity, or 404 outside the reader's scope."""
    found = Opportunity.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(found, pk=pk)


def changeable(request, pk: int) -> Opportunity:
    """404 outside scope; 403 for a member of the team from elsewhere (A0, R27)."""
    opportunity = visible(request, pk)
    if not detail_reports.may_change(opportunity, request.user):
        raise PermissionDenied
    return opportunity


def customer_from_query(request) -> Customer | None:
    """`?customer=` of a link; None without it, 404 outside scope."""
    key = request.GET.get("customer", "")
    if not key:
        return None
    keys = usable_keys([key])
    if not keys:
        raise Http404
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=keys[0])


def chosen(request, most: int = 100) -> list[Opportunity]:
    """The rows that a list sent as `ids`; one outside scope refuses all (404)."""
    keys = set(usable_keys(request.POST.getlist("ids")[: most + 1]))
    mine = Opportunity.objects.visible_to(request.user).filter(pk__in=keys)
    rows = list(mine.select_related("customer__department", "owner").order_by("pk"))
    if len(rows) != len(keys):
        raise Http404
    customers = Customer.objects.visible_to(request.user)
    within = customers.filter(pk__in={row.customer_id for row in rows})
    reached = set(within.values_list("pk", flat=True))
    mine_too = request.user.acting_for()
    if any(row.customer_id not in reached and row.owner not in mine_too for row in rows):
        raise PermissionDenied
    return rows
