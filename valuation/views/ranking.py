"""排名: composite, revenue and profit side by side (R50), and the same as a file."""

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core.paging import keyset_page
from staff.access import requires
from valuation import ranking_reports, reading_reports
from valuation.reading_filters import RankingFilter
from valuation.strategy_words import CELLS, QUADRANTS, Strategy
from valuation.views.matrix import asked_axis
from valuation.views.reading import file, must_read, reading

ROWS_SHOWN = 50
MOST_ROWS = 20_000
LAST = 2_000_000_000


@require_GET
@requires("valuation.view")
def ranking(request):
    found = reading(request)
    context = {"reading": found, "orders": ranking_reports.ORDERS, "order": _order(request)}
    context["axis"] = asked_axis(request)
    if found.run:
        everything = reading_reports.results(found.run, request.user)
        filters = RankingFilter(request.GET, everything, request=request, run=found.run)
        page = keyset_page(_ordered(request, filters.qs), request, _keys(request), ROWS_SHOWN)
        names = reading_reports.industry_names()
        context |= {
            "filters": filters,
            "page": page,
            "lines": ranking_reports.lines(page.rows, names),
            "totals": ranking_reports.totals(everything),
            "strategies": _strategies(filters),
            "sees_all": reading_reports.sees_all(found.run, request.user),
        }
    return render(request, "valuation/ranking.html", context)


def _strategies(filters: RankingFilter) -> list[Strategy]:
    """What is suggested for the quadrant and the cell that the list is narrowed to (R58, R60)."""
    chosen = filters.form.cleaned_data if filters.form.is_valid() else {}
    found = (QUADRANTS.get(chosen.get("quadrant")), CELLS.get(chosen.get("cell")))
    return [one for one in found if one]


def _order(request) -> str:
    """What the list is sorted by, or that it holds those without a rank."""
    order = request.GET.get("order", "rank")
    return order if order in (*ranking_reports.ORDERS, ranking_reports.UNRANKED) else "rank"


def _keys(request) -> tuple[str, ...]:
    order = _order(request)
    if order == ranking_reports.UNRANKED:
        return ("pk",)
    return ("place", "pk") if _is_of_field(request) else (order, "pk")


def _is_of_field(request) -> bool:
    """The list behind a field of a matrix holds all that the field counts, ranked or not."""
    return bool(request.GET.get("quadrant") or request.GET.get("cell"))


def _ordered(request, rows):
    """Rows with a place in the chosen order; those without a rank stand in a list of their own."""
    order = _order(request)
    rows = rows.select_related("customer", "customer__manager")
    if order == ranking_reports.UNRANKED:
        rows = rows.filter(rank=None)
    elif _is_of_field(request):
        rows = rows.annotate(place=Coalesce(order, Value(LAST)))
    else:
        rows = rows.filter(**{f"{order}__isnull": False})
    return rows.order_by(*_keys(request))


@require_POST
@requires("valuation.view")
def ranking_export(request):
    """The list of the page with the same query string."""
    found = must_read(request)
    everything = reading_reports.results(found.run, request.user)
    rows = _ordered(
        request, RankingFilter(request.GET, everything, request=request, run=found.run).qs
    )
    names = reading_reports.industry_names()
    table = list(ranking_reports.file_rows(rows[:MOST_ROWS], names))
    name = ranking_reports.file_name(found.run)
    return file(request, found.run, name, ranking_reports.HEADER, table)
