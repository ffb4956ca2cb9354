"""The weighted pipeline and what became of what was closed (§B.4, §B.7)."""

from datetime import datetime, time
from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core import audit, charts, exports
from core.paging import keyset_page
from core.rules import SHANGHAI
from opportunities import forecast_rules
from opportunities import pipeline_reports as reports
from opportunities.models import Stage
from staff.access import requires

WAN = Decimal(10_000)
SHOWN_SERIES = 8


def _group(request) -> str:
    group = request.GET.get("group", "")
    return group if group in reports.GROUPS else "phase"


@requires("opportunities.view")
@require_GET
def pipeline(request):
    """Weighted by month of the expected close and one more dimension; conversion beside it."""
    today, group = timezone.localdate(), _group(request)
    found = reports.pipeline(request.user, today, group)
    first, last = _period(request, today)
    result = reports.conversion(request.user, _begin(first), _begin(shifted(last)))
    context = {
        "group": group,
        "groups": [(code, by.label) for code, by in reports.GROUPS.items()],
        "found": found,
        "table": _table(found, group),
        "chart": _chart(found, group) if found.rows else None,
        "from_month": first,
        "to_month": last,
        "result": result,
        "steps": [(Stage(step.stage).label, step) for step in result.steps],
        "wins": _reason_chart("赢单", result.wins) if result.wins else None,
        "losses": _reason_chart("输单", result.losses) if result.losses else None,
    }
    return render(request, "opportunities/pipeline.html", context)


def shifted(month):
    return forecast_rules.shifted(month, 1)


def _period(request, today):
    """?from= and ?to= as months; this year so far without them or for what is no period."""
    first = forecast_rules.read_month(request.GET.get("from", "")) or today.replace(month=1, day=1)
    last = forecast_rules.read_month(request.GET.get("to", "")) or today.replace(day=1)
    return (first, last) if first <= last else (last, first)


def _begin(month) -> datetime:
    return datetime.combine(month, time(0), SHANGHAI)


def _url(group: str, key: str, column: str) -> str:
    asked = {"group": group, "key": key, "column": column}
    query = urlencode({name: value for name, value in asked.items() if value or name == "key"})
    return f"{reverse('opportunities:pipeline_rows')}?{query}"


def _table(found: reports.Pipeline, group: str) -> dict:
    """Only columns in which something stands; every figure with the address of its rows."""
    shown = [(code, words) for code, words in found.columns if found.whole.counts.get(code)]

    def cells(row, chosen):
        return [
            (words, _wan(row.cells.get(code)), row.counts.get(code, 0), _url(chosen, row.key, code))
            for code, words in shown
        ]

    return {
        "columns": shown,
        "rows": [
            (row, cells(row, group), _url(group, row.key, ""), _wan(row.total))
            for row in found.rows
        ],
        "whole": (found.whole, cells(found.whole, ""), _url("", "", ""), _wan(found.whole.total)),
    }


def _chart(found: reports.Pipeline, group: str) -> charts.Chart:
    shown = [(code, words) for code, words in found.columns if found.whole.counts.get(code)]
    rows, rest = found.rows[:SHOWN_SERIES], found.rows[SHOWN_SERIES:]
    series = [charts.Series(r.name, [_wan(r.cells.get(code)) for code, _ in shown]) for r in rows]
    if rest:
        others = [_wan(sum((r.cells.get(code, 0) for r in rest), Decimal(0))) for code, _ in shown]
        series.append(charts.Series(f"其余 {len(rest)} 项", others))
    total = f"加权合计 {found.whole.total / WAN:,.2f} 万元，{found.whole.count} 个商机"
    alt = f"堆叠柱形图：按预计签约月份和{reports.GROUPS[group].label}，{total}。数值见数据表。"
    labels = [words for _, words in shown]
    return charts.stacked_chart("加权商机（万元）", labels, series, alt=alt)


def _wan(value) -> Decimal:
    return ((value or Decimal(0)) / WAN).quantize(Decimal("0.01"))


def _reason_chart(end: str, reasons) -> charts.Chart:
    labels = [words for _, words, _, _ in reasons]
    counts = [count for _, _, count, _ in reasons]
    alt = f"横条图：{end} {sum(counts)} 个，最多的原因是{labels[0]}。数值见数据表。"
    series = [charts.Series("个数", counts)]
    return charts.bar_chart(f"{end}原因", labels, series, unit="个", alt=alt, is_lying=True)


@requires("opportunities.view")
@require_GET
def pipeline_rows(request):
    """Exactly the opportunities that one figure counts."""
    today = timezone.localdate()
    asked = {name: request.GET.get(name, "").replace("\0", "") for name in
             ("group", "key", "column")}  # fmt: skip
    if asked["group"] and asked["group"] not in reports.GROUPS:
        raise Http404
    found = reports.rows_of(request.user, today, **asked)
    if found is None:
        raise Http404
    words = dict(reports.columns(today))
    rows = found.select_related("customer", "owner")
    context = {
        "page": keyset_page(rows, request, keys=("-updated_at", "-pk")),
        "total": reports.weighted_of(found),
        "count": found.count(),
        "column": words.get(asked["column"], "全部月份"),
        "group": asked["group"],
        "is_line": asked["group"] == "line",
        "today": today,
    }
    return render(request, "opportunities/pipeline_rows.html", context)


@requires("opportunities.view")
@require_POST
def pipeline_export(request):
    """The table of the page as xlsx, 元; audited."""
    today, group = timezone.localdate(), _group(request)
    found = reports.pipeline(request.user, today, group)
    name = f"加权商机 {today:%Y-%m-%d} {reports.GROUPS[group].label}（内部）"
    rows = [
        [row.name, row.count, *(row.cells.get(code) for code, _ in found.columns), row.total]
        for row in (*found.rows, found.whole)
    ]
    changes = {"行数": ["", str(len(rows))], "密级": ["", "内部"], "内容": ["", name]}
    audit.record(verb="pipeline.exported", target=request.user, by=request.user, changes=changes)
    header = ["名称", "个数", *(words for _, words in found.columns), "合计（元）"]
    return exports.xlsx_response(name, header, rows, note="密级：内部")
