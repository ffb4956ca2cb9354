"""The valuation report: everything of one run that its reader may see, for paper (R51, R57)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from core.charts import Chart
from core.pdf import render_pdf
from staff.models import User
from valuation import (
    matrix_reports,
    pareto_reports,
    ranking_reports,
    reading_reports,
    revenue_chart_reports,
    revenue_reports,
)
from valuation import revenue_rules as rules
from valuation.models import Dimension, ReportJob, ValuationRun

TEMPLATE = "valuation/report_pdf.html"
MOST_CHARACTERS = 1_500_000
POINTS = 300
NAMES = 40
MISSING_SHOWN = 60


@dataclass(frozen=True)
class QuadrantList:
    group: matrix_reports.Group
    steps: tuple[str, ...]
    rows: list
    more: int


@dataclass(frozen=True)
class Report:
    run: ValuationRun
    reader: User
    made_at: datetime
    sees_all: bool
    totals: ranking_reports.Totals
    weights: list[tuple[str, Decimal, list[dict]]]
    ranking: list[ranking_reports.Line]
    first: matrix_reports.Matrix
    second: matrix_reports.Matrix
    lists: list[QuadrantList]
    cells: list[QuadrantList]
    industries: list[pareto_reports.IndustryRow]
    industry_chart: Chart
    pareto: pareto_reports.Pareto | None
    distribution: Chart
    by_industry: Chart | None
    revenue: Chart | None
    revenue_span: rules.Span
    moves: list[tuple[str, matrix_reports.Moves]]
    missing: list
    more_missing: int


def report(run: ValuationRun, reader: User, made_at: datetime, top: int) -> Report:
    """A fixed number of queries, whatever the number of customers."""
    found = reading_reports.results(run, reader)
    names = reading_reports.industry_names()
    first, second = matrix_reports.first_placement(), matrix_reports.second_placement("combined")
    industries = pareto_reports.industries(run, reader)
    totals = ranking_reports.totals(found)
    ranked = found.filter(rank__isnull=False).select_related("customer__manager")
    missing = found.filter(has_missing=True).select_related("customer").order_by("rank", "pk")
    asked = _asked(run, reader)
    return Report(
        run=run, reader=reader, made_at=made_at, totals=totals, weights=_weights(run),
        sees_all=reading_reports.sees_all(run, reader),
        ranking=ranking_reports.lines(ranked.order_by("rank", "pk")[:top], names),
        first=_matrix(run, reader, first), second=_matrix(run, reader, second),
        lists=_lists(run, reader, first), cells=_lists(run, reader, second),
        industries=industries, industry_chart=pareto_reports.industry_chart(industries),
        pareto=pareto_reports.pareto(run, reader, "revenue", "月均收入", " 元"),
        distribution=pareto_reports.distribution(found),
        by_industry=pareto_reports.distribution_by_industry(found, names),
        revenue=_revenue(asked), revenue_span=asked.span,
        moves=_moves(run, reader, {"象限": first, "价值与忠诚度的组别": second}),
        missing=[_gaps(row) for row in missing[:MISSING_SHOWN]],
        more_missing=max(totals.missing - MISSING_SHOWN, 0),
    )  # fmt: skip


def made_for(job: ReportJob, made_at: datetime) -> bytes:
    """The PDF of a job, in the scope of its owner as it is now. PdfError, ChartError."""
    return pdf(report(job.run, job.owner, made_at, job.top))


def pdf(found: Report) -> bytes:
    return render_pdf(TEMPLATE, {"report": found}, MOST_CHARACTERS)


def _matrix(run, reader, place) -> matrix_reports.Matrix:
    return matrix_reports.matrix(
        run, reader, place, labelled=matrix_reports.PAPER_LABELS, most=POINTS
    )


def _moves(run, reader, places) -> list[tuple[str, matrix_reports.Moves]]:
    found = [(of, matrix_reports.moves(run, reader, place)) for of, place in places.items()]
    return [(of, moves) for of, moves in found if moves]


def _lists(run, reader, place) -> list[QuadrantList]:
    found = reading_reports.results(run, reader).select_related("customer")
    lists = []
    for number, group in enumerate(matrix_reports.groups_of(run, reader, place)):
        condition: Q = matrix_reports.in_field(run, place, number)
        rows = list(found.filter(condition).order_by("rank", "pk")[:NAMES])
        words = place.words[group.code]
        lists.append(QuadrantList(group, words.steps, rows, group.count - len(rows)))
    return lists


def _weights(run) -> list[tuple[str, Decimal, list[dict]]]:
    """From the snapshot of the run: later edits of the model change no report."""
    return [
        (str(Dimension(one["code"]).label), Decimal(one["weight"]), one["indicators"])
        for one in run.model_snapshot["dimensions"]
    ]


def _gaps(row) -> tuple[object, str]:
    gaps = [
        f"{code}{'（待裁定）' if kept[3] == 'disputed' else ''}"
        for code, kept in row.indicators.items()
        if kept[0] is None
    ]
    return row, "、".join(gaps)


def _asked(run, reader) -> revenue_reports.Asked:
    month = rules.shift(run.as_of.replace(day=1), -1)
    return revenue_reports.Asked(
        reader, revenue_reports.LINE, rules.LAST_TWELVE, month, run.industry_id
    )


def _revenue(asked: revenue_reports.Asked) -> Chart | None:
    """The report of an industry shows that one beside all together, as its ranks do (R52)."""
    found = revenue_reports.structure(asked)
    has_any = found.total > 0 and asked.industry in (None, *found.industries)
    return revenue_chart_reports.horizontal(found, asked.industry) if has_any else None
