"""Composite rank beside revenue and profit rank (R50), and the ranking as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from valuation.models import CustomerValuation, ValuationRun
from valuation.reading_reports import differs_in_grade

ORDERS = {"rank": "综合价值", "revenue_rank": "收入", "profit_rank": "利润"}
UNRANKED = "none"
HEADER = [
    "客户编码", "客户", "行业", "客户经理", "综合得分", "综合名次", "收入名次", "利润名次",
    "较收入名次", "较利润名次", "当前价值", "潜在价值", "忠诚度", "社会影响力", "象限",
    "价值与忠诚", "建议等级", "现等级", "月均收入（元）", "月均利润（元）", "有缺项",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One customer. A shift is positive where the composite ranks it higher than the money does."""

    row: CustomerValuation
    industry: str

    @property
    def by_revenue(self) -> int | None:
        return _shift(self.row.revenue_rank, self.row.rank)

    @property
    def by_profit(self) -> int | None:
        return _shift(self.row.profit_rank, self.row.rank)

    @property
    def is_other_grade(self) -> bool:
        return bool(self.row.grade) and self.row.grade != self.row.customer.grade


def _shift(money: int | None, composite: int | None) -> int | None:
    return None if money is None or composite is None else money - composite


def lines(rows: Iterable[CustomerValuation], names: dict[int, str]) -> list[Line]:
    return [Line(row, names.get(row.industry_ref, "—")) for row in rows]


@dataclass(frozen=True)
class Totals:
    """Counts of what the reader may see."""

    customers: int
    unranked: int
    missing: int
    differs: int


def totals(found: QuerySet) -> Totals:
    counted = found.order_by().aggregate(
        customers=Count("pk"),
        unranked=Count("pk", filter=Q(rank=None)),
        missing=Count("pk", filter=Q(has_missing=True)),
    )
    return Totals(**counted, differs=differs_in_grade(found).count())


def file_rows(found: QuerySet, names: dict[int, str]) -> Iterator[list]:
    for line in lines(found, names):
        row = line.row
        yield [
            row.customer.code, row.customer.name, line.industry, row.customer.manager.name,
            row.composite, row.rank, row.revenue_rank, row.profit_rank, line.by_revenue,
            line.by_profit, row.current, row.potential, row.loyalty, row.social,
            row.get_quadrant_display(), row.get_loyalty_cell_display(), row.grade,
            row.customer.grade, row.revenue, row.profit, row.has_missing,
        ]  # fmt: skip


def file_name(run: ValuationRun) -> str:
    return f"客户价值排名 {run}（内部）"
