"""Months and spans that raw values are taken over. Pure arithmetic on dates (§B.1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

YEAR_MONTHS = 12
FOUR = Decimal("0.0001")


@dataclass(frozen=True)
class Window:
    """Bills of the twelve whole months before `as_of`, and of the twelve before those."""

    as_of: date
    first: date  # first day of the oldest of the newer twelve
    before: date  # first day of the oldest of the earlier twelve
    end: date  # first day of the month of `as_of`: no longer part of it


def window(as_of: date) -> Window:
    end = as_of.replace(day=1)
    return Window(as_of, shift(end, -YEAR_MONTHS), shift(end, -2 * YEAR_MONTHS), end)


def shift(day: date, months: int) -> date:
    """The same day so many months on; the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months_left(ends_on: date, as_of: date) -> Decimal:
    """Months from `as_of` through the last day of a contract, four decimals; 0 when it is over.

    Whole calendar months, and the days of the last one as a part of its length.
    """
    if ends_on < as_of:
        return Decimal(0)
    whole = (ends_on.year - as_of.year) * 12 + ends_on.month - as_of.month
    if shift(as_of, whole) > ends_on:
        whole -= 1
    start, following = shift(as_of, whole), shift(as_of, whole + 1)
    days = Decimal((ends_on - start).days + 1) / (following - start).days
    return (whole + min(days, Decimal(1))).quantize(FOUR)


def years_between(start: date, as_of: date) -> Decimal:
    """Whole and broken years since `start`, four decimals; anniversaries are whole (LY1)."""
    if start >= as_of:
        return Decimal(0)
    whole = as_of.year - start.year
    if shift(start, whole * 12) > as_of:
        whole -= 1
    last, following = shift(start, whole * 12), shift(start, whole * 12 + 12)
    part = Decimal((as_of - last).days) / (following - last).days
    return (whole + part).quantize(FOUR)
