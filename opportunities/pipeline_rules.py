"""Conversion of opportunities (§B.7): won against lost, stage by stage, days to a contract.

Standard library only. Money in 元.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

LADDER = (
    "identified", "qualified", "approved", "solution", "proposal", "negotiation", "contracting",
    "won",
)  # fmt: skip
SHOWN_MONTHS = 12
OVERDUE, LATER, NO_DAY = "overdue", "later", "none"
ZERO, TENTH, HUNDRED, DAY = Decimal(0), Decimal("0.1"), Decimal(100), 86_400


def rate(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Per cent with one decimal; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * HUNDRED / Decimal(whole)).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Ended:
    """Won and lost that closed in a period: how many and how much."""

    won: int = 0
    lost: int = 0
    won_amount: Decimal = ZERO
    lost_amount: Decimal = ZERO

    @property
    def count_rate(self) -> Decimal | None:
        """商机转化率 (count): won ÷ (won + lost)."""
        return rate(self.won, self.won + self.lost)

    @property
    def amount_rate(self) -> Decimal | None:
        return rate(self.won_amount, self.won_amount + self.lost_amount)


@dataclass(frozen=True)
class Step:
    """Of the opportunities that entered `stage` in the period: how many went further since."""

    stage: str
    entered: int
    advanced: int

    @property
    def rate(self) -> Decimal | None:
        return rate(self.advanced, self.entered)


def later_stages(stage: str) -> tuple[str, ...]:
    """Everything above `stage` on the ladder: a tender that enters higher has advanced too."""
    return LADDER[LADDER.index(stage) + 1 :]


def mean_days(spans: Iterable[tuple[datetime, datetime]]) -> Decimal | None:
    """平均周期: mean of (identified, won) in days, one decimal; None without a won one."""
    seconds = [(end - start).total_seconds() for start, end in spans]
    if not seconds:
        return None
    mean = Decimal(str(sum(seconds))) / len(seconds) / DAY
    return mean.quantize(TENTH, ROUND_HALF_UP)


def place_of(close: date | None, today: date, months: Sequence[date]) -> str:
    """Which column an expected close belongs to: a month 「2026-12」, or one of the odd ones."""
    if close is None:
        return NO_DAY
    if close < today:
        return OVERDUE
    if close.replace(day=1) > months[-1]:
        return LATER
    return f"{close:%Y-%m}"
