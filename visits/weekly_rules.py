"""The weekly plan (§B.13). Standard library only: calendar and time are arguments."""

from datetime import date, datetime, time, timedelta

from core.rules import SHANGHAI, WorkCalendar, local_date

FRIDAY = 4
HANDED_IN_AT = time(17, 30)
"""每周五 17:30 前提交下周计划 (§B.13)."""
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def next_monday(now: datetime) -> date:
    """The Monday of the week that is planned at `now`: the coming one."""
    return monday_of(local_date(now)) + WEEK


def days_of(monday: date) -> list[date]:
    return [monday + timedelta(days=number) for number in range(7)]


def has_workday(monday: date, calendar: WorkCalendar) -> bool:
    return any(calendar.is_workday(day) for day in days_of(monday))


def hand_in_day(monday: date, calendar: WorkCalendar) -> date | None:
    """The day in the week of `monday` on which the next week's plan is due: Friday, or when that
    is a rest day the last working day of the week. None in a week without working days."""
    friday = monday + timedelta(days=FRIDAY)
    if calendar.is_workday(friday):
        return friday
    worked = [day for day in days_of(monday) if calendar.is_workday(day)]
    return worked[-1] if worked else None


def hand_in_at(planned: date, calendar: WorkCalendar) -> datetime | None:
    """When the plan for the week of the Monday `planned` is due: 17:30 in the week before.

    None when nobody works in the week before, or nobody in the planned week itself.
    """
    day = hand_in_day(planned - WEEK, calendar)
    if day is None or not has_workday(planned, calendar):
        return None
    return datetime.combine(day, HANDED_IN_AT, SHANGHAI)


def is_on_time(submitted_at: datetime, due_at: datetime | None) -> bool | None:
    """Exactly at 17:30 is on time. None when nothing was due."""
    return None if due_at is None else submitted_at <= due_at
