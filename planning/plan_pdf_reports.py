"""A plan as PDF: cover, contents, sections with their tables and drawing, reviews (R46)."""

from decimal import Decimal

from core.charts import Chart, Series, stacked_chart
from core.pdf import TAGGED, render_counted
from planning.outline_rules import QUARTERS
from planning.paper_reports import Paper, Targets

TEMPLATE = "planning/pdf_plan.html"
MOST_CHARACTERS = 1_500_000


def pdf(paper: Paper) -> tuple[bytes, int]:
    """The bytes and how many pages. PdfError or ChartError when it cannot be set."""
    return render_counted(TEMPLATE, context_of(paper), MOST_CHARACTERS, TAGGED)


def context_of(paper: Paper) -> dict:
    targets = (s.targets for chapter in paper.chapters for s in chapter.sections if s.targets)
    return {"paper": paper, "chart": _chart(next(targets, None))}


def _chart(targets: Targets | None) -> Chart | None:
    if targets is None or not targets.by_quarter:
        return None
    series = [
        Series(name, [Decimal(value) for value in values])
        for name, values in targets.by_quarter.items()
    ]
    total = targets.total
    alt = f"各季度目标：一至四季度 {'、'.join(total[:4])} 万元，全年 {total[4]} 万元。"
    return stacked_chart("各季度目标（万元）", list(QUARTERS.values()), series, alt=alt)
