"""What customers were billed, by quarter and business, in 万元; summed by the database (R45)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Case, CharField, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractQuarter, ExtractYear

from accounts.models import BillLine, MonthlyBill
from accounts.revenue_rules import LINE_OF_ITEM
from planning import target_rules as rules

OTHER = ""
"""The line of what belongs to no business: adjustments, and bills without items (D7)."""


def billed(customers: QuerySet, *years: int) -> dict[int, rules.Five]:
    """{year: quarters and year} of the bills of `customers`, as they were reported. One query.

    `customers` are rows or their keys, to be asked for with `__in`.
    """
    bills = MonthlyBill.objects.filter(customer__in=customers.order_by(), **_within(years, "month"))
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    # By month: taking year and quarter out of each bill costs more than adding it up.
    for month, total in bills.order_by().values_list("month").annotate(total=Sum("reported_total")):
        sums[month.year, (month.month + 2) // 3] += total
    return {year: _five(sums, year) for year in years}


def billed_by_line(
    customers: QuerySet, *years: int, whole: dict[int, rules.Five] | None = None
) -> dict[int, dict[str, rules.Five]]:
    """{year: {business line: quarters and year}}; OTHER for what is left of the reported total.

    Two queries; one with `whole`, what `billed` found for the same.
    """
    customers = customers.order_by()
    lines = BillLine.objects.filter(
        bill__customer__in=customers, **_within(years, "bill__month")
    ).exclude(item=BillLine.Item.ADJUSTMENT)
    rows = lines.order_by().values_list(
        ExtractYear("bill__month"), ExtractQuarter("bill__month"), _line_of_item()
    )
    sums: dict = defaultdict(dict)
    for year, quarter, line, total in rows.annotate(total=Sum("amount")):
        sums[line][year, quarter] = total
    whole = billed(customers, *years) if whole is None else whole
    return {year: _with_rest(sums, whole[year], year) for year in years}


def billed_by_month(customers: QuerySet, *years: int) -> dict[tuple[date, str], Decimal]:
    """{(month, business line): 元} of the items of the bills, without adjustments. One query."""
    lines = BillLine.objects.filter(
        bill__customer__in=customers.order_by(), **_within(years, "bill__month")
    ).exclude(item=BillLine.Item.ADJUSTMENT)
    rows = lines.order_by().values_list("bill__month", _line_of_item())
    return {(month, line): total for month, line, total in rows.annotate(total=Sum("amount"))}


def _with_rest(sums: dict, whole: rules.Five, year: int) -> dict[str, rules.Five]:
    known = {line: _five(parts, year) for line, parts in sums.items() if line != OTHER}
    rest = rules.minus(whole, rules.grand_total(known))
    return {line: five for line, five in known.items() if any(five)} | {
        OTHER: rules.with_year(rest)
    }


def _within(years: Sequence[int], field: str) -> dict:
    return {
        f"{field}__gte": date(min(years), 1, 1),
        f"{field}__lt": date(max(years) + 1, 1, 1),
    }


def _line_of_item() -> Case:
    items: dict[str, list[str]] = defaultdict(list)
    for item, line in LINE_OF_ITEM.items():
        items[line].append(item)
    cases = [When(item__in=members, then=Value(line)) for line, members in items.items()]
    return Case(*cases, default=Value(OTHER), output_field=CharField())


def _five(sums: dict, year: int) -> rules.Five:
    quarters = [rules.in_wan(sums.get((year, number), rules.ZERO)) for number in range(1, 5)]
    return rules.with_year(quarters)
