"""What becomes of a promise (R12). Standard library only: no ORM, no settings, no clock.

Kept in time is kept by close of business of the measured day (D2, 民法典203): the duty, which is
due at that moment, is the one that says so, on the page, in the lists and in the rates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from core.rules import WorkCalendar, add_workdays, close_of_business, local_date

RUNNING = frozenset({"open", "in_progress"})
MOVES = {
    "start": (frozenset({"open"}), "in_progress"),
    "fulfil": (RUNNING, "fulfilled"),
    "confirm": (frozenset({"fulfilled"}), "confirmed"),
    "break": (RUNNING, "broken"),
    "withdraw": (RUNNING | {"blocked"}, "withdrawn"),
    "accept": (frozenset({"blocked"}), "open"),
}
"""verb → (states that it may leave, state that it reaches)."""


@dataclass(frozen=True)
class Moved:
    """One renegotiation: the day before, the day after, and when the customer agreed."""

    old: date
    new: date
    agreed_on: date


def is_in_time(agreed_on: date, due_on: date) -> bool:
    """Consent heals nothing that was already broken: it must come by the promised day (R12)."""
    return agreed_on <= due_on


def measured_due_on(first: date, moves: Sequence[Moved]) -> date:
    """The day by which the promise counts as kept: moved by consent in time only (§B.7).

    After one consent that came too late the breach stands, whatever is agreed later.
    """
    day = first
    for move in moves:
        if not is_in_time(move.agreed_on, day):
            break
        day = move.new
    return day


def is_past(day: date, closes_at: time | None, now: datetime) -> bool:
    """Whether the offices have closed on `day`; exactly at close of business they have not."""
    return now > close_of_business(day, closes_at)


def first_day(day: date, closes_at: time | None, now: datetime, calendar: WorkCalendar) -> date:
    """`day`, or when it is over the day on which there is still time: today, or the next working
    day after close of business."""
    today = local_date(now)
    day = max(day, today)
    return add_workdays(today, 1, calendar).day if is_past(day, closes_at, now) else day


def may_withdraw(state: str, is_over: bool) -> bool:
    """A promise can be taken back until its measured day is over; one never made at any time."""
    return state == "blocked" or (state in RUNNING and not is_over)


def days_overdue(due_on: date, today: date) -> int:
    return max((today - due_on).days, 0)


def looks_broken(state: str, due_on: date, today: date, after_days: int) -> bool:
    """So long overdue that the page suggests to name it: 未兑现."""
    return state in RUNNING and days_overdue(due_on, today) >= after_days
