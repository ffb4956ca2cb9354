"""The five figures of retention (R49, §B.7). Standard library only: no ORM, no settings, no clock.

There are no subscriber lines in the product: a line is one piece of a product in use
(`quantity`, started and ended by its dates), and 用户离网率 counts those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

METRICS = ("renewal", "long_term", "sticky", "customer_churn", "line_churn")
LOWER_IS_BETTER = frozenset({"customer_churn", "line_churn"})
CENT = Decimal("0.01")
HALF = Decimal("0.5")
MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class ChurnRule:
    """CHURN_RULE: months without revenue, and percent of last year's that is left."""

    zero_months: int = 3
    low_percent: int = 20


def rate(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Percent with two decimals; None when nothing was due."""
    if denominator <= 0:
        return None
    return (numerator * 100 / denominator).quantize(CENT, ROUND_HALF_UP)


def is_met(metric: str, value: Decimal | None, target: Decimal | None) -> bool | None:
    """Whether the figure is as good as its target; None when one of them is missing."""
    if value is None or target is None:
        return None
    return value <= target if metric in LOWER_IS_BETTER else value >= target


def shift(day: date, months: int) -> date:
    """The first day of the month so many months on."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def term_months(starts_on: date, ends_on: date) -> int:
    """Whole months of a contract; its last day counts: 2026-01-01 to 2027-12-31 is 24."""
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    following = date.fromordinal(ends_on.toordinal() + 1)
    if following.month != ends_on.month:  # to the end of a month
        return months + (1 if starts_on.day == 1 else 0)
    return months if following.day >= starts_on.day else months - 1


@dataclass(frozen=True)
class Piece:
    """`quantity` lines of one product."""

    quantity: int
    started_on: date | None
    ended_on: date | None

    def runs_on(self, day: date) -> bool:
        """Without a first day it has run all along; the day it ends is no longer used."""
        has_begun = self.started_on is None or self.started_on <= day
        return has_begun and (self.ended_on is None or self.ended_on > day)


def had_revenue(bills: Mapping[date, Decimal], month: date, rule: ChurnRule) -> bool:
    """Whether one of the `zero_months` months that end with `month` earned something."""
    return any(bills.get(shift(month, -n), Decimal(0)) > 0 for n in range(rule.zero_months))


def is_lost(
    pieces: Iterable[Piece], bills: Mapping[date, Decimal], month: date, rule: ChurnRule
) -> bool:
    """Lost by the end of `month` (its first day): all products ended, no revenue for three months,
    or the average of three months below a fifth of the same months last year (§B.7).

    `bills`: {first day of month: 元}. A customer without any product is judged by bills alone; one
    whose line was just opened has no bill yet and is not lost for that.
    """
    known, following = list(pieces), shift(month, 1)
    if known and not any(piece.runs_on(following) for piece in known):
        return True
    if not had_revenue(bills, month, rule) and not _is_new(known, month, rule):
        return True
    newest = _sum(bills, month)
    before = _sum(bills, shift(month, -12))
    return before > 0 and newest * 100 < before * rule.low_percent


def _is_new(pieces: list[Piece], month: date, rule: ChurnRule) -> bool:
    first = shift(month, 1 - rule.zero_months)
    return any(piece.started_on is not None and piece.started_on >= first for piece in pieces)


def _sum(bills: Mapping[date, Decimal], month: date) -> Decimal:
    months = (shift(month, -n) for n in range(MONTHS_OF_A_QUARTER))
    return sum((bills.get(one, Decimal(0)) for one in months), Decimal(0))


def was_active(
    pieces: Iterable[Piece], bills: Mapping[date, Decimal], month: date, rule: ChurnRule
) -> bool:
    """Active when `month` began (A0): something ran or earned, and it was not lost before."""
    known, before = list(pieces), shift(month, -1)
    runs = any(piece.runs_on(month) for piece in known)
    earned = had_revenue(bills, before, rule)
    return (runs or earned) and not is_lost(known, bills, before, rule)


@dataclass(frozen=True)
class Lines:
    """Lines at the start and the end of a month, and those that ended in it."""

    start: int
    end: int
    ended: int

    @property
    def average(self) -> Decimal:
        return (self.start + self.end) * HALF


def lines(pieces: Iterable[Piece], month: date) -> Lines:
    """The month of the given first day. What ends on a day of the month ended in it."""
    known, following = list(pieces), shift(month, 1)
    ended = sum(p.quantity for p in known if p.ended_on and month <= p.ended_on < following)
    return Lines(
        sum(p.quantity for p in known if _ran_before(p, month)),
        sum(p.quantity for p in known if _ran_before(p, following)),
        ended,
    )


def _ran_before(piece: Piece, day: date) -> bool:
    """In use when `day` began: started earlier, not ended earlier."""
    has_begun = piece.started_on is None or piece.started_on < day
    return has_begun and (piece.ended_on is None or piece.ended_on >= day)
