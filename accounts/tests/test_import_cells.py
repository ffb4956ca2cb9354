"""Cells as people and Excel write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.imports import cells
from accounts.imports.cells import CellFault


@pytest.mark.parametrize(
    "written",
    ["2026/11/23", "2026-11-23", "2026年11月23日", "2026.11.23", "20261123", "２０２６／１１／２３",
     46349, 46349.0, "46349", datetime(2026, 11, 23), date(2026, 11, 23), "2026-11-23 00:00"],
)  # fmt: skip
def test_a_day_is_understood_however_it_is_written(written):
    assert cells.day(written) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "明天", "23/11/2026", 12, 99_999_999, "=TODAY()", True, ""]
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(CellFault):
        cells.day(written)


def test_an_hour_is_kept_in_shanghai_time():
    assert cells.moment("2009/6/30 14:05").isoformat() == "2009-06-30T14:05:00+08:00"
    assert cells.moment(46349.5).hour == 12


@pytest.mark.parametrize("written", ["2009-06", "2009年6月", "200906", 200906, "2009/6/15"])
def test_a_month_is_its_first_day(written):
    assert cells.month(written) == date(2009, 6, 1)


@pytest.mark.parametrize("written", ["2009-13", "六月", "2009", 6])
def test_what_is_no_month_is_refused(written):
    with pytest.raises(CellFault, match="账期"):
        cells.month(written)


@pytest.mark.parametrize("written", ["1,234.50", "￥1234.5", "1234.5 元", 1234.5, "１２３４．５"])
def test_money_is_exact_to_the_cent(written):
    assert cells.money(written) == Decimal("1234.50")


def test_a_float_is_what_the_sheet_shows():
    assert cells.money(0.1 + 0.2) == Decimal("0.30")


@pytest.mark.parametrize("written", ["=1+2", "abc", "1e400", "NaN", "1234567890123", True])
def test_what_is_no_money_is_refused(written):
    with pytest.raises(CellFault):
        cells.money(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0012", "0012"), ("123456789012345678", "123456789012345678"),
        (13800138000.0, "13800138000"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"), ("'=SUM(A1)", "=SUM(A1)"), ("'引号", "'引号"),
        ("\u3000 绍兴 \n", "绍兴"), ("甲\u200b乙", "甲乙"), (True, "是"), (1.5, "1.5"),
    ],
)  # fmt: skip
def test_text_stays_what_was_typed(written, kept):
    assert cells.text(written) == kept


def test_a_number_that_excel_has_cut_is_refused_rather_than_stored_wrong():
    with pytest.raises(CellFault, match="超过 15 位"):
        cells.text(6222021234567890123)


def test_options_are_known_by_label_code_and_short_form():
    grades = {"A": "A 级", "B": "B 级"}

    assert [cells.one_of(text, grades) for text in ("A 级", "a", "Ａ级", "A")] == ["A"] * 4
    with pytest.raises(CellFault, match="A 级、B 级"):
        cells.one_of("C", grades)


@pytest.mark.parametrize(("low", "high", "written"), [(0, 9, "10"), (0, 9, "-1"), (0, 9, "1.5")])
def test_whole_numbers_have_bounds(low, high, written):
    with pytest.raises(CellFault):
        cells.whole(written, low, high)
