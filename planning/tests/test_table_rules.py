"""Cells by the kind of their column; blocks pasted from a spreadsheet."""

import pytest

from planning import table_rules as rules
from planning.outline_rules import ANNUAL_TARGETS, BUDGET, OPPORTUNITIES, SCHEDULE


def column(table, code):
    return next(one for one in table.columns if one.code == code)


@pytest.mark.parametrize(
    ("table", "code", "typed", "kept"),
    [
        (BUDGET, "amount", "1,200.50 万元", "1200.5"),
        (BUDGET, "amount", "１２", "12"),
        (BUDGET, "kind", "IT 服务", "it_service"),
        (OPPORTUNITIES, "probability", "50%", "50"),
        (SCHEDULE, "done_by", "2027年3月31日", "2027-03-31"),
        (BUDGET, "note", "  两 行\n说明 ", "两 行 说明"),
        (BUDGET, "amount", " ", ""),
    ],
)
def test_text_is_read_by_the_kind_of_the_column(table, code, typed, kept):
    assert rules.read_cell(column(table, code), typed) == kept


@pytest.mark.parametrize(
    ("table", "code", "typed"),
    [
        (BUDGET, "amount", "-1"),
        (BUDGET, "amount", "NaN"),
        (BUDGET, "amount", "十二"),
        (OPPORTUNITIES, "probability", "101"),
        (OPPORTUNITIES, "business_line", "香蕉"),
        (SCHEDULE, "done_by", "2027-02-30"),
        (BUDGET, "note", "a\0b"),
    ],
)
def test_what_does_not_fit_is_refused_in_chinese(table, code, typed):
    with pytest.raises(ValueError, match="[请不最含年]"):
        rules.read_cell(column(table, code), typed)


def test_a_block_with_a_heading_says_its_own_order():
    rows = rules.read_block(BUDGET, '金额（万元）\t类别\n12\t网络\n7\t"项\n目"\n')

    assert rows[0].cells == {"amount": "12", "kind": "network"}
    assert "kind" in rows[1].faults


def test_a_block_without_heading_goes_by_the_table():
    (row,) = rules.read_block(BUDGET, "网络\t12\t专线")

    assert row.cells == {"kind": "network", "amount": "12", "note": "专线"}


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [("236", "240", "+1.7"), ("70", "70", "+0.0"), ("80", "60", "-25.0"), ("0", "5", ""),
     ("", "5", ""), ("5", "", "")],
)  # fmt: skip
def test_growth_is_computed_from_two_columns_and_never_typed(before, now, shown):
    cells = rules.shown_cells(ANNUAL_TARGETS, {"last_year": before, "target": now})
    assert (cells[-1][0].label, cells[-1][1]) == ("同比（%）", shown)
    assert "同比（%）" not in [one.label for one in ANNUAL_TARGETS.columns]
    assert len(rules.shown_cells(BUDGET, {})) == len(BUDGET.columns)
