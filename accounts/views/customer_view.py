"""The customer page: one frame, a tab per section. htmx swaps the frame's inside (§B.8)."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from accounts import actions
from accounts.models import Customer
from accounts.sections import SECTIONS
from core.htmx import is_htmx
from staff.access import may, requires


@require_GET
@requires("customers.view")
def customer_detail(request, pk):
    return _show(request, pk, "overview")


@require_GET
@requires("customers.view")
def customer_section(request, pk, code):
    if code not in SECTIONS:
        raise Http404
    return _show(request, pk, code)


def _show(request, pk, code):
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related(
            "manager", "industry", "department", "informatization_stage", "next_stage"
        ),
        pk=pk,
    )
    actions.note_opening(customer=customer, by=request.user)
    context = frame(request, customer, code)
    context |= SECTIONS[code].context(customer, request.user, request)
    response = render(request, _template(request, SECTIONS[code]), context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _template(request, section) -> str:
    if not is_htmx(request):
        return "accounts/view/page.html"
    return section.fragments.get(request.htmx.target, "accounts/view/_body.html")


def frame(request, customer, code) -> dict:
    """What the frame of the customer page needs, for pages of other modules in it too."""
    return {
        "customer": customer,
        "section": SECTIONS[code],
        "tabs": [one for one in SECTIONS.values() if one.is_tab],
        "may_write": may(request.user, "customers.write"),
        "may_assign": may(request.user, "customers.assign"),
        "may_visit": may(request.user, "visits.write"),
    }
