"""Bills and shares, checked by hand against Bank A (§B.3, D7)."""

from datetime import date
from decimal import Decimal as D

import pytest

from accounts import revenue_rules as rules
from accounts.revenue_drawing import HEIGHT, axis_text, chart

BANK_A = {
    "monthly_rent": D("19358.00"),
    "local_call": D("14361.00"),
    "long_distance": D("17958.00"),
    "data": D("3264.00"),
    "circuit": D("90767.00"),
}
REPORTED = D("140982.00")


def test_bank_a_differs_by_4726():
    check = rules.check_bill(REPORTED, BANK_A)
    assert (check.computed, check.difference) == (D("145708.00"), D("4726.00"))
    assert not check.agrees
    assert "4,726.00" in check.refusal("")


def test_the_adjustment_closes_the_gap_and_never_enters_the_sum():
    check = rules.check_bill(REPORTED, BANK_A | {"adjustment": D("-4726.00")})
    assert (check.computed, check.difference) == (D("145708.00"), D("4726.00"))
    assert check.unexplained == 0
    assert check.refusal("") == ""


@pytest.mark.parametrize(
    ("adjustment", "note", "is_refused"),
    [("-4725.99", "", True), ("-4725.99", "四舍五入", False), ("0", "  ", True)],
)
def test_a_gap_that_stays_open_needs_a_note(adjustment, note, is_refused):
    check = rules.check_bill(REPORTED, BANK_A | {"adjustment": D(adjustment)})
    assert bool(check.refusal(note)) is is_refused


def test_the_shares_of_bank_a():
    found = rules.shares(BANK_A | {"adjustment": D(-4726)})
    assert found == {
        "monthly_rent": D("13.29"),
        "local_call": D("9.86"),
        "long_distance": D("12.32"),
        "data": D("2.24"),
        "circuit": D("62.29"),
    }


@pytest.mark.parametrize("amounts", [{}, {"data": D(0)}, {"data": D(5), "ict": D(-5)}])
def test_nothing_has_no_shares(amounts):
    assert rules.shares(amounts) == {}


@pytest.mark.parametrize(
    ("now", "base", "expected"),
    [
        (D(110), D(100), D("10.0")),
        (D(90), D(120), D("-25.0")),
        (D("100.05"), D(100), D("0.1")),
        (D(5), D(0), None),
        (D(5), D(-1), None),
        (None, D(1), None),
        (D(1), None, None),
    ],
)
def test_growth_needs_a_positive_base(now, base, expected):
    assert rules.change(now, base) == expected


def test_months_go_back_over_the_year():
    assert rules.months_back(date(2026, 2, 1), 3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@pytest.mark.parametrize(
    ("highest", "top"), [("142956", "200000"), ("210", "250"), ("500", "500"), ("0", "1")]
)
def test_the_scale_ends_at_a_round_number(highest, top):
    assert rules.scale_top(D(highest)) == D(top)


def test_a_line_that_only_rivals_have_is_white():
    uses = rules.line_uses(
        ["voice", "data", "video", "internet"],
        [
            ("voice", "telecom", D(60)),
            ("voice", "mobile", D(40)),
            ("data", "telecom", D(30)),
            ("video", "other", D(20)),
        ],
    )
    assert [use.state for use in uses] == ["contested", "ours", "white", "unused"]
    assert [use.our_share for use in uses] == [D("60.00"), D("100.00"), D("0.00"), None]
    assert rules.our_share(uses) == D("60.00")
    assert rules.our_share([]) is None


def test_bars_stand_on_the_ground_without_gaps():
    months = rules.months_back(date(2026, 3, 1), 3)
    amounts = {months[0]: {"data": D(333), "circuit": D(667)}, months[2]: {"data": D(500)}}
    drawn = chart(months, amounts)
    first, missing, last = drawn.bars
    assert [part.code for part in first.parts] == ["data", "circuit"]
    assert first.parts[1].y + first.parts[1].height == first.parts[0].y
    assert first.parts[0].y + first.parts[0].height == drawn.ground == HEIGHT - 26
    assert (missing.is_missing, missing.parts) == (True, ())
    assert drawn.ground - last.top == 90  # half of the room of 180
    assert axis_text(D(150000)) == "15 万"
