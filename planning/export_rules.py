"""When a weekly file is due and what its week is called (§B.13). Standard library only."""

from datetime import date, datetime, time, timedelta

from core.rules import SHANGHAI

OPENS = time(7, 30)
"""Monday 07:30."""
PUNCTUAL = timedelta(minutes=10)
"""A file that begins later than this was not made by the clock but caught up."""
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def opens_at(monday: date) -> datetime:
    return datetime.combine(monday, OPENS, SHANGHAI)


def bounds(monday: date) -> tuple[datetime, datetime]:
    """First instant of the week, and of the next one, in Shanghai."""
    start = datetime.combine(monday, time(0), SHANGHAI)
    return start, start + WEEK


def due_monday(now: datetime) -> date | None:
    """The Monday whose file must exist at `now`; None on a Monday before 07:30.

    A week that has passed altogether is not made up for: its numbers can no longer be told.
    """
    monday = monday_of(now.astimezone(SHANGHAI).date())
    return monday if now >= opens_at(monday) else None


def is_punctual(monday: date, now: datetime) -> bool:
    return now - opens_at(monday) <= PUNCTUAL


def week_words(monday: date) -> str:
    """「2026 年第 49 周（11-30 至 12-06）」, the ISO week."""
    year, week, _ = monday.isocalendar()
    sunday = monday + timedelta(days=6)
    return f"{year} 年第 {week} 周（{monday:%m-%d} 至 {sunday:%m-%d}）"
