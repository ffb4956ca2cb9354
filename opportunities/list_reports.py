"""What a list, a board and a file say of a set of opportunities."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum

from opportunities.models import Opportunity, OpportunityStage, Stage
from opportunities.stage_reports import Standing, standing

CARDS = 12
BOARD = (
    Stage.IDENTIFIED, Stage.QUALIFIED, Stage.APPROVED, Stage.SOLUTION, Stage.PROPOSAL,
    Stage.NEGOTIATION, Stage.CONTRACTING, Stage.SUSPENDED,
)  # fmt: skip
HEADER = (
    "商机编号", "客户编码", "客户", "商机名称", "类型", "来源", "阶段", "环节", "一次性金额（元）",
    "年金额（元）", "转化可能性（%）", "加权金额（元）", "预计签约", "进入本阶段", "负责人", "部门",
    "客户的需求",
)  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """How many, their amount and their weighted amount in 元."""

    count: int
    amount: Decimal
    weighted: Decimal


def sums(rows: QuerySet[Opportunity]) -> Sums:
    """One query over exactly these rows (§B.4)."""
    found = rows.order_by().aggregate(**_totals())
    return Sums(found["count"], found["total"] or Decimal(0), _of_hundred(found["points"]))


def _totals() -> dict:
    return {
        "count": Count("pk"),
        "total": Sum("amount"),
        "points": Sum(F("amount") * F("probability")),
    }


def _of_hundred(points) -> Decimal:
    return Decimal(points or 0) / 100


@dataclass(frozen=True)
class Column:
    """One stage of the board: its first cards, and the sums of all of them."""

    stage: OpportunityStage
    sums: Sums
    cards: list[Standing]

    @property
    def hidden(self) -> int:
        return self.sums.count - len(self.cards)


def board(rows: QuerySet[Opportunity], today: date) -> list[Column]:
    """Ten queries, however many opportunities there are; the longest standing first."""
    totals = {
        row["stage"]: Sums(row["count"], row["total"] or Decimal(0), _of_hundred(row["points"]))
        for row in rows.order_by().values("stage").annotate(**_totals())
    }
    ladder = {row.code: row for row in OpportunityStage.objects.all()}
    related = rows.select_related("customer", "owner").order_by("stage_since", "pk")
    columns = []
    for code in BOARD:
        limit, shown = ladder[code].stale_days, related.filter(stage=code)[:CARDS]
        cards = [standing(row, today, limit) for row in shown]
        none = Sums(0, Decimal(0), Decimal(0))
        columns.append(Column(ladder[code], totals.get(code, none), cards))
    return columns


def export_rows(rows: QuerySet[Opportunity]) -> Iterator[list]:
    """Rows under HEADER; read in portions."""
    phases = {row.code: row.get_phase_display() for row in OpportunityStage.objects.all()}
    for row in rows.iterator(chunk_size=1000):
        yield [
            row.pk, row.customer.code, row.customer.name, row.name, row.get_kind_display(),
            row.get_source_display(), row.get_stage_display(), phases[row.stage],
            row.one_off_amount, row.annual_amount, row.probability, row.weighted,
            row.expected_close, row.stage_since, row.owner.name,
            row.customer.department.name if row.customer.department else "", row.need_text,
        ]  # fmt: skip
