"""Arithmetic of bills and shares. Standard library only: no ORM, no settings, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ADJUSTMENT = "adjustment"
VOICE, DATA = "voice", "data"
LINE_OF_ITEM = {
    "monthly_rent": VOICE,
    "local_call": VOICE,
    "long_distance": VOICE,
    "mobile": VOICE,
    "data": DATA,
    "circuit": DATA,
    "internet": "internet",
    "value_added": "value_added",
    "ict": "system_integration",
}
"""Which business line (R45) an item of the bill belongs to. An adjustment belongs to none."""
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
ZERO = Decimal(0)


@dataclass(frozen=True)
class BillCheck:
    """One bill: what it says (`reported`), what its lines add up to (`computed`), 元.

    `adjustment` is the line that explains the gap; it never enters `computed`, so that the
    analysis keeps the true lines (D7).
    """

    reported: Decimal
    computed: Decimal
    adjustment: Decimal

    @property
    def difference(self) -> Decimal:
        """Lines minus reported total; 4 726 for Bank A in 2009-06."""
        return self.computed - self.reported

    @property
    def unexplained(self) -> Decimal:
        """What the adjustment leaves open; 0 when it closes the gap."""
        return self.difference + self.adjustment

    @property
    def agrees(self) -> bool:
        return self.difference == 0

    def refusal(self, note: str) -> str:
        """Why the bill cannot be kept, in Chinese: a gap needs a note or an adjustment (R69)."""
        if not self.unexplained or note.strip():
            return ""
        return (
            f"明细合计 {self.computed:,.2f} 元，账单总额 {self.reported:,.2f} 元，"
            f"相差 {self.difference:,.2f} 元。请说明差额，"
            f"或补一项「调整」{-self.difference:,.2f} 元。"
        )


def check_bill(reported: Decimal, lines: Mapping[str, Decimal]) -> BillCheck:
    """`lines`: item code → 元, with an `adjustment` or without (R69, D7)."""
    computed = sum((amount for item, amount in lines.items() if item != ADJUSTMENT), ZERO)
    return BillCheck(reported, computed, lines.get(ADJUSTMENT, ZERO))


def shares(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Percent of the whole with two decimals, e.g. 13.29; empty without a positive whole (§B.3).

    The adjustment is no business and has no share.
    """
    parts = {code: amount for code, amount in amounts.items() if code != ADJUSTMENT}
    whole = sum(parts.values(), ZERO)
    if whole <= 0:
        return {}
    return {code: percent(amount, whole) for code, amount in parts.items()}


def percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(CENT, ROUND_HALF_UP)


def change(now: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Growth in percent with one decimal; None when a side is missing or the base is not positive.

    Month on month and year on year (§B.3).
    """
    if now is None or base is None or base <= 0:
        return None
    return ((now / base - 1) * 100).quantize(TENTH, ROUND_HALF_UP)


def months_back(month: date, count: int) -> list[date]:
    """First days of the `count` months that end with `month`, oldest first."""
    last = month.year * 12 + month.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def scale_top(highest: Decimal) -> Decimal:
    """A round number that the highest bar stays below: 1, 2, 2.5 or 5 times a power of ten."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** highest.adjusted()
    steps = (Decimal(step) * power for step in ("1", "2", "2.5", "5", "10"))
    return next(step for step in steps if step >= highest)


OURS = "telecom"


@dataclass(frozen=True)
class LineUse:
    """One business line of one customer over the operators, 元 a year."""

    line: str
    amounts: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), ZERO)

    @property
    def our_share(self) -> Decimal | None:
        return percent(self.amounts.get(OURS, ZERO), self.total) if self.total > 0 else None

    @property
    def state(self) -> str:
        """`white`: somebody else has it and we have nothing; `contested`, `ours` or `unused`."""
        is_ours = self.amounts.get(OURS, ZERO) > 0
        is_rivals = self.total > self.amounts.get(OURS, ZERO)
        if is_ours:
            return "contested" if is_rivals else "ours"
        return "white" if is_rivals else "unused"


def line_uses(lines: Iterable[str], usages: Iterable[tuple[str, str, Decimal]]) -> list[LineUse]:
    """A row per business line in the given order; `usages` are (line, operator, 元 a year)."""
    found: dict[str, dict[str, Decimal]] = {line: {} for line in lines}
    for line, operator, amount in usages:
        row = found.setdefault(line, {})
        row[operator] = row.get(operator, ZERO) + amount
    return [LineUse(line, amounts) for line, amounts in found.items()]


def our_share(uses: Iterable[LineUse]) -> Decimal | None:
    """Our part of everything the customer spends, in percent; None when nothing is known."""
    rows = list(uses)
    whole = sum((row.total for row in rows), ZERO)
    if whole <= 0:
        return None
    return percent(sum((row.amounts.get(OURS, ZERO) for row in rows), ZERO), whole)
