"""Cut lines, quadrants, abandon rules (R58–R60, §B.2). Pure arithmetic on scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from valuation.rules import round_score

MEDIAN, MEAN, FIXED = "median", "mean", "fixed"

QUADRANTS = {
    (True, True): "high_value",
    (True, False): "secondary_value",
    (False, False): "low_value",
    (False, True): "latent_value",
}
"""(current high, potential high) → customer group: x is potential, y is current (D1)."""

LOYALTY_CELLS = {
    (True, True): "hh",
    (True, False): "hl",
    (False, True): "lh",
    (False, False): "ll",
}
"""(value high, loyalty high) → cell of the second matrix (R60)."""


def cut(scores: Sequence[Decimal], method: str, fixed: Decimal) -> Decimal | None:
    """Where high begins (score ≥ cut), two places; None without any score (§B.2)."""
    if method == FIXED:
        return round_score(fixed)
    if not scores:
        return None
    if method == MEAN:
        return round_score(sum(scores, Decimal(0)) / len(scores))
    ordered, middle = sorted(scores), len(scores) // 2
    if len(ordered) % 2:
        return round_score(ordered[middle])
    return round_score((ordered[middle - 1] + ordered[middle]) / 2)


def is_high(
    score: Decimal, cut_line: Decimal, *, was_high: bool | None = None, band: Decimal = Decimal(0)
) -> bool:
    """At the cut is high. Within `band` of it a customer keeps the side it was on (§B.2)."""
    if was_high is not None and abs(score - cut_line) < band:
        return was_high
    return score >= cut_line


def quadrant(current: bool, potential: bool) -> str:
    return QUADRANTS[current, potential]


def loyalty_cell(value: bool, loyalty: bool) -> str:
    return LOYALTY_CELLS[value, loyalty]


@dataclass(frozen=True)
class AbandonLimits:
    """Thresholds of R59 [P]; rows of Parameter, these are their defaults."""

    price_sensitivity: int = 5
    loyalty_below: Decimal = Decimal(40)
    conversion_ratio: Decimal = Decimal("0.50")
    quality_ratio: Decimal = Decimal("0.30")
    credit: str = "D"


@dataclass(frozen=True)
class Behaviour:
    """What the rules look at, beside the quadrant. None: not known, so the rule cannot hold."""

    loyalty: Decimal | None
    price_sensitivity: int | None
    conversion_ratio: Decimal | None
    quality_ratio: Decimal | None
    credit: str


def abandon_rule(
    customer_quadrant: str, is_public_duty: bool, seen: Behaviour, limits: AbandonLimits
) -> str:
    """A1, A2, both or empty. Only low-value customers.

    Never 党政军 or who has statutory universal-service or emergency duties (R59).
    """
    if customer_quadrant != "low_value" or is_public_duty:
        return ""
    costly = (
        seen.price_sensitivity is not None
        and seen.price_sensitivity >= limits.price_sensitivity
        and seen.loyalty is not None
        and seen.loyalty < limits.loyalty_below
        and seen.conversion_ratio is not None
        and seen.conversion_ratio >= limits.conversion_ratio
    )
    risky = (
        seen.quality_ratio is not None
        and seen.quality_ratio >= limits.quality_ratio
        and seen.credit == limits.credit
    )
    return {(True, True): "both", (True, False): "A1", (False, True): "A2"}.get((costly, risky), "")
