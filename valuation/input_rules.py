"""What may be entered as raw value: ranges of the indicators, life of an override (R53–R56)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from valuation.period_rules import shift

EXPERTS = ("SI1", "SI2", "SI3", "SI4")
RATERS = 2
FAR_APART = 2
"""Two raters who differ by so much need the head's decision (R56)."""
LONGEST_MONTHS = 12

_SHARES = {"CV4", "PV3", "LY4"}
_SCORES = {"LY5", "LY6", *EXPERTS}
_AMOUNTS = {"CV2", "CV3", "CV5", "PV2", "PV4", "LY1", "LY2", "LY3"}
MOST = Decimal("99999999999")


def value_fault(code: str, value: Decimal) -> str:
    """Why this is no raw value of the indicator, in Chinese; empty when it is one."""
    if code in _SHARES and not 0 <= value <= 1:
        return "应在 0 到 1 之间，例如 0.35。"
    if code in _SCORES and not 0 <= value <= 100:
        return "应在 0 到 100 之间。"
    if code in _AMOUNTS and value < 0:
        return "不能为负数。"
    return "数值过大。" if abs(value) > MOST else ""


def last_expiry(today: date) -> date:
    """An override holds a year at the longest."""
    return shift(today, LONGEST_MONTHS)


def is_disputed(scores: Sequence[int]) -> bool:
    return len(scores) > 1 and max(scores) - min(scores) >= FAR_APART
