"""Unmet demand for the product department (R15)."""

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core import audit, exports
from service import reports
from staff.access import requires

LEVEL = "内部"


@requires("watches.view")
@require_GET
def unmet(request):
    lines = reports.unmet(request.user)
    context = {"lines": lines, "customers": sum(line.customers for line in lines)}
    return render(request, "service/unmet.html", context)


@requires("watches.view")
@require_POST
def unmet_export(request):
    """The same rows as a workbook; written down as every export is."""
    lines = reports.unmet(request.user)
    changes = {"行数": ["", str(len(lines))], "格式": ["", "xlsx"], "密级": ["", LEVEL]}
    audit.record(verb="unmet.exported", target=request.user, by=request.user, changes=changes)
    rows = (line.cells() for line in lines)
    return exports.xlsx_response("未满足的业务需求", reports.HEADER, rows, note=f"密级：{LEVEL}")
