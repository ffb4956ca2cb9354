"""Deadlines of duties. Standard library and core.rules only: calendar and time are arguments."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.rules import (
    SHANGHAI,
    WorkCalendar,
    add_workdays,
    close_of_business,
    local_date,
)


@dataclass(frozen=True)
class Deadline:
    """When a duty ends, and whether the calendar behind it is not confirmed yet (暂估)."""

    due_at: datetime
    is_provisional: bool
    explanation: str


def hours_deadline(started_at: datetime, hours: int) -> Deadline:
    """Natural hours, not paused by rest days (R8, D4)."""
    due_at = started_at + timedelta(hours=hours)
    text = f"自 {say(started_at)} 起 {hours} 小时（含休息日）"
    return Deadline(due_at, False, text)


def workdays_deadline(
    started_at: datetime, count: int, calendar: WorkCalendar, closes_at: time | None
) -> Deadline:
    """Close of business of the `count`-th working day after the day of `started_at` (R13, D2)."""
    start = local_date(started_at)
    reached = add_workdays(start, count, calendar)
    text = f"{start.month}月{start.day}日当天不计，往后数 {count} 个工作日"
    if reached.skipped:
        text += "；" + say_skipped(reached.skipped)
    if reached.is_provisional:
        text += "；跨入的年份尚未公布放假安排，暂按周末推算"
    return Deadline(close_of_business(reached.day, closes_at), reached.is_provisional, text)


def say_skipped(skipped) -> str:
    """「跳过 2月15日—2月23日（春节）」: runs of skipped days with the reason of each run."""
    runs: list[list] = []
    for day, why in skipped:
        last = runs[-1] if runs else None
        if last and last[2] == why and (day - last[1]).days == 1:
            last[1] = day
        else:
            runs.append([day, day, why])
    return "跳过 " + "、".join(_say_run(*run) for run in runs)


def _say_run(first, last, why) -> str:
    start = f"{first.month}月{first.day}日"
    if first == last:
        return f"{start}（{why}）"
    return f"{start}—{last.month}月{last.day}日（{why}）"


def say(moment: datetime) -> str:
    """「11月20日 16:30」 in Shanghai time."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def is_late(completed_at: datetime, due_at: datetime) -> bool:
    """Exactly at the deadline is on time; one second later is late and stays late (R8)."""
    return completed_at > due_at
