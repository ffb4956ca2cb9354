"""core.calendar_year: a year as months, and as a file in UTF-8 or GBK."""

from datetime import date

import pytest

from core.calendar_year import months, read_calendar
from core.tests.calendars import notice_calendar

GOOD = "日期,类型,说明\n2027-01-01,休,元旦\n2027/2/6,班,春节调休上班\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_is_read_in_every_usual_encoding(encoding):
    found = read_calendar(GOOD.encode(encoding), 2027)
    assert found.errors == ()
    assert [(row.day, row.note.is_workday) for row in found.rows] == [
        (date(2027, 1, 1), False),
        (date(2027, 2, 6), True),
    ]


def test_the_heading_may_be_missing():
    assert len(read_calendar("2027-01-01,休,元旦".encode(), 2027).rows) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-02-30,休,春节", "不是日期"),
        ("2026-01-01,休,元旦", "不在 2027 年"),
        ("2027-01-02,假,元旦", "要写「休」或「班」"),
        ("2027-01-02,休,", "说明要写"),
        ("2027-01-02,休," + "长" * 41, "说明要写"),
        ("2027-01-02,休", "三列"),
        ("2027-01-01,班,重复", "重复出现"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(line, said):
    found = read_calendar((GOOD + line).encode(), 2027)
    assert found.rows == ()
    assert len(found.errors) == 1
    assert found.errors[0].startswith("第 4 行：") and said in found.errors[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00\x01",
        b"a" * 200_001,
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"2027-01-01,x\n" * 401,
    ],
)
def test_what_is_no_calendar_is_refused(data):
    found = read_calendar(data, 2027)
    assert found.rows == () and found.errors


def test_the_months_of_2026_hold_365_days_and_248_working_days():
    year = months(2026, notice_calendar())
    cells = [cell for month in year for week in month.weeks for cell in week if cell]
    assert len(cells) == 365
    assert sum(month.workdays for month in year) == 248
    assert sum(cell.mark == "班" for cell in cells) == 6


def test_a_mark_is_a_word_as_well_as_a_colour():
    cells = {c.day: c for m in months(2026, notice_calendar()) for w in m.weeks for c in w if c}
    assert (cells[date(2026, 2, 14)].mark, cells[date(2026, 2, 17)].mark) == ("班", "休")
    assert cells[date(2026, 11, 28)].css == "is-weekend"
