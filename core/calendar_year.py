"""A year of the work calendar as a page of months, and as a file. Standard library only."""

import csv
import io
from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.rules import DayNote, WorkCalendar

COLUMNS = ("date", "type", "name")
REST, WORK = {"休", "休息", "放假", "rest"}, {"班", "上班", "调休上班", "work"}
MAX_BYTES, MAX_ROWS, MAX_NAME = 200_000, 400, 40


@dataclass(frozen=True)
class Cell:
    """One day: `mark` is 休, 班 or empty; `css` colours what `mark` already says."""

    day: date
    mark: str
    css: str
    title: str


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    workdays: int


@dataclass(frozen=True)
class DayRow:
    day: date
    note: DayNote


@dataclass(frozen=True)
class CalendarFile:
    """What was read: rows when there is no error, and the errors as Chinese sentences by line."""

    rows: tuple[DayRow, ...]
    errors: tuple[str, ...]


def months(year: int, calendar: WorkCalendar) -> list[Month]:
    """Twelve months in weeks that begin on Monday; None where the week is another month's."""
    return [_month(year, number, calendar) for number in range(1, 13)]


def _month(year: int, number: int, calendar: WorkCalendar) -> Month:
    weeks = [
        [_cell(day, calendar) if day.month == number else None for day in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    count = sum(calendar.is_workday(c.day) for week in weeks for c in week if c)
    return Month(number, weeks, count)


def _cell(day: date, calendar: WorkCalendar) -> Cell:
    note = calendar.days.get(day)
    if note is None:
        is_workday = calendar.is_workday(day)
        return Cell(day, "", "" if is_workday else "is-weekend", calendar.why_skipped(day))
    mark, css = ("班", "is-work") if note.is_workday else ("休", "is-rest")
    return Cell(day, mark, css, note.name)


def read_calendar(data: bytes, year: int) -> CalendarFile:
    """Rows `date,type,name` of one year, UTF-8 or GBK; every bad line is named, none is guessed."""
    if len(data) > MAX_BYTES:
        return CalendarFile((), ("文件太大，一年的日历不会超过 200 KB。",))
    text = _decoded(data)
    if text is None:
        return CalendarFile((), ("文件编码认不出来，请另存为 UTF-8 或 GBK 的 CSV。",))
    lines = list(csv.reader(io.StringIO(text)))
    numbered = [(n, cells) for n, cells in enumerate(lines, 1) if any(c.strip() for c in cells)]
    if numbered and not numbered[0][1][0].strip()[:1].isdigit():
        numbered = numbered[1:]  # the heading
    if not numbered:
        return CalendarFile((), ("文件里没有日期。",))
    if len(numbered) > MAX_ROWS:
        return CalendarFile((), (f"行数超过 {MAX_ROWS}，请检查文件。",))
    return _read_rows(numbered, year)


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _read_rows(numbered: Sequence[tuple[int, list[str]]], year: int) -> CalendarFile:
    rows: dict[date, DayRow] = {}
    errors = []
    for number, cells in numbered:
        try:
            row = _read_row(cells, year)
            if row.day in rows:
                raise ValueError(f"{row.day} 重复出现")
            rows[row.day] = row
        except ValueError as error:
            errors.append(f"第 {number} 行：{error}。")
    return CalendarFile(() if errors else tuple(rows[day] for day in sorted(rows)), tuple(errors))


def _read_row(cells: list[str], year: int) -> DayRow:
    if len(cells) < len(COLUMNS):
        raise ValueError("要有日期、类型、说明三列")
    day_text, kind, name = (cell.strip() for cell in cells[:3])
    day = _read_day(day_text)
    if day.year != year:
        raise ValueError(f"{day} 不在 {year} 年")
    if kind.lower() not in REST | WORK:
        raise ValueError(f"类型「{kind[:10]}」要写「休」或「班」")
    if not name or len(name) > MAX_NAME:
        raise ValueError(f"说明要写 1—{MAX_NAME} 个字")
    return DayRow(day, DayNote(kind.lower() in WORK, name))


def _read_day(text: str) -> date:
    parts = text.replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"「{text[:20]}」不是日期，要写成 2027-01-01") from None
