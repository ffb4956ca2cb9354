"""Deadlines of duties. Standard library and core.rules only: calendar and time are arguments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.rules import (
    SHANGHAI,
    WorkCalendar,
    add_workdays,
    close_of_business,
    deadline_clock,
    local_date,
    subtract_workdays,
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


def say_skipped(skipped: Iterable[tuple[date, str]]) -> str:
    """「跳过 2月15日—2月23日（春节）」: runs of skipped days with the reason of each run."""
    runs: list[tuple[date, date, str]] = []
    for day, why in skipped:
        last = runs[-1] if runs else None
        if last and last[2] == why and (day - last[1]).days == 1:
            runs[-1] = (last[0], day, why)
        else:
            runs.append((day, day, why))
    return "跳过 " + "、".join(_say_run(*run) for run in runs)


def _say_run(first: date, last: date, why: str) -> str:
    start = f"{first.month}月{first.day}日"
    if first == last:
        return f"{start}（{why}）"
    return f"{start}—{last.month}月{last.day}日（{why}）"


def say(moment: datetime) -> str:
    """「11月20日 16:30」 in Shanghai time."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def say_due(moment: datetime) -> str:
    """A deadline: midnight belongs to the day that ends there, 「12月2日 24:00」 (民法典203)."""
    day, clock = deadline_clock(moment)
    return f"{day.month}月{day.day}日 {clock}"


def is_late(completed_at: datetime, due_at: datetime) -> bool:
    """Exactly at the deadline is on time; one second later is late and stays late (R8)."""
    return completed_at > due_at


# --- the ladder: which rung speaks when (R4, R8, R9, R12, R13) ---------------------------------
MIDNIGHT = time(0)
SLOT_MARGIN = timedelta(minutes=30)
"""A message moved before the quiet hours keeps this distance: a slow sweep still makes it."""
FURTHEST_SLOT_DAYS = 60
LONGEST_REST_DAYS = 15
"""Longer than any holiday: a repeat that falls into one comes out within this many days."""


@dataclass(frozen=True)
class Rung:
    """One rung of a ladder: the instant is the anchor, moved; see reminders.models.LadderStage."""

    code: str
    anchor: str  # "start" or "due"
    workdays: int
    minutes: int
    at_time: time | None
    audiences: tuple[str, ...]
    repeats_daily: bool = False
    on_workday: bool = False

    @property
    def is_overdue(self) -> bool:
        """True for a rung that speaks at the deadline or after it; the others must come before."""
        if self.anchor != "due":
            return False
        return self.workdays > 0 or (
            self.workdays == 0 and self.at_time is None and self.minutes >= 0
        )


@dataclass(frozen=True)
class Quiet:
    """When no e-mail leaves. Equal times mean no quiet hours; rest days by the work calendar."""

    starts: time
    ends: time
    on_rest_days: bool
    calendar: WorkCalendar

    def allows(self, moment: datetime) -> bool:
        local = moment.astimezone(SHANGHAI)
        if self.on_rest_days and not self.calendar.is_workday(local.date()):
            return False
        clock = local.time()
        if self.starts <= self.ends:
            return not self.starts <= clock < self.ends
        return self.ends <= clock < self.starts

    def slot_from(self, moment: datetime) -> datetime:
        """The first allowed instant at or after `moment`; `moment` itself when there is none."""
        if self.allows(moment):
            return moment
        return min((at for at in self._edges(moment, 1) if at >= moment), default=moment)

    def slot_before(self, moment: datetime) -> datetime | None:
        """The last allowed slot at or before `moment`, SLOT_MARGIN clear of the quiet hours."""
        if self.allows(moment):
            return moment
        return max((at for at in self._edges(moment, -1) if at < moment), default=None)

    def _edges(self, moment: datetime, step: int) -> list[datetime]:
        """Allowed instants near the edges of the quiet hours, on the nearest days that have any."""
        first = local_date(moment)
        for offset in range(FURTHEST_SLOT_DAYS):
            day = first + timedelta(days=offset * step)
            opens = datetime.combine(day, self.ends, SHANGHAI)
            closes = datetime.combine(day, self.starts, SHANGHAI) - SLOT_MARGIN
            midnight = datetime.combine(day, MIDNIGHT, SHANGHAI)
            last = midnight + timedelta(days=1) - SLOT_MARGIN
            marks = (midnight, opens) if step > 0 else (opens, closes, last)
            hits = [at for at in marks if self.allows(at) and (at - moment) * step >= timedelta(0)]
            if hits:
                return hits
        return []


@dataclass(frozen=True)
class Moment:
    """One stage of one duty: `stage` is its name in the ledger, `send_at` when the mail may go."""

    stage: str
    send_at: datetime
    audiences: tuple[str, ...]
    is_overdue: bool


@dataclass(frozen=True)
class Plan:
    """Stages that have come, oldest first, and when the next one comes (None: no more)."""

    due: tuple[Moment, ...]
    next_look_at: datetime | None


@dataclass(frozen=True)
class Times:
    """The instants of one duty that its ladder is measured from."""

    started_at: datetime
    due_at: datetime
    moved_count: int = 0  # how often the deadline was moved
    acknowledged_at: datetime | None = None


def instant(rung: Rung, started_at: datetime, due_at: datetime, calendar: WorkCalendar) -> datetime:
    """When the rung speaks by the book, before the quiet hours move it."""
    base = due_at if rung.anchor == "due" else started_at
    # A deadline at 24:00 belongs to the day that ends there.
    day = local_date(base - timedelta(microseconds=1) if rung.anchor == "due" else base)
    target = day
    if rung.workdays > 0:
        target = add_workdays(day, rung.workdays, calendar).day
    elif rung.workdays < 0:
        target = subtract_workdays(day, -rung.workdays, calendar)
    if rung.on_workday and not calendar.is_workday(target):
        target = subtract_workdays(target, 1, calendar)
    if rung.at_time is not None:
        return datetime.combine(target, rung.at_time, SHANGHAI)
    return base + (target - day) + timedelta(minutes=rung.minutes)


def send_time(rung: Rung, times: Times, quiet: Quiet) -> datetime | None:
    """The instant moved out of the quiet hours: earlier before the deadline, later after it.

    None: there is no allowed slot between the start and the deadline, so no e-mail for this rung.
    """
    nominal = instant(rung, times.started_at, times.due_at, quiet.calendar)
    if rung.is_overdue:
        return quiet.slot_from(nominal)
    if not times.started_at <= nominal < times.due_at:
        return None
    earlier = quiet.slot_before(nominal)
    if earlier is not None and earlier >= times.started_at:
        return earlier
    later = quiet.slot_from(nominal)
    return later if later < times.due_at and quiet.allows(later) else None


def plan(rungs: Iterable[Rung], times: Times, quiet: Quiet, now: datetime) -> Plan:
    """Every stage of one duty up to `now`, and the instant of the next one.

    Of the daily repeats only the newest is listed: nobody needs a line for each missed day.
    """
    moments = [m for rung in rungs for m in _moments(rung, times, quiet, now)]
    moments = [m for m in moments if not _is_silenced(m, times)]
    due = sorted((m for m in moments if m.send_at <= now), key=lambda m: m.send_at)
    coming = min((m.send_at for m in moments if m.send_at > now), default=None)
    return Plan(tuple(due), coming)


def _is_silenced(moment: Moment, times: Times) -> bool:
    """已知悉 stops what would come before the deadline, never what comes after it."""
    known = times.acknowledged_at
    return known is not None and not moment.is_overdue and moment.send_at > known


def _moments(rung: Rung, times: Times, quiet: Quiet, now: datetime) -> list[Moment]:
    first = send_time(rung, times, quiet)
    if first is None:
        return []
    name = rung.code
    if rung.anchor == "due" and times.moved_count:
        name += f"/{times.moved_count}"  # a moved deadline speaks anew, wherever it moved to
    found = [Moment(name, first, rung.audiences, rung.is_overdue)]
    if rung.repeats_daily and first <= now:
        found += _repeats(found[0], rung, times, quiet, now)
    return found


def _repeats(first: Moment, rung: Rung, times: Times, quiet: Quiet, now: datetime) -> list[Moment]:
    """The newest daily repeat that has come, and the one after it; at most one a day."""
    nominal = instant(rung, times.started_at, times.due_at, quiet.calendar)
    count = max(1, (now - nominal).days - LONGEST_REST_DAYS)
    newest: list[Moment] = []
    while True:
        at = quiet.slot_from(nominal + timedelta(days=count))
        count += 1
        if local_date(at) == local_date(first.send_at):
            continue
        stage = f"{first.stage}.{local_date(at):%Y%m%d}"
        moment = Moment(stage, at, rung.audiences, rung.is_overdue)
        if at > now:
            return [*newest, moment]
        newest = [moment]
