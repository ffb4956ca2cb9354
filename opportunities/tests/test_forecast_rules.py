"""The monthly forecast by hand: its day, its suggestion, its accuracy (R19, §B.7, §B.10)."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from core.rules import SHANGHAI, DayNote, WorkCalendar
from opportunities import forecast_rules as rules

WEEKENDS = WorkCalendar({}, frozenset({2026, 2027}))
DECEMBER = date(2026, 12, 1)


def d(text) -> Decimal:
    return Decimal(text)


def test_december_is_due_on_monday_the_thirtieth_at_six():
    assert rules.due_at(DECEMBER, WEEKENDS) == datetime(2026, 11, 30, 18, tzinfo=SHANGHAI)


def test_a_month_that_ends_in_rest_days_is_due_before_them():
    holiday = {date(2026, 12, 31): DayNote(False, "元旦调休")}
    calendar = WorkCalendar(holiday, frozenset({2026, 2027}))
    due = rules.due_at(date(2027, 1, 1), calendar, time(18))
    assert due == datetime(2026, 12, 30, 18, tzinfo=SHANGHAI)


def test_the_duty_opens_ten_working_days_before():
    assert rules.asked_at(DECEMBER, WEEKENDS) == datetime(2026, 11, 16, tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "26-01", "２０２６-01", "2026-01-01"])
def test_what_is_no_month_is_none(text):
    assert rules.read_month(text) is None


def test_a_new_service_counts_from_its_first_month_with_its_probability():
    """120 000 元 a year at 40 % are 4 000 元 a month."""
    known = (d(1000), d(120_000), 40)
    assert rules.expected(*known, date(2026, 12, 1), DECEMBER) == d(5000)
    assert rules.expected(*known, date(2027, 1, 1), DECEMBER) == d(1000)


def test_the_suggestion_by_hand():
    """Circuits 3 000, 3 300, 3 600: mean 3 300; a contract of 12 000 a year ends: −1 000."""
    bills = [{"data": d(3000)}, {"data": d(3300)}, {"data": d(3600)}]
    ended = rules.Contract(date(2024, 11, 20), date(2026, 11, 19), d(12_000))
    change = rules.contract_change([ended], date(2026, 10, 1), DECEMBER)
    coming = [rules.Prospect(9, {"video": d(12_000)}, 10, DECEMBER)]
    data, video = rules.suggestion(["data", "video"], bills, change, coming, DECEMBER)
    assert (data.existing, data.new_12m) == (d(2300), 0)
    assert (video.existing, video.new_12m, video.probability) == (0, d(12_000), 10)


LATE = rules.Prospect(7, {"data": d(60_000)}, 50, date(2027, 2, 1))
SOON = rules.Prospect(9, {"data": d(20_000)}, 10, DECEMBER)


def suggested(month, *coming):
    """The line 「数据」 with a mean of 3 000, and what it makes of `month`."""
    (line,) = rules.suggestion(["data"], [{"data": d(3000)}] * 3, d(0), coming, month)
    known = (line.existing, line.new_12m, line.probability, line.start)
    return line, rules.expected(*known, month)


def test_what_begins_later_does_not_count_yet():
    """3 000 + 20 000 × 10 % ÷ 12 = 3 166.67; the 60 000 begin in February."""
    line, expected = suggested(DECEMBER, LATE, SOON)
    assert (line.new_12m, line.probability, line.opportunity) == (d(20_000), 10, 9)
    assert expected == d("3166.67")


def test_from_its_month_on_it_counts_beside_the_other():
    """(60 000 × 50 % + 20 000 × 10 %) ÷ 12 = 2 666.67."""
    line, expected = suggested(date(2027, 2, 1), LATE, SOON)
    assert (line.new_12m, line.probability, line.start) == (d(80_000), 40, DECEMBER)
    assert (line.opportunity, expected) == (7, d("5666.67"))


def test_what_begins_next_is_shown_with_its_own_month_and_counts_nothing_before():
    later = rules.Prospect(8, {"data": d(5_000)}, 90, date(2027, 3, 1))
    line, expected = suggested(DECEMBER, later, LATE)
    assert (line.new_12m, line.start) == (d(60_000), date(2027, 2, 1))
    assert expected == d(3000)


def test_what_has_no_month_is_not_suggested():
    line, expected = suggested(DECEMBER, rules.Prospect(8, {"data": d(5_000)}, 90, None))
    assert (line.new_12m, line.start, expected) == (0, None, d(3000))


def test_a_renewed_contract_changes_nothing_and_one_that_renews_itself_does_not_end():
    old = rules.Contract(date(2024, 12, 1), date(2026, 11, 30), d(24_000))
    new = rules.Contract(date(2026, 12, 1), date(2028, 11, 30), d(24_000))
    itself = rules.Contract(date(2024, 12, 1), date(2026, 11, 30), d(99_000), True)
    assert rules.contract_change([old, new, itself], date(2026, 10, 1), DECEMBER) == 0


def test_the_change_is_shared_out_to_the_cent():
    parts = rules.spread(d("-100.00"), {"data": d(200), "voice": d(100), "video": d(0)})
    assert sum(parts.values()) == d("-100.00")
    assert parts["voice"] == d("-33.33")


def test_accuracy_and_wape_by_hand():
    """1 000 billed and 900 foreseen: 90 %; far off is 0 %, never less; nothing billed: nothing.

    |1000−900| + |500−800| = 400 of 1 500: 26.7 %.
    """
    assert rules.accuracy(d(1000), d(900)) == d("90.0")
    assert rules.accuracy(d(100), d(500)) == 0
    assert rules.accuracy(d(0), d(500)) is None
    assert rules.wape([(d(1000), d(900)), (d(500), d(800))]) == d("26.7")
    assert rules.wape([]) is None


def test_new_revenue_needs_a_link_or_a_reason():
    assert "写明依据" in rules.basis_fault(d(1), False, " ")
    assert rules.basis_fault(d(1), True, "") == rules.basis_fault(d(1), False, "客户来电") == ""


def test_nothing_new_is_said_in_words_and_not_beside_something_new():
    assert "勾选" in rules.demand_fault(False, False)
    assert "不能再勾" in rules.demand_fault(True, True)
    assert rules.demand_fault(True, False) == rules.demand_fault(False, True) == ""
