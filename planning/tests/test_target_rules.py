"""planning.target_rules: lines, sums, what was reached, the gap, what people type (R41, R45)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning import target_rules as rules

D = Decimal
money = st.decimals("-9999999", "9999999", places=2)


def test_a_customer_plan_begins_with_five_ten_and_three_lines():
    lines = rules.blank_lines("key_customer")
    assert [len([one for one in lines if one[0] == kind]) for kind in rules.KINDS] == [5, 10, 3]
    assert [operator for kind, _, operator in lines if kind == "win_back"] == list(rules.RIVALS)
    assert rules.blank_lines("key_industry") == rules.blank_lines("annual_market") == []


@given(st.lists(st.tuples(st.sampled_from(list(rules.KINDS)), st.tuples(*[money] * 4))))
@settings(max_examples=30, deadline=None)
def test_sums_lose_no_cent(lines):
    by_kind = rules.totals(lines)
    assert list(by_kind) == list(rules.KINDS)
    whole = rules.grand_total(by_kind)
    assert whole[4] == sum((sum(quarters) for _, quarters in lines), D(0)) == sum(whole[:4])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", 0), ("—", 0), ("15", 15), ("0.5", D("0.5")), ("1,234.5", D("1234.5")),
        ("１２．５", D("12.5")), (" 3 ", 3), (".5", D("0.5")), ("7.", 7),
        ("￥15", 15), ("¥1,5 万元", 15), ("2.5万", D("2.5")),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, amount):
    assert rules.read_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    ["abc", "=1+1", "1e5", "1.234", "-1", "NaN", "12345678901", "1.2.3", "15元", "¥", "万元"],
)
def test_what_is_no_amount_is_refused_in_chinese(text):
    with pytest.raises(rules.AmountError, match="[数字小负]"):
        rules.read_amount(text)


def test_an_adjustment_may_be_negative():
    assert rules.read_amount("−5.25", may_be_negative=True) == D("-5.25")


def test_only_months_that_are_over_are_due():
    today = date(2027, 6, 15)
    assert [rules.months_due(2027, quarter, today) for quarter in (1, 2, 3, 4)] == [3, 2, 0, 0]
    assert rules.months_due(2026, 4, today) == 3
    assert rules.months_due(2028, 1, today) == 0
    assert rules.due_target(D(10), 2) == D("6.67")


def test_the_light_follows_the_percent_of_what_is_due():
    assert rules.light(rules.achievement(D(95), D(100))) == "green"
    assert rules.light(rules.achievement(D("94.9"), D(100))) == "yellow"
    assert rules.light(rules.achievement(D("79.9"), D(100))) == "red"
    assert rules.light(rules.achievement(D(5), D(0))) == ""


def test_a_gap_is_explained_by_adjustments_only():
    assert rules.Gap(D(300), D(263), D(0)).words == "还差 37.00 万元没有说明"
    filled = rules.Gap(D(300), D(263), D(37))
    assert filled.is_explained
    assert filled.words == "由计划外调整补足"
    assert rules.Gap(D(250), D(263), D(0)).words == "比下达高 13.00 万元"
    assert rules.Gap(D(0), D(263), D(0)).words == "没有下达目标"
