"""What a calendar says of a visit or a due day (R4). Standard library only; no clock, no query."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

TITLES = {"on_site": "中国电信客户经理拜访", "phone": "中国电信客户经理来电"}
"""The customer reads this: nothing of our purpose stands in an invitation."""

RETRY_MINUTES = (1, 5, 15, 60)
MOST_TRIES = 60
"""About two and a half days of hourly attempts."""

FEED_BACK = timedelta(days=30)
FEED_AHEAD = timedelta(days=180)


@dataclass(frozen=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True)
class Event:
    """One entry of a calendar. Aware instants, or two dates for whole days (the end excluded)."""

    uid: str
    sequence: int
    title: str
    start: datetime | date
    end: datetime | date
    modified: datetime
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_free: bool = False  # does not block the time


def uid(kind: str, pk: int, host: str) -> str:
    """The name under which calendars know an event all its life."""
    return f"{kind}-{pk}@{host or 'crm.invalid'}"


def retry_at(tries: int, now: datetime) -> datetime:
    """When a message that was refused for now is tried again; `tries` counts from 1."""
    minutes = RETRY_MINUTES[min(tries, len(RETRY_MINUTES)) - 1]
    return now + timedelta(minutes=minutes)


def whole_day(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def one_line(text: str, longest: int) -> str:
    """Without line breaks and control characters, and short enough for its column."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:longest]
