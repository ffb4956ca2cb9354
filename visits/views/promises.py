"""Promises made to customers: register, page, new, and what becomes of them (R12)."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import uploads
from core.paging import keyset_page
from reminders.models import DutyKind, Obligation
from staff.access import may, requires
from visits import promise_reports
from visits.actions import promises
from visits.actions.errors import VisitError
from visits.filters import CommitmentFilter
from visits.forms.promises import (
    BreakForm,
    ConfirmForm,
    FulfilForm,
    RenegotiateForm,
    TakeBackForm,
)
from visits.models import Commitment
from visits.views import steps


def _visible(request, pk) -> Commitment:
    found = Commitment.objects.visible_to(request.user).select_related(
        "customer", "visit__customer", "letter__customer", "owner", "promised_to", "confirmed_by",
        "escalation__approver", "escalation__decided_by", "evidence_file",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


@requires("letters.view")
@require_GET
def commitment_list(request):
    found = Commitment.objects.visible_to(request.user)
    found = found.select_related("customer", "owner", "visit__customer", "letter__customer")
    filters = CommitmentFilter(request.GET, found, request=request)
    page = keyset_page(filters.qs, request, keys=("due_on", "pk"))
    duties = promise_reports.duties_of(page.rows)
    context = {
        "filters": filters,
        "page": page,
        "lines": [(promise, duties.get(promise.pk)) for promise in page.rows],
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "letters.write"),
    }
    return render(request, "visits/commitment_list.html", context)


@requires("letters.view")
@require_GET
def commitment_detail(request, pk):
    return _page(request, _visible(request, pk))


def _page(request, promise, **forms):
    """The page of one promise; a form with errors is shown in its place (422)."""
    context = promise_reports.promise_context(promise, request.user)
    now = timezone.localtime().replace(second=0, microsecond=0)
    customer, is_made = promise.customer, promise.state != Commitment.State.BLOCKED
    made = {
        "confirm_form": lambda: ConfirmForm(customer=customer, initial={"confirmed_at": now}),
        "move_form": lambda: RenegotiateForm(
            customer=customer, initial={"consent_on": now.date(), "seen_due_on": promise.due_on}
        ),
        "break_form": BreakForm,
        "back_form": lambda: TakeBackForm(is_made=is_made),
    }
    steps.put_forms(context, made, forms)
    return render(request, "visits/commitment_detail.html", context, status=422 if forms else 200)


def _tried(request, promise, name: str, form, act, done: str):
    """Do what the form says, or show the page with the form's errors."""
    back = steps.taken(request, promise, form, partial(act, promise=promise), done)
    return back or _page(request, _visible(request, promise.pk), **{name: form})


def _tapped(request, promise, act, done: str):
    try:
        act(promise=promise, by=request.user)
    except VisitError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(promise)


@requires("letters.write")
@require_POST
def commitment_start(request, pk):
    return _tapped(request, _visible(request, pk), promises.start_promise, "已记为办理中。")


@requires("letters.write")
@require_POST
def commitment_accept(request, pk):
    """The owner ticks the conditions of the approval; then the promise is made (R14)."""
    promise = _visible(request, pk)
    if promise.owner not in request.user.acting_for():
        raise PermissionDenied
    if not request.POST.get("accepts"):
        messages.error(request, "请先勾选「接受以上条件」。")
        return redirect(promise)
    return _tapped(request, promise, promises.accept_conditions, "条件已接受，承诺生效。")


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def commitment_fulfil(request, pk):
    promise = _visible(request, pk)
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = FulfilForm(request.POST or None, request.FILES or None, initial={"at": now})
    if request.method == "POST" and form.is_valid():
        try:
            promises.fulfil_promise(promise=promise, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "承诺已兑现。")
            return redirect(promise)
    duty = Obligation.objects.of(DutyKind.COMMITMENT, promise).first()
    context = {"promise": promise, "form": form, "duty": duty}
    return render(request, "visits/commitment_fulfil.html", context)


@requires("letters.write")
@require_POST
def commitment_confirm(request, pk):
    promise = _visible(request, pk)
    form = ConfirmForm(request.POST, customer=promise.customer)
    return _tried(
        request, promise, "confirm_form", form, promises.confirm_promise, "已登记客户确认。"
    )


@requires("letters.write")
@require_POST
def commitment_renegotiate(request, pk):
    promise = _visible(request, pk)
    form = RenegotiateForm(request.POST, customer=promise.customer)
    return _tried(
        request, promise, "move_form", form, promises.renegotiate_promise, "已按客户同意改期。"
    )


@requires("letters.write")
@require_POST
def commitment_broken(request, pk):
    promise = _visible(request, pk)
    form = BreakForm(request.POST)
    return _tried(request, promise, "break_form", form, promises.break_promise, "已登记未兑现。")


@requires("letters.write")
@require_POST
def commitment_withdraw(request, pk):
    promise = _visible(request, pk)
    is_made = promise.state != Commitment.State.BLOCKED
    form = TakeBackForm(request.POST, is_made=is_made)
    return _tried(request, promise, "back_form", form, promises.withdraw_promise, "承诺已撤回。")


@requires("letters.view")
@require_GET
def commitment_evidence(request, pk):
    promise = _visible(request, pk)
    if promise.evidence_file is None:
        raise Http404
    return uploads.serve(promise.evidence_file)
