"""Every drawing of the product, on paper: each call of a chart builder in our code is reached by a
page or a file of the demo, and what it draws is set with its words by the path of the PDFs.

Part of test_demo.py, which loads the demo once for all that look at it.
"""

import ast
import io
import re
import sys
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from pathlib import Path

import pdfplumber
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from weasyprint import HTML

from accounts.models import Customer
from core import charts
from core.charts import Chart
from core.rules import SHANGHAI
from core.templatetags.charts import chart_svg
from opportunities import pipeline_reports
from planning import paper_reports, plan_pdf_reports, weekly_pdf_reports
from planning.models import (
    CompetitorScorecard,
    CustomerPlanning,
    IndustryAnalysis,
    MarketingPlan,
    PlanExport,
)
from staff.models import User
from valuation import matrix_reports, reading_reports, report_reports

ROOT = Path(settings.BASE_DIR)
BUILDERS = {name for name in charts.__all__ if name.endswith("_chart")}
SHEET = "@page { size: 900px 2600px; margin: 20px } figure { break-after: page; margin: 0 }"
MONTH = "2026-11"


def call_sites():
    """{(file, function)} of every call of a builder outside core and the tests."""
    found = set()
    for path in ROOT.glob("*/**/*.py"):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(("core/", ".", "node_modules", "bench/")) or "tests/" in place:
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(_builds, ast.walk(function))):
                found.add((place, function.name))
    return found


def _builds(node) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return getattr(called, "id", getattr(called, "attr", "")) in BUILDERS


@contextmanager
def recorded():
    """[(call site, chart)] of everything that a builder returns meanwhile."""
    found = []

    def watch(frame, event, value):
        if event == "return" and isinstance(value, Chart) and frame.f_code.co_name in BUILDERS:
            caller = frame.f_back
            while caller.f_code.co_name.startswith("<"):  # a comprehension has a frame of its own
                caller = caller.f_back
            place = Path(caller.f_code.co_filename).relative_to(ROOT).as_posix()
            found.append(((place, caller.f_code.co_name), value))

    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(None)


def addresses():
    """(who, address): pages of the demo that between them draw everything that pages draw."""
    bank = Customer.objects.get(code="C0001")
    bench = CustomerPlanning.objects.get(customer=bank)
    yield from (("director", f"/valuation/matrix/?axis={x}") for x in matrix_reports.VALUE_AXES)
    yield from (
        ("director", f"/valuation/revenue/?month=2026-10&way={w}") for w in ("line", "item")
    )
    for name in ("valuation:pareto", "planning:retention_metrics", "visits:kpi"):
        yield "director", reverse(name)
    yield "director", reverse("valuation:customer", args=[bank.pk])
    for group in pipeline_reports.GROUPS:
        query = f"?group={group}&from=2026-01&to=2026-12"
        yield "director", reverse("opportunities:pipeline") + query
    for group in ("manager", "department", "industry", "line"):
        query = f"?month={MONTH}&group={group}"
        yield "director", reverse("opportunities:forecast_summary") + query
    yield "heqiong", reverse("planning:six", args=bench.place)
    for step in range(1, 7):
        yield "heqiong", reverse("planning:six_step", args=[*bench.place, step])
    yield "head_fin", reverse("planning:scorecard", args=[CompetitorScorecard.objects.first().pk])
    analysis = IndustryAnalysis.objects.get(industry__code="FIN")
    yield "im_fin", reverse("planning:industry_analysis", args=[analysis.pk])
    for plan in MarketingPlan.objects.filter(kind="annual_market"):
        yield "director", reverse("planning:detail", args=[plan.pk])


class ChartPaper:
    @pytest.mark.once  # a drawing is made in Python
    def test_everything_the_product_draws_can_be_set_on_paper_with_its_words(self):
        User.objects.update(must_change_password=False)
        with recorded() as drawn:
            for who, address in addresses():
                self.client.force_login(User.objects.get(username=who))
                assert self.client.get(address).status_code == 200, address
            self.draw_for_files(User.objects.get(username="director"))
        sites = call_sites()
        assert len(sites) > 20 and sites - {site for site, _ in drawn} == set()
        on_paper([chart for _, chart in drawn])

    def draw_for_files(self, director):
        now = timezone.now()
        report_reports.report(reading_reports.latest_run(director), director, now, 20)
        for plan in MarketingPlan.objects.filter(kind="key_customer", current__isnull=False)[:5]:
            plan_pdf_reports.context_of(paper_reports.paper(plan.current, director, now))
        later = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)  # of a year to come nothing is drawn
        export = PlanExport(branch=director.branch, monday=later.date(), version=1, why="beat")
        assert weekly_pdf_reports.gather(export, later).charts


def on_paper(drawn):
    """One sheet for each chart; most of its words stand on it as text."""
    pictures = [str(chart_svg(chart)) for chart in drawn]
    figures = "".join(f"<figure>{picture}</figure>" for picture in pictures)
    content = HTML(string=f"<style>{SHEET}</style>{figures}").write_pdf()
    with pdfplumber.open(io.BytesIO(content)) as document:
        sheets = [page.extract_text() for page in document.pages]
    assert len(sheets) == len(drawn)
    for chart, picture, sheet in zip(drawn, pictures, sheets, strict=True):
        words = {
            unescape(word).strip() for word in re.findall(r"<text[^>]*>([^<]+)</text>", picture)
        }
        found = [word for word in words if squeezed(word) in squeezed(sheet)]
        assert words and len(found) >= len(words) * 0.8, (chart.title, words - set(found))


def squeezed(text):
    return re.sub(r"\s", "", text)
