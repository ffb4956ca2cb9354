"""Structure, spread, index, shortfall and growth of revenue (R61, §B.3). Standard library only.

Money in 元. A share is a fraction between 0 and 1; what a page shows are percents with two places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
CENT, TENTH = Decimal("0.01"), Decimal("0.1")
MIN_COHORT = 5
"""From so many customers on an industry is compared without the customer itself (§B.3), unless the
model says otherwise; of so many strangers an average may be made, whatever the model says."""
OVER, UNDER = Decimal("1.2"), Decimal("0.8")
"""Defaults [P] of the rows of Parameter."""
NEW = "新增"
NOTHING = "—"

Amounts = Mapping[str, Decimal]


# --- shares ---------------------------------------------------------------------------------------
def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """`part` of `whole` as a fraction; None without a positive whole."""
    return part / whole if whole > 0 else None


def percents(amounts: Amounts) -> dict[str, Decimal]:
    """Percents with two places that add up to exactly 100.00 (largest remainder).

    Empty without a positive whole. Equal remainders: the one that comes first gets the hundredth.
    """
    whole = sum(amounts.values(), ZERO)
    if whole <= 0:
        return {}
    exact = {code: amount * HUNDRED / whole for code, amount in amounts.items()}
    cut = {code: value.quantize(CENT, ROUND_DOWN) for code, value in exact.items()}
    left = int((HUNDRED - sum(cut.values(), ZERO)) / CENT)
    by_rest = sorted(exact, key=lambda code: exact[code] - cut[code], reverse=left > 0)
    for code in by_rest[: abs(left)]:
        cut[code] += CENT if left > 0 else -CENT
    return cut


def penetration(users: int, customers: int) -> Decimal | None:
    """Percent of the customers that have any revenue of a line; two places."""
    return (users * HUNDRED / customers).quantize(CENT, ROUND_HALF_UP) if customers else None


def intensity(amount: Decimal, users: int) -> Decimal | None:
    """元 for each customer that uses the line."""
    return (amount / users).quantize(CENT, ROUND_HALF_UP) if users else None


def location_quotient(here: Amounts, everywhere: Amounts, code: str) -> Decimal | None:
    """LQ: the share of a line in an industry by its share in all; two places, None when unknown."""
    own = share(here.get(code, ZERO), sum(here.values(), ZERO))
    base = share(everywhere.get(code, ZERO), sum(everywhere.values(), ZERO))
    if own is None or not base or base <= 0:
        return None
    return (own / base).quantize(CENT, ROUND_HALF_UP)


def tendency(quotient: Decimal | None, over: Decimal = OVER, under: Decimal = UNDER) -> str:
    """over above 1.2, under below 0.8, level between them; empty without a quotient."""
    if quotient is None:
        return ""
    return "over" if quotient > over else "under" if quotient < under else "level"


# --- a customer against its industry --------------------------------------------------------------
@dataclass(frozen=True)
class Gap:
    """One line of one customer. Shares are fractions; `shortfall` is 元, never negative."""

    code: str
    amount: Decimal
    own_share: Decimal
    reference: Decimal
    shortfall: Decimal

    @property
    def difference(self) -> Decimal:
        """Own share minus that of the industry, in percentage points; two places."""
        return ((self.own_share - self.reference) * HUNDRED).quantize(CENT, ROUND_HALF_UP)

    @property
    def own_percent(self) -> Decimal:
        return (self.own_share * HUNDRED).quantize(CENT, ROUND_HALF_UP)

    @property
    def reference_percent(self) -> Decimal:
        return (self.reference * HUNDRED).quantize(CENT, ROUND_HALF_UP)


def reference(
    industry: Amounts, own: Amounts, customers: int, least: int = MIN_COHORT
) -> dict[str, Decimal]:
    """Shares of the lines in an industry of so many customers, the customer itself among them.

    From `least` customers on the customer's own amounts are taken out. Empty without revenue.
    """
    rest = dict(industry)
    if customers >= least and customers > 1:
        rest = {code: amount - own.get(code, ZERO) for code, amount in industry.items()}
    whole = sum(rest.values(), ZERO)
    return {code: amount / whole for code, amount in rest.items()} if whole > 0 else {}


def gaps(own: Amounts, shares: Amounts) -> list[Gap]:
    """The lines of a customer against `shares`, the largest shortfall first (§B.3)."""
    whole = sum(own.values(), ZERO)
    if whole <= 0:
        return []
    found = []
    for code in {**shares, **own}:
        amount, expected = own.get(code, ZERO), shares.get(code, ZERO)
        lacking = max(ZERO, expected * whole - amount).quantize(CENT, ROUND_HALF_UP)
        found.append(Gap(code, amount, amount / whole, expected, lacking))
    return sorted(found, key=lambda gap: (-gap.shortfall, gap.code))


def may_pool(everybody: int, visible: int) -> bool:
    """Whether an average may reach beyond what its reader sees: no single stranger shows in it.

    Either there is no stranger, or there are at least MIN_COHORT of them.
    """
    return everybody == visible or everybody - visible >= MIN_COHORT


# --- growth ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Growth:
    """Percent with one place; None with `is_new` when the base was not positive (§B.3)."""

    percent: Decimal | None
    is_new: bool = False

    def __str__(self) -> str:
        if self.percent is None:
            return NEW if self.is_new else NOTHING
        return f"{self.percent:+}%"


def growth(now: Decimal | None, base: Decimal | None) -> Growth:
    """now/base − 1. A base that is not positive: 「新增」 when there is something now, else —."""
    if now is None or base is None or base <= 0:
        return Growth(None, now is not None and now > 0 and base is not None)
    return Growth(((now / base - 1) * HUNDRED).quantize(TENTH, ROUND_HALF_UP))


# --- periods --------------------------------------------------------------------------------------
LAST_TWELVE, MONTH, YEAR = "12m", "month", "year"
PERIODS = {LAST_TWELVE: "近 12 个月", MONTH: "当月", YEAR: "当年"}


@dataclass(frozen=True)
class Span:
    """Whole months from `first` up to, without, `end`."""

    first: date
    end: date

    @property
    def last(self) -> date:
        return shift(self.end, -1)

    @property
    def year_before(self) -> "Span":
        return Span(shift(self.first, -12), shift(self.end, -12))


def span(period: str, month: date) -> Span:
    """The twelve months that end with `month`, the month itself, or its year up to it."""
    end = shift(month, 1)
    first = {LAST_TWELVE: shift(month, -11), MONTH: month, YEAR: month.replace(month=1)}[period]
    return Span(first, end)


def shift(month: date, months: int) -> date:
    """The first day of another month."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
