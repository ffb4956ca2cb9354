"""收入分析: structure, spread, quotient, shortfall and growth, each also as a file (R61)."""

import re
from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Industry
from staff.access import may, requires
from valuation import gap_reports, reading_reports, revenue_chart_reports, revenue_file_reports
from valuation import revenue_reports as reports
from valuation import revenue_rules as rules
from valuation.views.reading import PAGES, file, number

SHORTFALLS_SHOWN = 30
MONTHS_OFFERED = 24
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def asked_of(request) -> reports.Asked:
    """404 for an industry that does not exist; anything else that is odd gives what is usual."""
    newest = reports.last_month(request.user, timezone.localdate())
    way, period = request.GET.get("way", reports.LINE), request.GET.get("period", "12m")
    found = MONTH.fullmatch(request.GET.get("month", ""))
    month = date(int(found[1]), int(found[2]), 1) if found else newest
    text = request.GET.get("industry", "")
    industry = number(text) if text else None
    if text and not Industry.objects.filter(pk=industry).exists():
        raise Http404
    return reports.Asked(
        user=request.user,
        way=way if way in reports.WAYS else reports.LINE,
        period=period if period in rules.PERIODS else rules.LAST_TWELVE,
        month=month,
        industry=industry,
    )


@require_GET
@requires("valuation.view")
def revenue(request):
    asked = asked_of(request)
    found, shortfalls = reports.structure(asked), gap_reports.shortfalls(asked, SHORTFALLS_SHOWN)
    months = reports.months(asked)
    context = {
        "asked": asked, "pages": PAGES, "ways": reports.WAYS, "periods": rules.PERIODS,
        "months_offered": _months_offered(asked.month), "industries": Industry.objects.all(),
        "tables": revenue_file_reports.TABLES, "found": found, "months": months,
        "growth": reports.line_growth(asked), "shortfalls": shortfalls,
        "use": revenue_file_reports.use_rows(found), "chart": _charts(found, months, shortfalls),
        "limits": reports.quotient_limits(),
        "may_create": may(request.user, "opportunities.write"),
        "query": f"run={run.pk}" if (run := reading_reports.latest_run(request.user)) else "",
    }  # fmt: skip
    return render(request, "valuation/revenue.html", context)


def _charts(found, months, shortfalls) -> dict:
    charts = revenue_chart_reports
    drawn = {"trend": charts.trend(months), "growth": charts.growth(months)}
    if found.total > 0:
        drawn |= {
            "horizontal": charts.horizontal(found),
            "vertical": charts.vertical(found),
            "quotients": charts.quotients(found, reports.quotient_limits()),
        }
    if shortfalls.rows:
        drawn["shortfall"] = charts.largest(shortfalls)
    return drawn


def _months_offered(chosen: date) -> list[date]:
    newest = rules.shift(timezone.localdate().replace(day=1), -1)
    offered = [rules.shift(newest, -number) for number in range(MONTHS_OFFERED)]
    return offered if chosen in offered else [chosen, *offered]


@require_POST
@requires("valuation.view")
def revenue_export(request, table):
    """One of the tables of the page with the same query string."""
    if table not in revenue_file_reports.TABLES:
        raise Http404
    asked = asked_of(request)
    header, rows = revenue_file_reports.table(table, asked)
    span = f"{asked.span.first:%Y-%m} 至 {asked.span.last:%Y-%m}"
    name = f"{revenue_file_reports.TABLES[table]} {span}（内部）"
    return file(request, request.user, name, header, rows)
