"""Our PDF of a plan or of a week beside a bare WeasyPrint render of the same HTML, in one run.

    python -m bench.plan_pdf [--plan KP-2027-C0001] [--rounds 3]
    python -m bench.plan_pdf --weekly [--branch SX-GOVENT] [--rounds 3]

On the database of the environment (make run's own by default). Ours is everything a click costs:
reading the version or the week, drawing the quarters, setting, tagging. Bare is
`HTML(string).write_pdf()` of the very same text. They take turns; medians of CPU seconds count, as
the machine may be busy.
Acceptance (issue 6): at most twice the bare render.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import timedelta

import django

MOST_TIMES = 2.0


def main() -> int:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    name, make = _weekly(options.branch) if options.weekly else _plan(options.plan)
    ours, bare, pages = [], [], 0
    for _ in range(options.rounds + 1):  # the first of each warms fonts and charts up
        began = time.process_time()
        pages, html_of = make()
        ours.append(time.process_time() - began)
        bare.append(_bare(html_of()))
    one, other = statistics.median(ours[1:]), statistics.median(bare[1:])
    print(f"{name}: {pages} pages")
    print(f"ours {one:.2f} s CPU, {pages / one:.1f} pages/s; bare {other:.2f} s CPU")
    print(f"{one / other:.2f} times the bare render (at most {MOST_TIMES})")
    return 0 if one <= MOST_TIMES * other else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.plan_pdf", description=__doc__)
    parser.add_argument("--plan", default="KP-2027-C0001")
    parser.add_argument("--weekly", action="store_true", help="the weekly file of a branch")
    parser.add_argument("--branch", default="", help="its code; the first one by default")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _plan(number: str):
    """(name, what sets it once: pages, and the HTML of it to be asked for)."""
    from django.template.loader import render_to_string  # noqa: PLC0415 - only after setup
    from django.utils import timezone  # noqa: PLC0415

    from planning import paper_reports, plan_pdf_reports  # noqa: PLC0415
    from planning.models import PlanVersion  # noqa: PLC0415

    rows = PlanVersion.objects.select_related("plan__author", "plan__branch")
    version = rows.filter(plan__number=number).order_by("-number").first()
    if version is None:
        sys.exit(f"没有计划 {number}，请先载入演示数据。")

    def make():
        paper = paper_reports.paper(version, version.plan.author, timezone.now())
        _, pages = plan_pdf_reports.pdf(paper)
        context = plan_pdf_reports.context_of
        return pages, lambda: render_to_string(plan_pdf_reports.TEMPLATE, context(paper))

    return str(version), make


def _weekly(code: str):
    """As _plan: this week's file of a whole branch; nothing is stored."""
    from django.template.loader import render_to_string  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from planning import weekly_pdf_reports as reports  # noqa: PLC0415
    from planning.models import MarketingPlan, PlanExport  # noqa: PLC0415
    from staff.models import Branch  # noqa: PLC0415

    planned = MarketingPlan.objects.order_by().values("branch")
    branches = Branch.objects.filter(pk__in=planned).order_by("pk")
    branch = (branches.filter(code=code) if code else branches).first()
    if branch is None:
        sys.exit("没有做计划的分公司，请先载入演示数据。")
    now = timezone.now()
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    export = PlanExport(branch=branch, scope="branch", monday=monday, version=1, why="on_demand")

    def make():
        weekly = reports.gather(export, now)
        _, pages = reports.pdf(weekly)
        return pages, lambda: render_to_string(reports.TEMPLATE, reports.context_of(weekly))

    return f"{branch} {monday}", make


def _bare(html: str) -> float:
    from weasyprint import HTML  # noqa: PLC0415

    from core.pdf import SCHEME, AssetFetcher  # noqa: PLC0415

    began = time.process_time()
    HTML(string=html, base_url=SCHEME, url_fetcher=AssetFetcher()).write_pdf()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
