"""The weekly file put together and set: cover, contents, what changed, then ① to ⑧ (§B.13)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from core import clock
from core.charts import Chart, Series, bar_chart
from core.pdf import TAGGED, render_counted
from core.templatetags.fmt import clock as clock_words
from core.templatetags.fmt import day
from planning import weekly_change_reports, weekly_plan_reports, weekly_work_reports
from planning.actions.exporting import Made
from planning.export_rules import week_words
from planning.models import PlanExport
from planning.paper_reports import INTERNAL
from planning.target_rules import QUARTER_NAMES
from planning.weekly_scope_reports import Chapter, Scope, scope_of

TEMPLATE = "planning/pdf_weekly.html"
MOST_CHARACTERS = 2_000_000
NO_TENDERS = "招投标节点尚未纳入本系统，第 6 章（投标节点）暂缺。"


@dataclass(frozen=True)
class Weekly:
    """`key_figures` are of the cover: (number, what)."""

    export: PlanExport
    scope: Scope
    level: str
    week: str
    made_at: datetime
    key_figures: list[tuple[str, str]]
    chapters: list[Chapter]
    figures: dict

    @property
    def footer(self) -> str:
        return (
            f"{self.export.about()} {self.export.monday:%Y-%m-%d} 周报 第 {self.export.version} 版"
        )

    @property
    def by(self) -> str:
        who = self.export.requested_by.name if self.export.requested_by else "系统"
        return f"{who} {day(self.made_at)} {clock_words(self.made_at)} 生成"

    @property
    def charts(self) -> dict[int, Chart]:
        """{year: drawing of target and actual by quarter}."""
        parts = (part.progress for chapter in self.chapters for part in chapter.parts)
        return {one.year: _chart(one) for one in parts if one}


def make(export: PlanExport, step: Callable[[int], None]) -> Made:
    """The file of `export` as the database is now; `step` hears which step begins."""
    weekly = gather(export, clock.now())
    step(2)
    content, pages = pdf(weekly)
    return Made(content, pages, weekly.figures)


def pdf(weekly: Weekly) -> tuple[bytes, int]:
    return render_counted(TEMPLATE, context_of(weekly), MOST_CHARACTERS, TAGGED)


def context_of(weekly: Weekly) -> dict:
    return {"weekly": weekly, "no_tenders": NO_TENDERS}


def gather(export: PlanExport, now: datetime) -> Weekly:
    """Everything at one instant: no number of the file is older than another."""
    with _one_instant():
        scope = scope_of(export, now)
        figures = weekly_change_reports.figures(scope)
        chapters = [
            weekly_change_reports.changes(scope, figures),
            weekly_plan_reports.progress(scope),
            weekly_plan_reports.waiting(scope),
            weekly_work_reports.visits(scope),
            weekly_work_reports.duties(scope),
            weekly_work_reports.opportunities(scope),
            weekly_work_reports.keeping(scope),
            weekly_work_reports.rates(scope),
        ]
        return Weekly(
            export, scope, INTERNAL, week_words(export.monday), now, list(_key_figures(scope)),
            chapters, figures,
        )  # fmt: skip


@contextmanager
def _one_instant() -> Iterator[None]:
    """SQLite reads one state in a transaction anyway."""
    is_outer = not connection.in_atomic_block
    with transaction.atomic():
        if is_outer and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _key_figures(scope: Scope) -> Iterator[tuple[str, str]]:
    yield str(weekly_work_reports.customer_count(scope)), "客户"
    yield str(scope.plans.count()), "计划"
    yield str(weekly_work_reports.visits_of(scope).count()), "本周拜访"
    late = weekly_work_reports.duties_of(scope).filter(due_at__lt=scope.now)
    yield str(late.count()), "逾期任务"
    yield str(weekly_work_reports.contracts_of(scope).count()), "90 天内到期未续"
    yield str(weekly_work_reports.cases_of(scope).count()), "红橙预案"


def _chart(progress: weekly_plan_reports.Progress) -> Chart:
    _, whole = progress.rows[-1]
    series = [
        Series("目标", [one.target for one in whole[:4]]),
        Series("实际", [one.actual for one in whole[:4]]),
    ]
    year = whole[4]
    alt = f"{progress.year} 年目标 {year.target:.2f} 万元，实际 {year.actual:.2f} 万元。"
    return bar_chart("目标与实际（万元）", list(QUARTER_NAMES.values()), series, alt=alt)
