"""What all reading pages share: which run, in whose scope, and files that leave a trace."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from core import audit, exports
from valuation import reading_reports
from valuation.models import ValuationRun

LEVEL = "密级：内部"
PAGES = (
    ("valuation:ranking", "排名"),
    ("valuation:matrix", "矩阵"),
    ("valuation:pareto", "集中度与行业"),
    ("valuation:revenue", "收入分析"),
    ("valuation:report", "评估报告"),
)


@dataclass(frozen=True)
class Reading:
    """The run that the address names, or the latest; None before anything was published."""

    run: ValuationRun | None
    offered: list[ValuationRun]
    pages: tuple = PAGES

    @property
    def query(self) -> str:
        return f"run={self.run.pk}" if self.run else ""


def number(text: str) -> int | None:
    """A primary key in an address; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def reading(request) -> Reading:
    """404 for a run that is not published, is of another branch or does not exist."""
    text = request.GET.get("run", "")
    if not text:
        run = reading_reports.latest_run(request.user)
    elif number(text) is None:
        raise Http404
    else:
        run = get_object_or_404(reading_reports.readable_runs(request.user), pk=number(text))
    return Reading(run, reading_reports.offered_runs(request.user))


def must_read(request) -> Reading:
    """As `reading`, for files: without a run there is nothing to be had."""
    found = reading(request)
    if found.run is None:
        raise Http404
    return found


def file(request, target, name: str, header: list[str], rows: list):
    """An xlsx with the level on it; the trail says who took how much of what."""
    changes = {"行数": ["", str(len(rows))], "密级": ["", "内部"], "内容": ["", name]}
    audit.record(verb="valuation.exported", target=target, by=request.user, changes=changes)
    return exports.xlsx_response(name, header, rows, note=LEVEL)
