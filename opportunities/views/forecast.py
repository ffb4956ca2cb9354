"""The monthly forecast of a manager: list, grid, one forecast (R19)."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Customer
from core import clock, drafts, once
from core.paging import keyset_page
from core.rules import local_date
from opportunities import forecast_reports as reports
from opportunities import forecast_rules as rules
from opportunities import forecast_version_reports as version_reports
from opportunities.actions import forecasting, soliciting
from opportunities.actions.errors import OpportunityError
from opportunities.forecast_filters import ForecastFilter
from opportunities.forms.drafting import as_posted
from opportunities.forms.forecast import ForecastAnswerForm, ForecastForm
from opportunities.models import DemandForecast
from staff.access import may, requires
from staff.addresses import address_of

DRAFT = "opportunities:forecast"


def month_of_query(request, now) -> date:
    """The month of ?month=; next month without one, or for what is no month."""
    found = rules.read_month(request.GET.get("month", ""))
    return found or rules.shifted(rules.first_of(local_date(now)), 1)


@requires("forecasts.view")
@require_GET
def forecast_list(request):
    """Customers and where their forecast of a month stands; those that must have one first."""
    now, data = clock.now(), request.GET.copy()
    month = month_of_query(request, now)
    data.setdefault("who", "must")
    found = reports.customers_with_state(request.user, month).select_related("manager")
    filters = ForecastFilter(data, found, request=request)
    context = {
        "filters": filters,
        "page": keyset_page(filters.qs, request, keys=("grade", "code", "pk")),
        "month": month,
        "before": rules.shifted(month, -1),
        "after": rules.shifted(month, 1),
        "due_at": forecasting.due_of(month),
        "tally": reports.tally(request.user, month),
        "is_open": is_open(month, now),
        "states": dict(DemandForecast.State.choices),
        "may_write": may(request.user, "forecasts.write"),
        "may_review": may(request.user, "forecasts.review"),
    }
    return render(request, "opportunities/forecast_list.html", context)


def is_open(month: date, now) -> bool:
    """This month (late) and the next can be filled in."""
    this = rules.first_of(local_date(now))
    return this <= month <= rules.shifted(this, 1)


@requires("forecasts.write")
@require_http_methods(["GET", "POST"])
def forecast_edit(request, pk, month):
    """The grid of one customer and month; the first save makes the forecast."""
    customer, month = _customer(request, pk), _month(month)
    row = DemandForecast.objects.filter(customer=customer, month=month).first()
    if row and row.state not in forecasting.WRITABLE:
        if request.method == "POST":
            messages.warning(request, f"这份预测现在是「{row.get_state_display()}」，没有保存。")
        return redirect(row)
    if request.method == "POST":
        return _written(request, customer, month, row)
    lines, is_copied = _first_lines(request, customer, month, row)
    typed = drafts.load(request.user, _draft_key(customer, month))
    form = _form(customer, row, as_posted(typed) if typed else None, lines)
    if typed:
        form.forgive()
    return _show(request, customer, month, row, form, is_copied=is_copied, is_draft=bool(typed))


def _customer(request, pk) -> Customer:
    found = Customer.objects.visible_to(request.user).select_related("manager", "branch")
    customer = get_object_or_404(found, pk=pk)
    if not forecasting.may_write(customer, request.user):
        raise PermissionDenied
    return customer


def _month(text: str) -> date:
    found = rules.read_month(text)
    if found is None or not is_open(found, clock.now()):
        raise Http404
    return found


def _draft_key(customer: Customer, month: date) -> str:
    return f"{DRAFT}:{month:%Y%m}:{customer.pk}"


def _first_lines(request, customer, month, row):
    """(lines, whether they were copied): those kept, or of last month, or as proposed."""
    kept = list(row.lines.all()) if row else []
    if kept and "from" not in request.GET:
        return kept, False
    proposed = reports.as_lines(reports.proposal(customer, month))
    if request.GET.get("from") == "last":
        copied = reports.copied(customer, month, proposed)
        return copied or proposed, copied is not None
    return proposed, False


def _form(customer, row, data=None, lines=()) -> ForecastForm:
    needs, opportunities = reports.bases_of(customer)
    initial = {"seen_at": row.updated_at.isoformat() if row else ""}
    initial["has_no_demand"] = bool(row and row.has_no_demand)
    return ForecastForm(
        data, lines=lines, needs=needs, opportunities=opportunities, initial=initial,
        engineers=soliciting.engineers(customer.branch),
    )  # fmt: skip


def _written(request, customer, month, row):
    form = _form(customer, row, request.POST)
    if form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            saved = _stored(request, customer, month, form)
            if saved:
                drafts.discard(request.user, _draft_key(customer, month))
                return redirect(first.remember(_next_url(request, saved)))
    return _show(request, customer, month, row, form)


def _stored(request, customer, month, form) -> DemandForecast | None:
    fields = form.cleaned_data
    is_final = request.POST.get("verb") == "submit"
    try:
        with transaction.atomic():
            saved = forecasting.save_forecast(
                customer=customer, month=month, by=request.user, lines=fields["lines"],
                has_no_demand=fields["has_no_demand"], seen_at=fields["seen_at"],
            )  # fmt: skip
            _ask_solutions(request, saved, fields)
            if is_final:
                forecasting.submit_forecast(
                    forecast=saved, by=request.user, address=address_of(request)
                )
    except OpportunityError as error:
        form.add_error(None, str(error))
        form.look_again(DemandForecast.objects.filter(customer=customer, month=month).first())
        return None
    messages.success(request, "已提交，等待审阅。" if is_final else "已保存。")
    return saved


def _ask_solutions(request, saved: DemandForecast, fields) -> None:
    for line in saved.lines.filter(business_line__in=fields["solutions"]):
        what = line.remark or line.reason or str(line.need or line.opportunity or "")
        soliciting.ask_solution(
            customer=saved.customer, engineer=fields["engineer"], wanted_on=fields["wanted_on"],
            content=f"{line.get_business_line_display()}：{what or '见需求预测'}"[:300],
            line=line, opportunity=line.opportunity, by=request.user,
        )  # fmt: skip


def _next_url(request, saved: DemandForecast) -> str:
    """After a submit to the list, where the next customer waits; after a save back to the grid."""
    if request.POST.get("verb") == "submit":
        return f"{reverse('opportunities:forecast_list')}?month={saved.month:%Y-%m}"
    return edit_url(saved)


def edit_url(row: DemandForecast) -> str:
    return reverse("opportunities:forecast_edit", args=[row.customer_id, f"{row.month:%Y-%m}"])


def _show(request, customer, month, row, form, **more):
    status = 422 if request.method == "POST" else 200
    context = {
        "customer": customer,
        "month": month,
        "row": row,
        "form": form,
        "due_at": forecasting.due_of(month),
        "draft_key": _draft_key(customer, month),
        "is_late": clock.now() > forecasting.due_of(month),
        **more,
    }
    return render(request, "opportunities/forecast_edit.html", context, status=status)


@requires("forecasts.view")
@require_GET
def forecast_detail(request, pk):
    """To the grid while it is still being written by who looks; else to read."""
    row = visible_forecast(request, pk)
    writes = may(request.user, "forecasts.write") and forecasting.may_write(
        row.customer, request.user
    )
    if writes and row.state in forecasting.WRITABLE and is_open(row.month, clock.now()):
        return redirect(edit_url(row))
    return read_page(request, row)


def visible_forecast(request, pk) -> DemandForecast:
    found = DemandForecast.objects.visible_to(request.user).select_related(
        "customer__department", "customer__manager", "author", "reviewed_by"
    )
    return get_object_or_404(found, pk=pk)


def read_page(request, row: DemandForecast, form=None):
    lines = list(row.lines.select_related("need", "opportunity").prefetch_related("solutions"))
    reviews = may(request.user, "forecasts.review") and forecasting.may_review(row, request.user)
    context = {
        "row": row,
        "lines": [(line, reports.expected_of(line, row.month)) for line in lines],
        "expected": reports.total_expected(lines, row.month),
        "versions": version_reports.versions(row),
        "existing": sum(line.existing_revenue for line in lines),
        "due_at": forecasting.due_of(row.month),
        "form": form or ForecastAnswerForm(),
        "may_review": reviews and row.state == DemandForecast.State.SUBMITTED,
        "today": timezone.localdate(),
    }
    status = 422 if form is not None else 200
    return render(request, "opportunities/forecast_detail.html", context, status=status)
