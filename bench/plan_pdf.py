"""Our PDF of a plan beside a bare WeasyPrint render of the same HTML, in one run.

    python -m bench.plan_pdf [--plan KP-2027-C0001] [--rounds 3]

On the database of the environment (make run's own by default). Ours is everything a click costs:
reading the version, drawing the quarters, setting, tagging. Bare is `HTML(string).write_pdf()` of
the very same text. They take turns; medians of CPU seconds count, as the machine may be busy.
Acceptance (issue 6): at most twice the bare render.
"""

import argparse
import os
import statistics
import sys
import time

import django

MOST_TIMES = 2.0


def main() -> int:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    ours, bare, pages = [], [], 0
    version, reader = _version(options.plan)
    for _ in range(options.rounds + 1):  # the first of each warms fonts and charts up
        spent, html, pages = _ours(version, reader)
        ours.append(spent)
        bare.append(_bare(html))
    one, other = statistics.median(ours[1:]), statistics.median(bare[1:])
    print(f"{version}: {pages} pages")
    print(f"ours {one:.2f} s CPU, {pages / one:.1f} pages/s; bare {other:.2f} s CPU")
    print(f"{one / other:.2f} times the bare render (at most {MOST_TIMES})")
    return 0 if one <= MOST_TIMES * other else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.plan_pdf", description=__doc__)
    parser.add_argument("--plan", default="KP-2027-C0001")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _version(number: str):
    from planning.models import PlanVersion  # noqa: PLC0415 - models exist only after setup

    rows = PlanVersion.objects.select_related("plan__author", "plan__branch")
    version = rows.filter(plan__number=number).order_by("-number").first()
    if version is None:
        sys.exit(f"没有计划 {number}，请先载入演示数据。")
    return version, version.plan.author


def _ours(version, reader) -> tuple[float, str, int]:
    from django.template.loader import render_to_string  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from planning import paper_reports, plan_pdf_reports  # noqa: PLC0415

    began = time.process_time()
    paper = paper_reports.paper(version, reader, timezone.now())
    _, pages = plan_pdf_reports.pdf(paper)
    spent = time.process_time() - began
    context = plan_pdf_reports.context_of(paper)
    return spent, render_to_string(plan_pdf_reports.TEMPLATE, context), pages


def _bare(html: str) -> float:
    from weasyprint import HTML  # noqa: PLC0415

    from core.pdf import SCHEME, AssetFetcher  # noqa: PLC0415

    began = time.process_time()
    HTML(string=html, base_url=SCHEME, url_fetcher=AssetFetcher()).write_pdf()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
