"""Working days and clocks. Standard library only: the calendar and the time are arguments."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
DECEMBER = 12


@dataclass(frozen=True)
class DayNote:
    """One day that the State Council notice names: `is_workday` decides, `name` says why."""

    is_workday: bool
    name: str


@dataclass(frozen=True)
class WorkCalendar:
    """Named days, and the years whose notice has been loaded (§B.12).

    A day that is not named follows the weekend rule. A year that is not confirmed is computed by
    the weekend rule too, but whatever is computed through it is provisional (暂估).
    """

    days: Mapping[date, DayNote] = field(default_factory=dict)
    confirmed_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        note = self.days.get(day)
        return note.is_workday if note else day.weekday() < SATURDAY

    def why_skipped(self, day: date) -> str:
        """「春节」, 「星期六」…: the reason why `day` does not count. Empty for a working day."""
        if self.is_workday(day):
            return ""
        note = self.days.get(day)
        return note.name if note else WEEKDAYS[day.weekday()]

    def is_confirmed(self, first: date, last: date) -> bool:
        """True when every year that the window touches has been loaded."""
        return all(y in self.confirmed_years for y in range(first.year, last.year + 1))


WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True)
class WorkdayCount:
    """Result of counting working days: the day reached and the days passed over, with reasons."""

    day: date
    skipped: tuple[tuple[date, str], ...]
    is_provisional: bool


def add_workdays(start: date, count: int, calendar: WorkCalendar) -> WorkdayCount:
    """The `count`-th working day after `start`; `start` itself never counts (民法典201, §B.12).

    `count` ≥ 1, otherwise ValueError.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    day, remaining, skipped = start, count, []
    while remaining:
        day += timedelta(days=1)
        if calendar.is_workday(day):
            remaining -= 1
        else:
            skipped.append((day, calendar.why_skipped(day)))
    return WorkdayCount(day, tuple(skipped), not calendar.is_confirmed(start, day))


def subtract_workdays(start: date, count: int, calendar: WorkCalendar) -> date:
    """The `count`-th working day before `start`. `count` ≥ 1, otherwise ValueError."""
    if count < 1:
        raise ValueError("count must be at least 1")
    day, remaining = start, count
    while remaining:
        day -= timedelta(days=1)
        remaining -= calendar.is_workday(day)
    return day


def local_date(moment: datetime) -> date:
    """The Shanghai date of an aware datetime."""
    return moment.astimezone(SHANGHAI).date()


def close_of_business(day: date, closes_at: time | None) -> datetime:
    """The instant when `day` ends for a deadline (民法典203); None means 24:00."""
    if closes_at is None:
        return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI)
    return datetime.combine(day, closes_at, SHANGHAI)


def deadline_clock(due_at: datetime) -> tuple[date, str]:
    """Day and time of day of a deadline in Shanghai; midnight is 「24:00」 of the day before."""
    local = due_at.astimezone(SHANGHAI)
    if local.time() == time(0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def workdays_in(year: int, calendar: WorkCalendar) -> int:
    """How many working days `year` has; 248 in 2026 (§B.12)."""
    first, days = date(year, 1, 1), date(year + 1, 1, 1).toordinal() - date(year, 1, 1).toordinal()
    return sum(calendar.is_workday(first + timedelta(days=offset)) for offset in range(days))


def calendar_warning(today: date, confirmed_years: Collection[int]) -> str:
    """What administrators are told from 1 December while next year is missing; else empty.

    The running year itself is asked for at any time (§B.12).
    """
    if today.year not in confirmed_years:
        return f"{today.year} 年的工作日历还没有确认，所有工作日期限都是暂估，请尽快导入。"
    if today.month == DECEMBER and today.year + 1 not in confirmed_years:
        return f"{today.year + 1} 年的工作日历还没有确认，跨年的期限都是暂估，请导入放假通知。"
    return ""
