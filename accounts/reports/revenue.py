"""业务与账单: bills by month and item, differences, products, operators (R69, D7, §B.3)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Max, Q

from accounts import revenue_rules as rules
from accounts.models import BillLine, BusinessLine, Customer, MonthlyBill, Operator
from accounts.revenue_drawing import Chart, chart

ZERO = Decimal(0)
ITEMS = dict(BillLine.Item.choices)
WHOLE = "whole"
"""A bill of which only the total is known."""


@dataclass(frozen=True)
class BillRow:
    """One bill with its lines; `check` compares its two totals."""

    bill: MonthlyBill
    lines: dict[str, Decimal]
    check: rules.BillCheck

    @property
    def shares(self) -> list[tuple[str, str, Decimal, Decimal]]:
        """(code, label, 元, percent) of each line without the adjustment."""
        found = rules.shares(self.lines)
        return [(code, ITEMS[code], self.lines[code], share) for code, share in found.items()]

    @property
    def days_late(self) -> int | None:
        """Days between due and paid, 0 when in time; None when a date is missing."""
        bill = self.bill
        if bill.due_on is None or bill.paid_on is None:
            return None
        return max((bill.paid_on - bill.due_on).days, 0)


@dataclass(frozen=True)
class MonthRow:
    """One month over all accounts; a month without any bill has no `bills`."""

    month: date
    bills: tuple[BillRow, ...]
    amounts: dict[str, Decimal]
    mom: Decimal | None
    yoy: Decimal | None

    @property
    def reported(self) -> Decimal:
        return sum((row.check.reported for row in self.bills), ZERO)

    @property
    def computed(self) -> Decimal:
        return sum((row.check.computed for row in self.bills), ZERO)

    @property
    def difference(self) -> Decimal:
        return self.computed - self.reported

    def cells(self, codes) -> list[Decimal | None]:
        return [self.amounts.get(code) for code in codes]


@dataclass(frozen=True)
class Revenue:
    """`rows` newest first; `differing` are bills whose totals disagree, of any month."""

    rows: list[MonthRow]
    columns: list[tuple[str, str]]
    chart: Chart | None
    differing: list[BillRow]
    shares: list[tuple[str, str, Decimal, Decimal]]
    year_total: Decimal
    paid_on_time: tuple[int, int]

    @property
    def latest(self) -> MonthRow | None:
        return self.rows[0] if self.rows else None

    @property
    def table(self) -> list[tuple[MonthRow, list[Decimal | None]]]:
        codes = [code for code, _ in self.columns]
        return [(row, row.cells(codes)) for row in self.rows]


def revenue(customer: Customer, months: int) -> Revenue:
    """The last `months` months that end with the newest bill. Three queries."""
    newest = customer.bills.aggregate(newest=Max("month"))["newest"]
    if newest is None:
        return Revenue([], [], None, [], [], ZERO, (0, 0))
    bills = _bills(customer, rules.months_back(newest, months + 12)[0])
    by_month = defaultdict(list)
    for row in bills:
        by_month[row.bill.month].append(row)
    window = rules.months_back(newest, months)
    rows = [_month(month, by_month) for month in window]
    year = [row for row in rows[-12:] if row.bills]
    amounts = _sum(row.amounts for row in year)
    return Revenue(
        rows=rows[::-1],
        columns=_columns(rows),
        chart=_chart(window, rows),
        differing=[row for row in bills if not row.check.agrees],
        shares=[(c, _label(c), amounts[c], s) for c, s in rules.shares(amounts).items()],
        year_total=sum((row.reported for row in year), ZERO),
        paid_on_time=_paid_on_time(year),
    )


def _bills(customer: Customer, since: date) -> list[BillRow]:
    wanted = Q(month__gte=since) | ~Q(computed_total=F("reported_total"))
    bills = customer.bills.filter(wanted).select_related("account").prefetch_related("lines")
    return [bill_row(bill) for bill in bills.order_by("-month", "pk")]


def bill_row(bill: MonthlyBill) -> BillRow:
    """`bill` with its prefetched lines; a bill without lines stands on its stored total."""
    found = {line.item: line.amount for line in bill.lines.all()}
    lines = {code: found[code] for code in ITEMS if code in found}
    check = rules.check_bill(bill.reported_total, lines)
    if not lines:
        check = rules.BillCheck(bill.reported_total, bill.computed_total, ZERO)
    return BillRow(bill, lines, check)


def _month(month: date, by_month) -> MonthRow:
    bills = tuple(by_month.get(month, ()))
    total = _total(bills)
    before, last_year = rules.months_back(month, 2)[0], rules.months_back(month, 13)[0]
    return MonthRow(
        month,
        bills,
        _sum(row.lines or {WHOLE: row.check.reported} for row in bills),
        rules.change(total, _total(by_month.get(before, ()))),
        rules.change(total, _total(by_month.get(last_year, ()))),
    )


def _total(bills) -> Decimal | None:
    return sum((row.check.reported for row in bills), ZERO) if bills else None


def _sum(amounts) -> dict[str, Decimal]:
    """Item → 元 over all of `amounts`, in the order of the items."""
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for one in amounts:
        for code, amount in one.items():
            found[code] += amount
    return {code: found[code] for code in (*ITEMS, WHOLE) if code in found}


def _columns(rows: list[MonthRow]) -> list[tuple[str, str]]:
    used = {code for row in rows for code in row.amounts}
    return [(code, label) for code, label in ITEMS.items() if code in used]


def _label(code: str) -> str:
    return ITEMS.get(code, "未分项")


def _chart(window: list[date], rows: list[MonthRow]) -> Chart:
    amounts = {row.month: row.amounts for row in rows if row.bills}
    return chart(window, amounts, width=620 if len(window) <= 12 else 900)


def _paid_on_time(rows: list[MonthRow]) -> tuple[int, int]:
    """(bills paid in time, bills with a due date) of these months (R53)."""
    due = [bill for row in rows for bill in row.bills if bill.bill.due_on]
    return sum(1 for bill in due if bill.days_late == 0), len(due)


@dataclass(frozen=True)
class Grid:
    """Business lines × operators of one year; `white` lines are sold by others only."""

    year: int | None
    rows: list["GridRow"]
    our_share: Decimal | None
    totals: list[Decimal]

    @property
    def whole(self) -> Decimal:
        return sum(self.totals, ZERO)

    @property
    def white(self) -> list["GridRow"]:
        return [row for row in self.rows if row.use.state == "white"]

    @property
    def white_total(self) -> Decimal:
        return sum((row.use.total for row in self.white), ZERO)


@dataclass(frozen=True)
class GridRow:
    label: str
    use: rules.LineUse
    usages: dict

    @property
    def cells(self) -> list:
        """(operator label, usage or None) in the order of the operators."""
        return [(label, self.usages.get(code)) for code, label in Operator.choices]


def operator_grid(customer: Customer) -> Grid:
    """What the customer buys from whom in the newest year that is known. One query."""
    newest = customer.usages.order_by("-year").values("year")[:1]
    usages = list(customer.usages.filter(year=newest))
    uses = rules.line_uses(
        BusinessLine.values, ((u.business_line, u.operator, u.amount) for u in usages)
    )
    by_line: dict[str, dict] = defaultdict(dict)
    for usage in usages:
        by_line[usage.business_line][usage.operator] = usage
    labels = dict(BusinessLine.choices)
    return Grid(
        year=usages[0].year if usages else None,
        rows=[GridRow(labels[use.line], use, by_line[use.line]) for use in uses],
        our_share=rules.our_share(uses),
        totals=[
            sum((use.amounts.get(code, ZERO) for use in uses), ZERO) for code in Operator.values
        ],
    )
