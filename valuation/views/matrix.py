"""Both matrices, concentration, industries: what the run looks like as a whole."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from staff.access import requires
from valuation import matrix_reports, pareto_reports, reading_reports
from valuation.views.reading import reading


def asked_axis(request) -> str:
    axis = request.GET.get("axis", "combined")
    return axis if axis in matrix_reports.VALUE_AXES else "combined"


@require_GET
@requires("valuation.view")
def matrix(request):
    found, axis = reading(request), asked_axis(request)
    context = {"reading": found, "axes": matrix_reports.VALUE_AXES, "axis": axis}
    if found.run:
        first, second = matrix_reports.first_placement(), matrix_reports.second_placement(axis)
        context |= {
            "first": matrix_reports.matrix(found.run, request.user, first),
            "second": matrix_reports.matrix(found.run, request.user, second),
            "moves": matrix_reports.moves(found.run, request.user, first),
            "cell_moves": matrix_reports.moves(found.run, request.user, second),
            "sees_all": reading_reports.sees_all(found.run, request.user),
        }
    return render(request, "valuation/matrix.html", context)


@require_GET
@requires("valuation.view")
def pareto(request):
    found = reading(request)
    context = {"reading": found}
    if found.run:
        rows = reading_reports.results(found.run, request.user)
        industries = pareto_reports.industries(found.run, request.user)
        context |= {
            "revenue": pareto_reports.pareto(found.run, request.user, "revenue", "月均收入", " 元"),
            "composite": pareto_reports.pareto(
                found.run, request.user, "composite", "综合得分", ""
            ),
            "industries": industries,
            "industry_chart": pareto_reports.industry_chart(industries),
            "distribution": pareto_reports.distribution(rows),
            "by_industry": pareto_reports.distribution_by_industry(
                rows, reading_reports.industry_names()
            ),
            "grades": pareto_reports.grade_counts(rows),
            "sees_all": reading_reports.sees_all(found.run, request.user),
        }
    return render(request, "valuation/pareto.html", context)
