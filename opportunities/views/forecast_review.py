"""The head answers forecasts, one by one or many at once; the sum of a month (R19, §B.7)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core import audit, charts, clock, exports, once
from core.paging import keyset_page
from opportunities import forecast_reports as reports
from opportunities import forecast_rules as rules
from opportunities.actions import forecasting
from opportunities.actions.errors import OpportunityError
from opportunities.forecast_filters import WaitingFilter
from opportunities.forms.forecast import ForecastAnswerForm
from opportunities.models import DemandForecast
from opportunities.views.forecast import month_of_query, read_page, visible_forecast
from staff.access import may, requires

SHOWN_BARS = 20
WAN = 10_000
HEADER = ["名称", "客户数", "存量月收入（元）", "新增年收入（元）", "当月预计（元）",
          "已出账客户的预计（元）", "实际账单（元）", "准确率（%）", "加权误差率（%）"]  # fmt: skip


@requires("forecasts.review")
@require_GET
def forecast_review(request):
    """Everything that waits for an answer, with what it says."""
    waiting = DemandForecast.objects.visible_to(request.user).filter(
        state=DemandForecast.State.SUBMITTED
    )
    waiting = waiting.select_related("customer__manager", "customer__department", "author")
    filters = WaitingFilter(request.GET, waiting.prefetch_related("lines"), request=request)
    page = keyset_page(filters.qs, request, keys=("month", "submitted_at", "pk"), size=30)
    context = {
        "filters": filters,
        "page": page,
        "cards": [_card(row) for row in page.rows],
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
    }
    return render(request, "opportunities/forecast_review.html", context)


def _card(row: DemandForecast) -> dict:
    lines = list(row.lines.all())
    return {
        "row": row,
        "existing": sum(line.existing_revenue for line in lines),
        "new": sum(line.new_revenue_12m for line in lines),
        "expected": reports.total_expected(lines, row.month),
        "coming": [line for line in lines if line.new_revenue_12m],
    }


@requires("forecasts.review")
@require_POST
def forecast_answer(request, pk):
    row = visible_forecast(request, pk)
    if not forecasting.may_review(row, request.user):
        raise PermissionDenied
    form = ForecastAnswerForm(request.POST)
    if form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if _answered(request, row, form):
                messages.success(request, f"{row.customer}：{row.get_state_display()}。")
                return redirect(first.remember(reverse("opportunities:forecast_review")))
    return read_page(request, row, form)


def _answered(request, row, form) -> bool:
    is_accepted = form.cleaned_data["decision"] == "reviewed"
    note = form.cleaned_data["note"]
    try:
        forecasting.review_forecast(
            forecast=row, is_accepted=is_accepted, note=note, by=request.user
        )
    except OpportunityError as error:
        form.add_error(None, str(error))
        return False
    return True


@requires("forecasts.review")
@require_POST
def forecast_accept(request):
    """Accept all that were ticked."""
    keys = [key for key in request.POST.getlist("ids") if key.isascii() and key.isdecimal()]
    found = DemandForecast.objects.visible_to(request.user).select_related(
        "customer__department", "author"
    )
    rows = list(found.filter(pk__in=[key for key in keys if len(key) < 19][:100]))
    try:
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            count = forecasting.accept_many(forecasts=rows, by=request.user)
            first.remember(reverse("opportunities:forecast_review"))
        messages.success(request, f"已同意 {count} 份。")
    except OpportunityError as error:
        messages.error(request, str(error))
    return redirect("opportunities:forecast_review")


def _group(request) -> str:
    group = request.GET.get("group", "")
    if group in reports.GROUPS:
        return group
    return "manager" if may(request.user, "team.view") else "line"


@requires("forecasts.view")
@require_GET
def forecast_summary(request):
    """What was handed in for a month, by person, department, industry or line."""
    month, group = month_of_query(request, clock.now()), _group(request)
    rows = reports.roll_up(request.user, month, group)
    context = {
        "month": month,
        "before": rules.shifted(month, -1),
        "after": rules.shifted(month, 1),
        "group": group,
        "groups": [(code, by.label) for code, by in reports.GROUPS.items()],
        "rows": rows,
        "whole": reports.whole(request.user, month, rows),
        "tally": reports.tally(request.user, month),
        "chart": _chart(rows, month) if rows else None,
    }
    return render(request, "opportunities/forecast_summary.html", context)


def _chart(rows: list[reports.Row], month) -> charts.Chart:
    shown = rows[:SHOWN_BARS]
    existing = [round(row.existing / WAN, 2) for row in shown]
    coming = [round((row.expected - row.existing) / WAN, 2) for row in shown]
    series = [charts.Series("存量", existing), charts.Series("新增（加权）", coming)]
    most = f"{shown[0].name}最多，预计 {shown[0].expected / WAN:,.2f} 万元"
    alt = f"堆叠柱形图：{len(shown)} 项的当月预计收入，{most}。数值见数据表。"
    title = f"{month:%Y-%m} 预计收入（万元）"
    return charts.stacked_chart(title, [row.name for row in shown], series, alt=alt)


@requires("forecasts.view")
@require_POST
def forecast_export(request):
    """The rows of the page with the same query string; audited."""
    month, group = month_of_query(request, clock.now()), _group(request)
    rows = reports.roll_up(request.user, month, group)
    rows.append(reports.whole(request.user, month, rows))
    name = f"需求预测 {month:%Y-%m} {reports.GROUPS[group].label}（内部）"
    changes = {"行数": ["", str(len(rows))], "密级": ["", "内部"], "内容": ["", name]}
    audit.record(verb="forecast.exported", target=request.user, by=request.user, changes=changes)
    table = [
        [row.name, row.customers, row.existing, row.new_12m, row.expected, row.compared,
         row.actual, row.accuracy, row.wape]
        for row in rows
    ]  # fmt: skip
    return exports.xlsx_response(name, HEADER, table, note="密级：内部")
