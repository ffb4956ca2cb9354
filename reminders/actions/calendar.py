"""Changes of the work calendar, and the open duties whose deadlines they move (§B.12).

Which duties are computed again:
- every open duty in working days that is provisional, because its window touched an unknown year;
- an open duty that is not provisional only when a changed day lies in its window, that is after the
  day it started and up to the later of its old and new due day. Its years are confirmed, so the
  notice itself was corrected.
Ended duties are never touched: late stays late. `original_due_at` never changes. Duties in natural
hours and at an agreed time know no working days. The close of business is that of today's setting.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction

from core import audit
from core.calendar_year import DayRow
from core.models import Parameter, WorkCalendarDay, WorkCalendarYear
from core.rules import DayNote, local_date
from reminders import rules
from reminders.actions.duties import move_duty
from reminders.models import Obligation


class CalendarError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""


@transaction.atomic
def edit_day(*, day: date, note: DayNote | None, source: str, by) -> int:
    """Name one day, or with None leave it to the weekend rule again. Returns moved duties."""
    _lock()
    old = WorkCalendarDay.objects.filter(date=day).first()
    if note is None:
        WorkCalendarDay.objects.filter(date=day).delete()
    else:
        fields = {"is_workday": note.is_workday, "name": note.name, "source": source}
        WorkCalendarDay.objects.update_or_create(date=day, defaults=fields)
    year, _ = WorkCalendarYear.objects.get_or_create(year=day.year)
    changes = {str(day): [_say_note(old), _say_note(note)]}
    if changes[str(day)][0] == changes[str(day)][1]:
        return 0
    audit.record(verb="calendar.day_edited", target=year, by=by, changes=changes, reason=source)
    return _recompute({day}, by=by)


@transaction.atomic
def import_year(*, year: int, rows: Iterable[DayRow], source: str, by) -> int:
    """Put `rows` in the place of everything known of `year`. Returns moved duties.

    A year that was confirmed stays so; a new one is confirmed by `confirm_year`.
    """
    _lock()
    rows = list(rows)
    known = {day.date: day for day in WorkCalendarDay.objects.filter(date__year=year)}
    fresh = {row.day: row.note for row in rows}
    changed = {
        day
        for day in known.keys() | fresh.keys()
        if _say_note(known.get(day)) != _say_note(fresh.get(day))
    }
    WorkCalendarDay.objects.filter(date__year=year).delete()
    WorkCalendarDay.objects.bulk_create(
        WorkCalendarDay(
            date=row.day, is_workday=row.note.is_workday, name=row.note.name, source=source
        )
        for row in rows
    )
    row, _ = WorkCalendarYear.objects.update_or_create(year=year, defaults={"source": source})
    changes = {"days": [str(len(known)), str(len(rows))]}
    audit.record(verb="calendar.imported", target=row, by=by, changes=changes, reason=source)
    return _recompute(changed, by=by)


@transaction.atomic
def confirm_year(*, year: int, source: str, by) -> int:
    """Declare the days of `year` complete; provisional deadlines become real. Returns moved duties.

    CalendarError when the year has no days yet, or is confirmed already.
    """
    _lock()
    if not WorkCalendarDay.objects.filter(date__year=year).exists():
        raise CalendarError(f"{year} 年还没有放假安排，请先导入。")
    row = WorkCalendarYear.objects.filter(year=year, is_confirmed=False)
    if not row.update(is_confirmed=True, source=source):
        raise CalendarError(f"{year} 年已经确认过，请刷新页面。")
    target = WorkCalendarYear.objects.get(year=year)
    audit.record(verb="calendar.confirmed", target=target, by=by, reason=source)
    return _recompute(set(), by=by)


def _lock() -> None:
    """Two changes of the calendar at once would each count with half of the other."""
    list(WorkCalendarYear.objects.select_for_update().order_by("year"))


def _recompute(changed: Collection[date], *, by) -> int:
    calendar = WorkCalendarDay.objects.as_calendar()
    closes_at = Parameter.objects.value("business_close")
    duties = Obligation.objects.open().filter(clock=Obligation.Clock.WORKING_DAYS)
    moved = 0
    for duty in duties.order_by("pk").iterator(chunk_size=500):
        deadline = rules.workdays_deadline(duty.started_at, duty.amount, calendar, closes_at)
        if duty.is_provisional or _touches(changed, duty, deadline):
            moved += _move(duty, deadline, by=by)
    return moved


def _touches(changed: Collection[date], duty: Obligation, deadline: rules.Deadline) -> bool:
    first = local_date(duty.started_at)
    last = local_date(max(duty.due_at, deadline.due_at))
    return any(first < day <= last for day in changed)


def _move(duty: Obligation, deadline: rules.Deadline, *, by) -> bool:
    if (duty.due_at, duty.is_provisional) == (deadline.due_at, deadline.is_provisional):
        return False
    return move_duty(duty=duty, to=deadline, by=by)


def _say_note(row) -> str:
    """「休 春节」, 「班 春节调休上班」; a day that nobody named follows the weekend rule."""
    if row is None:
        return "按周末规则"
    return f"{'班' if row.is_workday else '休'} {row.name}"
