"""What the pages of a plan show: the list, the one page, a section with its tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import MonthlyBill, ServiceContract
from core.charts import Chart, Series, stacked_chart
from opportunities.models import Opportunity
from planning import customer_facts, plan_facts, table_rules
from planning.actions.snapshots import content_of
from planning.models import (
    MarketingPlan,
    PlanComment,
    PlanPreparationTask,
    PlanRow,
    PlanSection,
    PlanVersion,
)
from planning.outline_rules import CHAPTERS, OUTLINES, QUARTERS, Section, Table
from planning.review_reports import Linked, findings, linked
from planning.target_rules import KINDS

HEADER = (
    "编号", "类型", "年度", "客户、行业或分公司", "版本", "状态", "编写人", "责任人", "提交期限",
    "提交时间", "批准时间", "存量（万元）", "增量（万元）", "策反（万元）", "合计（万元）",
)  # fmt: skip
ZERO = Decimal(0)


# --- the list -------------------------------------------------------------------------------------
def tally(plans: QuerySet[MarketingPlan]) -> dict[str, int]:
    """How many, how many are late. Two counts, one query."""
    return plans.order_by().aggregate(count=Count("pk"))


def year_sums(plans: Iterable[MarketingPlan]) -> dict[int, dict[str, Decimal]]:
    """{plan: {kind: own lines of the year}} of the current versions. One query."""
    from_lines: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = PlanVersion.objects.filter(pk__in=[plan.current_id for plan in plans])
    for plan, kind, year in (
        rows.order_by().values_list("plan", "targets__kind").annotate(total=Sum("targets__year"))
    ):
        if kind:
            from_lines[plan][kind] = year
    return from_lines


def export_rows(plans: QuerySet[MarketingPlan]) -> Iterator[list]:
    plans = list(plans.select_related("customer", "industry", "branch", "author", "responsible",
                                      "current"))  # fmt: skip
    sums = year_sums(plans)
    for plan in plans:
        amounts = [sums[plan.pk].get(kind, ZERO) for kind in KINDS]
        version = plan.current
        yield [
            plan.number, plan.get_kind_display(), plan.year, plan.about(), version.number,
            version.get_state_display(), str(plan.author), str(plan.responsible), plan.due_on,
            version.submitted_at, version.approved_at, *amounts, sum(amounts),
        ]  # fmt: skip


# --- the one page ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """A section on the page: its text, its tables, what is open about it."""

    section: Section
    row: PlanSection
    tables: list["Grid"]
    remarks: int
    has_targets: bool = False

    @property
    def state(self) -> str:
        """ "written", "none" (with its reason), "empty"."""
        if self.has_targets or self.row.text.strip() or any(grid.rows for grid in self.tables):
            return "written"
        return "none" if self.row.none_reason else "empty"


@dataclass(frozen=True)
class Grid:
    """A table as it is shown: lines of (column, shown text)."""

    table: Table
    rows: list["Line"] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    row: PlanRow
    cells: list[tuple]
    lacking: list[str]


def parts_of(version: PlanVersion) -> list[Part]:
    """Every section of a version in order. Four queries."""
    kind = version.plan.kind
    sections = {row.code: row for row in version.sections.select_related("updated_by")}
    rows = defaultdict(list)
    for row in version.rows.select_related("updated_by"):
        rows[row.table].append(row)
    remarks = Counter(
        version.comments.filter(resolved_at=None).order_by().values_list("code", flat=True)
    )
    has_targets = version.targets.filter(year__gt=0).exists()
    return [
        Part(
            section,
            sections.get(section.code) or PlanSection(version=version, code=section.code),
            [grid_of(table, rows[table.code]) for table in section.tables],
            remarks[section.code],
            section.has_targets and has_targets,
        )
        for section in OUTLINES[kind]
    ]


def grid_of(table: Table, rows: Iterable[PlanRow]) -> Grid:
    """In the order that the table is read by; without one as the rows come."""
    ordered = sorted(rows, key=lambda row: table_rules.place(table, row.cells))
    return Grid(table, [_line(table, row) for row in ordered])


def _line(table: Table, row: PlanRow) -> Line:
    cells = table_rules.shown_cells(table, row.cells)
    return Line(row, cells, table_rules.lacking(table, row.cells))


@dataclass(frozen=True)
class Overview:
    sums: list[tuple[str, list[Decimal]]]
    total: list[Decimal]
    chart: Chart | None
    missing: list[Linked]
    noted: list[Linked]
    tasks: list[PlanPreparationTask]
    comments: list[PlanComment]
    chapters: list[tuple[str, str, list[Part]]]
    facts: list[tuple[str, str]]


def overview(version: PlanVersion) -> Overview:
    """Everything of the one-page view."""
    plan, content = version.plan, content_of(version)
    sums = [
        (label, [Decimal(v) for v in content["sums"].get(kind, ["0"] * 5)])
        for kind, label in KINDS.items()
    ]
    total = [Decimal(value) for value in content["total"]]
    found = linked(plan, findings(version, content))
    by_chapter: dict[str, list[Part]] = {}
    for part in parts_of(version):
        by_chapter.setdefault(part.section.chapter, []).append(part)
    return Overview(
        sums=sums,
        total=total,
        chart=_chart(sums) if total[4] else None,
        missing=[one for one in found if one.finding.is_blocking],
        noted=[one for one in found if not one.finding.is_blocking],
        tasks=list(plan.tasks.select_related("owner", "done_by")),
        comments=list(version.comments.filter(resolved_at=None).select_related("author")),
        chapters=[(code, CHAPTERS.get(code, ""), parts) for code, parts in by_chapter.items()],
        facts=key_facts(plan),
    )


def _chart(sums) -> Chart:
    series = [Series(label, [float(v) for v in values[:4]]) for label, values in sums]
    return stacked_chart("按季度的目标", list(QUARTERS.values()), series, unit="万元")


def key_facts(plan: MarketingPlan) -> list[tuple[str, str]]:
    """(label, words) about the customer; empty for the other types. Three queries."""
    if plan.customer is None:
        return []
    customer = plan.customer
    bills = MonthlyBill.objects.filter(customer=customer, month__year=plan.year - 1)
    billed = bills.aggregate(total=Sum("reported_total"), months=Count("month", distinct=True))
    contract = ServiceContract.objects.filter(customer=customer).order_by("-ends_on").first()
    running = Opportunity.objects.running().filter(customer=customer)
    chances = running.aggregate(count=Count("pk"), amount=Sum("amount"))
    facts = [
        ("客户等级", customer.get_grade_display()),
        ("客户经理", str(customer.manager)),
        (f"{plan.year - 1} 年已出账", _billed(billed)),
        ("最晚到期的合同", f"{contract.name}，{contract.ends_on:%Y-%m-%d}" if contract else ""),
        ("进行中的商机", _chances(chances)),
    ]
    return [(label, words) for label, words in facts if words]


def _billed(billed) -> str:
    if not billed["months"]:
        return ""
    return f"{billed['total'] / customer_facts.WAN:.2f} 万元（{billed['months']} 个月）"


def _chances(chances) -> str:
    if not chances["count"]:
        return ""
    return f"{chances['count']} 条，{chances['amount'] / customer_facts.WAN:.2f} 万元"


# --- facts of today -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Drift:
    """A row that was taken from today's facts and what they say now."""

    row: PlanRow
    changes: list[tuple[str, str, str]]
    is_gone: bool = False

    @property
    def name(self) -> str:
        """What the row is about: its first cells."""
        return " · ".join([text for text in self.row.cells.values() if text][:2])


def drifts(version: PlanVersion, grid: Grid) -> dict[int, Drift]:
    """{row: Drift} of rows of one table that differ from today's facts."""
    sourced = [line.row for line in grid.rows if line.row.source]
    if not sourced:
        return {}
    today = customer_facts.by_source(plan_facts.facts_of(version.plan))
    found = {}
    for row in sourced:
        if row.source not in today:
            if row.source.split(":")[0] in plan_facts.SOURCES:
                found[row.pk] = Drift(row, [], is_gone=True)
            continue
        changes = list(_changes(grid.table, row.cells, today[row.source]))
        if changes:
            found[row.pk] = Drift(row, changes)
    return found


def _changes(table: Table, cells: dict, today: dict) -> Iterator[tuple[str, str, str]]:
    clean, _ = table_rules.clean_cells(table, today)
    for column in table.columns:
        if column.code not in clean:
            continue  # the customer view does not say
        old, new = cells.get(column.code, ""), clean[column.code]
        if old != new:
            yield (
                column.label,
                table_rules.shown(column, old),
                table_rules.shown(column, new),
            )


def comments_of(version: PlanVersion, code: str) -> list[PlanComment]:
    rows = version.comments.filter(code=code).select_related("author", "resolved_by")
    return list(rows.order_by("resolved_at", "at", "pk"))


def waiting(version: PlanVersion) -> QuerySet[PlanComment]:
    return PlanComment.objects.filter(Q(version=version), resolved_at=None)
