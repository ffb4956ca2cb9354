"""Raw values of a customer: where they come from, and what people enter (R53–R56)."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer
from core import once
from staff.access import may, requires
from valuation import input_reports, input_rules
from valuation.actions import inputs as actions
from valuation.actions.errors import ValuationError
from valuation.forms.inputs import ArbitrationForm, MeasureForm, OverrideForm, RatingForm
from valuation.models import RawOverride


def _customer(request, pk) -> Customer:
    found = Customer.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("department", "industry", "manager"), pk=pk)


def _back(pk) -> str:
    return reverse("valuation:inputs", args=[pk])


def _expert(code: str):
    """The expert indicator of the model in use; 404 for anything else."""
    if code not in input_rules.EXPERTS:
        raise Http404
    found = input_reports.indicators().get(code)
    if found is None:
        raise Http404
    return found


def _saved(request, form, act, pk, done: str):
    """The redirect after `act`, once only; None when it was refused (the form then says why)."""
    try:
        with once.guard(request) as first:
            if not first.result_url:
                act()
                messages.success(request, done)
                first.remember(_back(pk))
            return redirect(first.result_url or _back(pk))
    except ValuationError as error:
        form.add_error(None, str(error))
        return None


def _page(request, template: str, context: dict):
    status = 422 if context["form"].errors else 200
    return render(request, f"valuation/{template}.html", context, status=status)


@requires("valuation.view")
@require_GET
def inputs(request, pk):
    customer, may_write = _customer(request, pk), may(request.user, "valuation.input")
    found = input_reports.inputs_of(
        customer, request.user, timezone.localdate(), may_write=may_write
    )
    context = {
        "customer": customer, "inputs": found, "may_write": may_write,
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "valuation/inputs.html", context)


@requires("valuation.input")
@require_http_methods(["GET", "POST"])
def measure_edit(request, pk):
    customer = _customer(request, pk)
    row = customer.measures.filter(month=_month(request.GET.get("month", ""))).first()
    initial = {"seen_at": actions.stamp(row), "month": timezone.localdate().replace(day=1)}
    form = MeasureForm(request.POST or None, instance=row, initial={} if row else initial)
    form.fields["seen_at"].initial = actions.stamp(row)
    if request.method == "POST" and form.is_valid():

        def act():
            actions.save_measure(customer=customer, by=request.user, **form.cleaned_data)

        if response := _saved(request, form, act, pk, "已保存，下次评估时采用。"):
            return response
    return _page(request, "input_measure", {"customer": customer, "form": form, "row": row})


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@requires("valuation.input")
@require_http_methods(["GET", "POST"])
def rating_edit(request, pk, code):
    customer, indicator = _customer(request, pk), _expert(code)
    if not actions.rater_of(request.user):
        raise PermissionDenied
    own = customer.ratings.filter(indicator=code, rater=request.user).first()
    initial = {"score": own.score, "reason": own.reason} if own else {}
    form = RatingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def act():
            actions.rate(customer=customer, indicator=code, by=request.user, **form.cleaned_data)

        if response := _saved(request, form, act, pk, "评分已保存。"):
            return response
    context = {"customer": customer, "indicator": indicator, "form": form}
    return _page(request, "rating_edit", context)


@requires("valuation.input")
@require_http_methods(["GET", "POST"])
def rating_arbitrate(request, pk, code):
    customer, indicator = _customer(request, pk), _expert(code)
    ratings = actions.scores_of(customer, code)
    if not actions.may_arbitrate(request.user, customer, ratings):
        raise PermissionDenied
    initial = {"seen_scores": actions.seen(ratings)}
    form = ArbitrationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def act():
            actions.arbitrate(
                customer=customer, indicator=code, by=request.user, **form.cleaned_data
            )

        if response := _saved(request, form, act, pk, "裁定已保存。"):
            return response
    context = {"customer": customer, "indicator": indicator, "ratings": ratings, "form": form}
    return _page(request, "rating_arbitrate", context)


@requires("valuation.input")
@require_http_methods(["GET", "POST"])
def override_new(request, pk):
    customer, known = _customer(request, pk), input_reports.indicators()
    form = OverrideForm(
        request.POST or None, indicators=known.values(),
        initial={"indicator": request.GET.get("indicator", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():

        def act():
            actions.override(
                customer=customer, today=timezone.localdate(), by=request.user,
                **form.cleaned_data,
            )  # fmt: skip

        if response := _saved(request, form, act, pk, "改值已保存，下次评估时采用。"):
            return response
    return _page(request, "override_new", {"customer": customer, "form": form})


@requires("valuation.input")
@require_POST
def override_end(request, pk):
    found = RawOverride.objects.visible_to(request.user).select_related("customer")
    row = get_object_or_404(found, pk=pk)
    try:
        actions.end_override(row=row, by=request.user)
    except ValuationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "改值已结束，按来源取值。")
    return redirect(_back(row.customer_id))
