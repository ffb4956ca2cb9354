"""What a forecast starts with, who has handed in, and the sum of it all (R19, §B.7, §B.10)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from accounts.models import BillLine, BusinessLine, Customer, CustomerNeed
from accounts.revenue_rules import LINE_OF_ITEM
from opportunities import forecast_rules as rules
from opportunities.models import DemandForecast, DemandForecastLine, Opportunity
from staff.models import User

ZERO = Decimal(0)
MONEY = DecimalField(max_digits=18, decimal_places=4)
MOST_CHOICES = 50
State = DemandForecast.State


# --- one customer ---------------------------------------------------------------------------------
def bills_before(customer: Customer, month: date) -> list[tuple[date, dict[str, Decimal]]]:
    """The newest three billed months before `month`, oldest last: (month, {line: 元})."""
    months = list(
        customer.bills.filter(month__lt=month)
        .order_by("-month")
        .values_list("month", flat=True)
        .distinct()[: rules.AVERAGED]
    )
    found: dict[date, dict[str, Decimal]] = {one: {} for one in months}
    items = BillLine.objects.filter(bill__customer=customer, bill__month__in=months)
    for billed, item, amount in items.values_list("bill__month", "item", "amount"):
        line = LINE_OF_ITEM.get(item)
        if line:
            found[billed][line] = found[billed].get(line, ZERO) + amount
    return list(found.items())


def amounts_of(opportunity: Opportunity) -> dict[str, Decimal]:
    """元 a year by line; an opportunity that was not spread goes where its type belongs.

    `opportunity.lines` are prefetched. They spread the whole amount; a year of it is their share.
    """
    if not opportunity.annual_amount:
        return {}
    lines = list(opportunity.lines.all())
    whole = sum((line.amount for line in lines), ZERO)
    if not whole:
        return {rules.LINE_OF_KIND[opportunity.kind]: opportunity.annual_amount}
    annual = opportunity.annual_amount
    return {
        line.business_line: (annual * line.amount / whole).quantize(rules.CENT) for line in lines
    }


def proposal(customer: Customer, month: date) -> list[rules.Suggested]:
    """The lines of §B.10 for this customer and month. Five queries."""
    bills = bills_before(customer, month)
    last = bills[0][0] if bills else rules.shifted(month, -1)
    contracts = [
        rules.Contract(c.starts_on, c.ends_on, c.annual_amount, c.is_auto_renewed)
        for c in customer.contracts.all()
    ]
    running = customer.opportunities.all().running().prefetch_related("lines")
    prospects = [
        rules.Prospect(
            one.pk,
            amounts_of(one),
            one.probability,
            rules.first_of(one.expected_close) if one.expected_close else None,
        )
        for one in running
    ]
    change = rules.contract_change(contracts, last, month)
    billed = [lines for _, lines in bills]
    return rules.suggestion(BusinessLine.values, billed, change, prospects, month)


def as_lines(found: Iterable[rules.Suggested]) -> list[DemandForecastLine]:
    """A proposal as unsaved lines."""
    return [
        DemandForecastLine(
            business_line=one.line,
            existing_revenue=one.existing,
            new_revenue_12m=one.new_12m,
            probability=one.probability,
            start_month=one.start,
            opportunity_id=one.opportunity,
        )
        for one in found
    ]


def copied(customer: Customer, month: date, proposed: list[DemandForecastLine]):
    """Last month's new business beside this month's existing revenue; None without one (R19)."""
    before = DemandForecast.objects.filter(customer=customer, month=rules.shifted(month, -1))
    old = {line.business_line: line for line in DemandForecastLine.objects.filter(
        forecast__in=before)}  # fmt: skip
    if not old:
        return None
    kept = ("new_volume", "unit", "new_revenue_12m", "start_month", "probability", "need_id",
            "opportunity_id", "reason", "remark")  # fmt: skip
    for line in proposed:
        if line.business_line in old:
            for name in kept:
                setattr(line, name, getattr(old[line.business_line], name))
    return proposed


def bases_of(customer: Customer) -> tuple[list[CustomerNeed], list[Opportunity]]:
    """What a line may be linked to: needs that are not dropped and running opportunities."""
    needs = customer.needs.exclude(status=CustomerNeed.Status.DROPPED).order_by("-pk")
    running = customer.opportunities.all().running().order_by("-pk")
    return list(needs[:MOST_CHOICES]), list(running[:MOST_CHOICES])


def total_expected(lines: Iterable[DemandForecastLine], month: date) -> Decimal:
    return sum((expected_of(line, month) for line in lines), ZERO)


def expected_of(line: DemandForecastLine, month: date) -> Decimal:
    return rules.expected(
        line.existing_revenue, line.new_revenue_12m, line.probability, line.start_month, month
    )


# --- who has handed in ----------------------------------------------------------------------------
def customers_with_state(user: User, month: date) -> QuerySet[Customer]:
    """Customers that `user` sees, with `forecast_id` and `forecast_state` of `month` (or null)."""
    seen = Customer.objects.visible_to(user).exclude(lifecycle=Customer.Lifecycle.LOST)
    of_month = FilteredRelation("forecasts", condition=Q(forecasts__month=month))
    return seen.annotate(of_month=of_month).annotate(
        forecast_id=F("of_month__pk"), forecast_state=F("of_month__state")
    )


MUST = Q(grade__in=rules.GRADES, is_managed=True)


def tally(user: User, month: date) -> dict[str, int]:
    """How many of the customers that must have one stand where. One query."""
    found = customers_with_state(user, month).filter(MUST).order_by()
    counts = {code: Count("pk", Q(forecast_state=code)) for code in State.values}
    return found.aggregate(missing=Count("pk", Q(forecast_state=None)), **counts)


# --- the sum --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class By:
    """One way to sum: the field of a line that is its key, and the one that is its name."""

    label: str
    key: str
    name: str


GROUPS = {
    "manager": By("客户经理", "forecast__author", "forecast__author__name"),
    "department": By("部门", "forecast__customer__department",
                     "forecast__customer__department__name"),
    "industry": By("行业", "forecast__customer__industry", "forecast__customer__industry__name"),
    "line": By("业务", "business_line", "business_line"),
}  # fmt: skip
TOLD = (State.SUBMITTED, State.REVIEWED, State.LOCKED)


@dataclass(frozen=True)
class Row:
    """One group: 元; `actual` is None while no bill of the month is there."""

    key: object
    name: str
    customers: int
    existing: Decimal
    new_12m: Decimal
    expected: Decimal
    compared: Decimal | None = None
    actual: Decimal | None = None
    accuracy: Decimal | None = None
    wape: Decimal | None = None


def told_lines(user: User, month: date) -> QuerySet[DemandForecastLine]:
    """The lines that were handed in for `month`, of customers that `user` sees."""
    forecasts = DemandForecast.objects.visible_to(user).filter(month=month, state__in=TOLD)
    handed_in = forecasts.exclude(submitted_at=None)
    return DemandForecastLine.objects.filter(forecast__in=handed_in)


def _expected(month: date):
    """The same as rules.expected, in SQL, before rounding."""
    coming = Q(start_month=None) | Q(start_month__lte=month)
    # Times 0.01 first: SQLite would divide whole numbers and drop what is left.
    share = ExpressionWrapper(
        F("new_revenue_12m") * F("probability") * Value(Decimal("0.01")) / Value(Decimal(12)),
        output_field=MONEY,
    )
    return F("existing_revenue") + Case(
        When(coming, then=share), default=Value(ZERO), output_field=MONEY
    )


def roll_up(user: User, month: date, group: str) -> list[Row]:
    """Every group, largest expectation first. Four queries whatever the number of customers."""
    by = GROUPS[group]
    lines = told_lines(user, month)
    found = (
        lines.order_by()
        .values(by.key, by.name)
        .annotate(
            customers=Count("forecast", distinct=True),
            existing=Sum("existing_revenue"),
            new_12m=Sum("new_revenue_12m"),
            expected=Sum(_expected(month), output_field=MONEY),
        )
    )
    pairs = _pairs(lines, month, group)
    rows = [_row(line, by, pairs.get(line[by.key], [])) for line in found]
    return sorted(rows, key=lambda row: (-row.expected, row.name))


def _row(line: Mapping, by: By, pairs: list[tuple[Decimal, Decimal]]) -> Row:
    name = line[by.name]
    if by.key == "business_line":
        name = BusinessLine(name).label
    return Row(
        line[by.key], name, line["customers"], _cents(line["existing"]), _cents(line["new_12m"]),
        _cents(line["expected"]), *_compared(pairs),
    )  # fmt: skip


def _compared(pairs: list[tuple[Decimal, Decimal]]):
    """Forecast, actual, accuracy and WAPE of the billed; four times None while nothing is."""
    if not pairs:
        return None, None, None, None
    actual, forecast = (sum(side, ZERO) for side in zip(*pairs, strict=True))
    return _cents(forecast), _cents(actual), rules.accuracy(actual, forecast), rules.wape(pairs)


def whole(user: User, month: date, rows: list[Row]) -> Row:
    """All groups together; the accuracy again by customers, not from the groups."""
    lines = told_lines(user, month)
    pairs = [pair for found in _pairs(lines, month, "manager").values() for pair in found]
    count = lines.order_by().aggregate(n=Count("forecast", distinct=True))["n"]
    return Row(
        "", "合计", count,
        sum((row.existing for row in rows), ZERO), sum((row.new_12m for row in rows), ZERO),
        sum((row.expected for row in rows), ZERO), *_compared(pairs),
    )  # fmt: skip


def _pairs(lines: QuerySet, month: date, group: str) -> dict:
    """{group: [(actual, forecast) of a customer, or of its line]}, only of billed customers."""
    by, customer = GROUPS[group], "forecast__customer"
    bills = BillLine.objects.filter(bill__month=month)
    billed = Exists(bills.filter(bill__customer=OuterRef(customer)))
    forecasts = (
        lines.filter(billed)
        .order_by()
        .values_list(customer, by.key)
        .annotate(value=Sum(_expected(month), output_field=MONEY))
    )
    forecasts = list(forecasts)
    if not forecasts:
        return {}
    actual = _actuals(bills, lines, by_line=group == "line")
    found = defaultdict(list)
    for pk, key, value in forecasts:
        place = (pk, key) if group == "line" else (pk, None)
        found[key].append((actual.get(place, ZERO), value))
    return found


def _actuals(bills: QuerySet, lines: QuerySet, *, by_line: bool) -> dict:
    """{(customer, line or None): 元 billed}; an adjustment is no business (D7)."""
    mine = bills.filter(bill__customer__in=lines.values("forecast__customer"))
    sums = mine.order_by().values_list("bill__customer", "item").annotate(value=Sum("amount"))
    found: dict = defaultdict(lambda: ZERO)
    for pk, item, value in sums:
        line = LINE_OF_ITEM.get(item)
        if line:
            found[pk, line if by_line else None] += value
    return found


def _cents(value: Decimal) -> Decimal:
    return Decimal(value).quantize(rules.CENT)
