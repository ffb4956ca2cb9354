"""core.rules: working days are counted as §B.12 and R13 say."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rules import (
    SHANGHAI,
    WorkCalendar,
    add_workdays,
    calendar_warning,
    close_of_business,
    local_date,
    subtract_workdays,
    workdays_in,
)
from core.tests.calendars import notice_calendar

CALENDAR = notice_calendar()
GOLDEN = [  # trust §1.3, R13: received, due
    ("2025-12-31", "2026-01-05"),  # Sunday 01-04 works
    ("2026-02-13", "2026-02-24"),  # Saturday 02-14 works, 15—23 rest
    ("2026-02-16", "2026-02-25"),
    ("2026-02-27", "2026-03-02"),  # Saturday 02-28 works
    ("2026-04-03", "2026-04-08"),
    ("2026-05-09", "2026-05-12"),  # a Saturday that works
    ("2026-09-18", "2026-09-21"),  # Sunday 09-20 works
    ("2026-09-30", "2026-10-09"),
    ("2026-10-08", "2026-10-10"),  # ends on a Saturday that works
    ("2026-11-20", "2026-11-24"),
    ("2026-11-21", "2026-11-24"),
    ("2026-11-23", "2026-11-25"),
]


@pytest.mark.parametrize(("received", "due"), GOLDEN)
def test_two_working_days_after_receipt(received, due):
    reached = add_workdays(date.fromisoformat(received), 2, CALENDAR)
    assert reached.day == date.fromisoformat(due)
    assert not reached.is_provisional


def test_2026_has_248_working_days():
    assert workdays_in(2026, CALENDAR) == 248
    assert workdays_in(2025, CALENDAR) == 248


def test_a_window_into_an_unconfirmed_year_is_provisional():
    reached = add_workdays(date(2026, 12, 30), 2, CALENDAR)
    assert reached.day == date(2027, 1, 1)  # by weekends only, certainly wrong
    assert reached.is_provisional


def test_the_reasons_of_skipped_days_are_told():
    reached = add_workdays(date(2026, 11, 20), 2, CALENDAR)
    assert reached.skipped == ((date(2026, 11, 21), "星期六"), (date(2026, 11, 22), "星期日"))
    assert CALENDAR.why_skipped(date(2026, 2, 17)) == "春节"
    assert CALENDAR.why_skipped(date(2026, 2, 14)) == ""


receipts = st.datetimes(
    min_value=datetime(2025, 1, 1), max_value=datetime(2026, 12, 20), timezones=st.just(UTC)
)


def due_of(received: datetime) -> datetime:
    return close_of_business(add_workdays(local_date(received), 2, CALENDAR).day, time(18))


@settings(max_examples=10_000, deadline=None)
@given(receipts, receipts)
def test_any_receipt_has_two_working_days_and_later_is_never_earlier(one, other):
    due, received = due_of(one), local_date(one)
    day = local_date(due)
    window = [date.fromordinal(n) for n in range(received.toordinal() + 1, day.toordinal() + 1)]
    assert CALENDAR.is_workday(day)
    assert sum(map(CALENDAR.is_workday, window)) == 2
    assert due > one
    assert (due_of(min(one, other))) <= due_of(max(one, other))


@given(st.dates(date(2025, 2, 1), date(2026, 11, 30)), st.integers(1, 15))
def test_counting_back_undoes_counting_on_between_working_days(day, count):
    start = add_workdays(day, 1, CALENDAR).day
    assert subtract_workdays(add_workdays(start, count, CALENDAR).day, count, CALENDAR) == start


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_day_is_a_mistake(count):
    with pytest.raises(ValueError):
        add_workdays(date(2026, 1, 1), count, CALENDAR)
    with pytest.raises(ValueError):
        subtract_workdays(date(2026, 1, 1), count, CALENDAR)


def test_the_day_ends_at_close_of_business_or_at_midnight():
    day = date(2026, 11, 24)
    assert close_of_business(day, time(18)) == datetime(2026, 11, 24, 18, tzinfo=SHANGHAI)
    assert close_of_business(day, None) == datetime(2026, 11, 25, tzinfo=SHANGHAI)


def test_the_receipt_day_is_the_day_in_shanghai():
    assert local_date(datetime(2026, 11, 19, 16, 30, tzinfo=UTC)) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("today", "years", "warns"),
    [
        (date(2026, 11, 30), {2026}, False),
        (date(2026, 12, 1), {2026}, True),
        (date(2026, 12, 1), {2026, 2027}, False),
        (date(2027, 1, 1), {2026}, True),
    ],
)
def test_administrators_are_warned_from_1_december(today, years, warns):
    assert bool(calendar_warning(today, years)) is warns


def test_an_empty_calendar_follows_the_weekend():
    assert WorkCalendar().is_workday(date(2026, 11, 27))
    assert not WorkCalendar().is_workday(date(2026, 11, 28))
