"""Solutions asked of engineers: the pile, one request, and its steps (R19)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer
from core import once, uploads
from core.paging import keyset_page
from opportunities.actions import soliciting
from opportunities.actions.errors import OpportunityError
from opportunities.forms.solution import DeliverForm, SolutionForm
from opportunities.models import Opportunity, SolutionRequest
from opportunities.views.scope import changeable
from staff.access import may, requires

State = SolutionRequest.State
TABS = [("open", "未完成"), *[(code.value, code.label) for code in State], ("all", "全部")]
RELATED = (
    "customer__manager", "engineer", "asked_by", "opportunity__owner", "line__forecast", "file",
)  # fmt: skip
LONGEST_KEY = 18


def _visible(request):
    return SolutionRequest.objects.visible_to(request.user).select_related(*RELATED)


@requires("solutions.view")
@require_GET
def solution_list(request):
    tab = request.GET.get("tab", "open")
    tab = tab if tab in dict(TABS) else "open"
    found = _visible(request)
    if tab == "open":
        found = found.filter(state__in=soliciting.RUNNING)
    elif tab != "all":
        found = found.filter(state=tab)
    context = {
        "page": keyset_page(found, request, keys=("-pk",)),
        "tab": tab,
        "tabs": TABS,
        "is_engineer": may(request.user, "solutions.answer"),
        "may_ask": may(request.user, "opportunities.write"),
    }
    return render(request, "opportunities/solution_list.html", context)


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def solution_create(request):
    """For `?opportunity=`, which its owner may ask from elsewhere, or for `?customer=` alone."""
    opportunity = _opportunity_of_query(request)
    customer = opportunity.customer if opportunity else customer_of_query(request)
    engineers = soliciting.engineers(customer.branch)
    form = SolutionForm(request.POST or None, engineers=engineers)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                row = soliciting.ask_solution(
                    customer=customer, opportunity=opportunity, by=request.user,
                    **form.cleaned_data,
                )  # fmt: skip
                first.remember(row.get_absolute_url())
            messages.success(request, f"已请 {row.engineer} 出方案。")
            return redirect(row)
        except OpportunityError as error:
            form.add_error(None, str(error))
    context = {"form": form, "customer": customer, "opportunity": opportunity}
    status = 422 if form.errors else 200
    return render(request, "opportunities/solution_form.html", context, status=status)


def customer_of_query(request) -> Customer:
    """`?customer=` of the link that led here; 404 without it and outside scope."""
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=key_of(request))


def key_of(request, name: str = "customer") -> str:
    key = request.GET.get(name, "")
    if not (key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY):
        raise Http404
    return key


def _opportunity_of_query(request) -> Opportunity | None:
    if "opportunity" not in request.GET:
        return None
    return changeable(request, int(key_of(request, "opportunity")))


@requires("solutions.view")
@require_GET
def solution_detail(request, pk):
    return _page(request, get_object_or_404(_visible(request), pk=pk))


def _page(request, row: SolutionRequest, form=None):
    is_mine = soliciting.is_engineer_of(row, request.user)
    context = {
        "row": row,
        "form": form or DeliverForm(),
        "may_accept": is_mine and row.state == State.ASKED,
        "may_deliver": is_mine and row.state == State.WORKING,
        "may_cancel": row.state in soliciting.RUNNING and _may_cancel(request, row),
    }
    status = 422 if form is not None else 200
    return render(request, "opportunities/solution_detail.html", context, status=status)


def _may_cancel(request, row) -> bool:
    """Who writes for the customer or owns the opportunity; the engineer answers, cancels not."""
    if not may(request.user, "opportunities.write"):
        return False
    if row.opportunity and row.opportunity.owner in request.user.acting_for():
        return True
    return Customer.objects.visible_to(request.user).filter(pk=row.customer_id).exists()


def _done(request, row, step, words: str):
    try:
        step(request=row, by=request.user)
        messages.success(request, words)
    except OpportunityError as error:
        messages.error(request, str(error))
    return redirect(row)


@requires("solutions.answer")
@require_POST
def solution_accept(request, pk):
    row = _own(request, pk)
    return _done(request, row, soliciting.accept_solution, "已受理。")


def _own(request, pk) -> SolutionRequest:
    """404 outside the scope, 403 for another engineer's."""
    row = get_object_or_404(_visible(request), pk=pk)
    if not soliciting.is_engineer_of(row, request.user):
        raise PermissionDenied
    return row


@requires("solutions.answer")
@require_POST
def solution_deliver(request, pk):
    row = _own(request, pk)
    form = DeliverForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                soliciting.deliver_solution(request=row, by=request.user, **form.cleaned_data)
                first.remember(row.get_absolute_url())
            messages.success(request, "方案已提交，客户经理可以看到。")
            return redirect(row)
        except OpportunityError as error:
            form.add_error(None, str(error))
    return _page(request, row, form)


@requires("solutions.view")
@require_GET
def solution_file(request, pk):
    row = get_object_or_404(_visible(request).filter(file__isnull=False), pk=pk)
    return uploads.serve(row.file, inline=True)


@requires("opportunities.write")
@require_POST
def solution_cancel(request, pk):
    row = get_object_or_404(_visible(request), pk=pk)
    if not _may_cancel(request, row):
        raise PermissionDenied
    return _done(request, row, soliciting.cancel_solution, "已取消。")
