"""Raw values of the twenty indicators, from the customer view and beside it (R53–R56, §B.1).

`gather` asks a fixed number of queries for as many customers as it is given; nothing else in the
product knows how an indicator gets its value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum

from accounts.models import (
    CommunicationBudget,
    CooperationAgreement,
    CustomerFinance,
    MonthlyBill,
    OperatorUsage,
    ProductInstance,
    ServiceContract,
)
from opportunities.models import Opportunity
from valuation import period_rules as periods
from valuation.models import CustomerMeasure, ExpertRating, RatingArbitration, RawOverride

FOUR = Decimal("0.0001")
WAN = Decimal(10_000)
TO_SCORE = 20
"""An expert's 1–5 becomes 20–100 (SI1–SI4)."""
FAR_APART = 2
"""Two raters who differ by so much need the head's decision (R56)."""
AGREEMENT_SCORES = {"strategic": 100, "framework": 60, "mutual_benefit": 60}

MISSING, OVERRIDE, SINGLE, DISPUTED, ARBITRATED = (
    "missing", "override", "single", "disputed", "arbitrated",
)  # fmt: skip


@dataclass
class Raw:
    """`values`: {indicator: number, four decimals}; an absent code is a missing value.

    `notes`: {indicator: flag}; `behaviour`: the measures that R59 looks at, without a score.
    """

    values: dict[str, Decimal] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    behaviour: Any = None  # a row of MEASURED
    revenue: Decimal | None = None
    profit: Decimal | None = None

    def put(self, code: str, value: Decimal | int | None) -> None:
        if value is not None:
            self.values[code] = Decimal(value).quantize(FOUR, ROUND_HALF_UP)


Table = Mapping[int, Raw]

MEASURED = (
    "customer_id", "month", "cost_marketing", "cost_service", "cost_om", "induced_revenue",
    "satisfaction", "price_sensitivity", "credit_grade", "quality_extra_cost_ratio",
    "conversion_cost_ratio",
)  # fmt: skip


def gather(customers: Sequence[int], as_of: date) -> dict[int, Raw]:
    """{customer pk: Raw} of these customers as of a day, in about a dozen queries."""
    table = {pk: Raw() for pk in customers}
    span = periods.window(as_of)
    for step in STEPS:
        step(table, span)
    return table


# --- current value (R53) --------------------------------------------------------------------------
def _bills(table: Table, span: periods.Window) -> None:
    """CV2, CV4, PV5. A month counts once, whatever the number of accounts; reported money."""
    newer = Q(month__gte=span.first, month__lt=span.end)
    # Agreed longer terms are in due_on itself; what is not due yet is neither paid nor late (R53).
    owed = newer & Q(due_on__lt=span.as_of)
    rows = (
        MonthlyBill.objects.filter(customer__in=table, month__gte=span.before, month__lt=span.end)
        .values_list("customer")
        .annotate(
            now=Sum("reported_total", filter=newer),
            months=Count("month", filter=newer, distinct=True),
            earlier=Sum("reported_total", filter=~newer),
            earlier_months=Count("month", filter=~newer, distinct=True),
            due=Count("pk", filter=owed),
            paid=Count(
                "pk",
                filter=owed & Q(paid_on__lte=F("due_on"), paid_amount__gte=F("reported_total")),
            ),
        )
        .order_by()
    )
    for pk, now, months, earlier, earlier_months, due, paid in rows:
        raw = table[pk]
        if months:
            raw.revenue = now / months
            raw.put("CV2", raw.revenue)
        if due:
            raw.put("CV4", Decimal(paid) / due)
        if months and earlier_months and earlier > 0:
            raw.put("PV5", (now / months / (earlier / earlier_months) - 1) * 100)


def _measures(table: Table, span: periods.Window) -> None:
    """CV1, CV3, CV5, LY5 and what R59 looks at: the newest figures not after the day."""
    rows = CustomerMeasure.objects.filter(customer__in=table, month__lte=span.as_of)
    rows = rows.order_by("customer_id", "month").values_list(*MEASURED, named=True)
    for row in rows:
        table[row.customer_id].behaviour = row  # the newest wins
    for raw in table.values():
        row = raw.behaviour
        if row is None:
            continue
        raw.put("CV5", row.induced_revenue)
        raw.put("LY5", row.satisfaction)
        costs = (row.cost_marketing, row.cost_service, row.cost_om)
        if raw.revenue is not None and None not in costs:
            spent = sum(costs, Decimal(0))
            raw.profit = raw.revenue - spent
            raw.put("CV1", raw.profit)
            raw.put("CV3", spent / raw.revenue if raw.revenue > 0 else None)


# --- potential value (R54) ------------------------------------------------------------------------
def _finances(table: Table, span: periods.Window) -> None:
    rows = CustomerFinance.objects.filter(
        customer__in=table, year__lte=span.as_of.year, growth_percent__isnull=False
    )
    for row in rows.order_by("customer_id", "year").values_list("customer", "growth_percent"):
        table[row[0]].put("PV1", row[1])


def _budgets(table: Table, span: periods.Window) -> None:
    """PV2: all kinds of the newest year that has any. PV1 where the customer's own growth is not
    known: that of the budget against the year before (§B.1). Runs after `_finances`.
    """
    rows = (
        CommunicationBudget.objects.filter(customer__in=table, year__lte=span.as_of.year)
        .values_list("customer", "year")
        .annotate(whole=Sum("amount_wan"))
        .order_by("customer", "year")
    )
    newest: dict[int, tuple[int, Decimal]] = {}
    grown: dict[int, Decimal] = {}
    for pk, year, amount in rows:
        table[pk].put("PV2", amount)
        before_year, before = newest.get(pk, (0, Decimal(0)))
        grown.pop(pk, None)  # of the newest year only
        if before_year == year - 1 and before > 0:
            grown[pk] = (amount / before - 1) * 100
        newest[pk] = year, amount
    for pk, percent in grown.items():
        if "PV1" not in table[pk].values:
            table[pk].put("PV1", percent)


def _wallet(table: Table, span: periods.Window) -> None:
    """PV3 and LY4: our share of what the customer pays all operators, newest year."""
    rows = (
        OperatorUsage.objects.filter(customer__in=table, year__lte=span.as_of.year)
        .values_list("customer", "year")
        .annotate(whole=Sum("amount"), ours=Sum("amount", filter=Q(operator="telecom")))
        .order_by("customer", "year")
    )
    for pk, _, whole, ours in rows:
        if whole > 0:
            share = ((ours or 0) / whole).quantize(FOUR, ROUND_HALF_UP)
            table[pk].put("LY4", share)
            table[pk].put("PV3", 1 - share)


def _pipeline(table: Table, span: periods.Window) -> None:
    """PV4: amount × probability of what may close within twelve months, 万元. None is zero."""
    rows = (
        Opportunity.objects.running()
        .filter(customer__in=table, expected_close__lte=periods.shift(span.as_of, 12))
        .values_list("customer")
        .annotate(weighted=Sum(F("amount") * F("probability")))
        .order_by()
    )
    weighted = dict(rows)
    for pk, raw in table.items():
        raw.put("PV4", Decimal(weighted.get(pk) or 0) / 100 / WAN)


# --- loyalty (R55) --------------------------------------------------------------------------------
def _products(table: Table, span: periods.Window) -> None:
    active = Q(ended_on=None) | Q(ended_on__gt=span.as_of)
    rows = (
        ProductInstance.objects.filter(active, customer__in=table)
        .exclude(started_on__gt=span.as_of)
        .values_list("customer")
        .annotate(
            first=Min("started_on"),
            sticky=Count("business_line", filter=Q(is_sticky=True), distinct=True),
        )
        .order_by()
    )
    for pk, first, sticky in rows:
        if first:
            table[pk].put("LY1", periods.years_between(first, span.as_of))
        table[pk].put("LY3", sticky)
    for raw in table.values():  # nothing in use is a fact, not a gap
        for code in ("LY1", "LY3"):
            raw.values.setdefault(code, Decimal(0))


def _contracts(table: Table, span: periods.Window) -> None:
    rows = ServiceContract.objects.filter(
        customer__in=table, starts_on__lte=span.as_of, ends_on__gte=span.as_of
    ).values_list("customer", "ends_on", "annual_amount")
    sums: dict[int, list[Decimal]] = {}
    for pk, ends_on, amount in rows:
        parts = sums.setdefault(pk, [Decimal(0), Decimal(0)])
        parts[0] += amount * periods.months_left(ends_on, span.as_of)
        parts[1] += amount
    for pk, raw in table.items():
        weighted, whole = sums.get(pk, (Decimal(0), Decimal(0)))
        raw.put("LY2", weighted / whole if whole > 0 else 0)


def _agreements(table: Table, span: periods.Window) -> None:
    valid = Q(expires_on=None) | Q(expires_on__gte=span.as_of)
    rows = CooperationAgreement.objects.filter(
        valid, customer__in=table, signed_on__lte=span.as_of
    ).values_list("customer", "kind")
    best: dict[int, int] = {}
    for pk, kind in rows:
        best[pk] = max(best.get(pk, 0), AGREEMENT_SCORES[kind])
    for pk, raw in table.items():
        raw.put("LY6", best.get(pk, 0))


# --- social influence (R56) -----------------------------------------------------------------------
def _ratings(table: Table, span: periods.Window) -> None:
    rows = (
        ExpertRating.objects.filter(customer__in=table)
        .values_list("customer", "indicator")
        .annotate(whole=Sum("score"), apart=Max("score") - Min("score"), number=Count("pk"))
        .order_by()
    )
    decided = {
        (pk, code): score
        for pk, code, score in RatingArbitration.objects.filter(customer__in=table).values_list(
            "customer", "indicator", "score"
        )
    }
    for pk, code, whole, apart, number in rows:
        raw, verdict = table[pk], decided.get((pk, code))
        if verdict is not None:
            raw.put(code, verdict * TO_SCORE)
            raw.notes[code] = ARBITRATED
        elif apart >= FAR_APART:
            raw.notes[code] = DISPUTED  # no value until the head has decided
        else:
            raw.put(code, Decimal(whole * TO_SCORE) / number)
            if number == 1:
                raw.notes[code] = SINGLE


# --- by hand --------------------------------------------------------------------------------------
def _overrides(table: Table, span: periods.Window) -> None:
    rows = RawOverride.objects.filter(
        customer__in=table, expires_on__gte=span.as_of, ended_at=None
    ).order_by("made_at", "pk")
    for pk, code, value in rows.values_list("customer", "indicator", "value"):
        table[pk].put(code, value)  # the newest wins
        table[pk].notes[code] = OVERRIDE


STEPS: tuple[Callable[[Table, periods.Window], None], ...] = (
    _bills, _measures, _finances, _budgets, _wallet, _pipeline, _products, _contracts, _agreements,
    _ratings, _overrides,
)  # fmt: skip
