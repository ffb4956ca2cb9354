"""The calendar of expiry: 180, 90, 60, 30 days (R49)."""

from datetime import date, timedelta

import pytest

from accounts import contract_rules as rules

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        (date(2026, 11, 28), "expired"),
        (date(2026, 11, 29), "d30"),
        (date(2026, 12, 29), "d30"),
        (date(2026, 12, 30), "d60"),
        (date(2027, 1, 28), "d60"),
        (date(2027, 1, 29), "d90"),
        (date(2027, 2, 27), "d90"),
        (date(2027, 2, 28), "d180"),
        (date(2027, 5, 28), "d180"),
        (date(2027, 5, 29), "later"),
    ],
)
def test_each_last_day_stands_in_its_column(ends_on, expected):
    assert rules.bucket(ends_on, TODAY) == expected


def test_the_bounds_say_the_same_as_the_column():
    for days in range(-3, 185):
        ends_on = TODAY + timedelta(days=days)
        inside = [
            code
            for code in rules.LABELS
            for first, last in [rules.bounds(code, TODAY)]
            if (first is None or first <= ends_on) and (last is None or ends_on <= last)
        ]
        assert inside == [rules.bucket(ends_on, TODAY)]


@pytest.mark.parametrize(
    ("days", "text", "css"),
    [
        (-1, "已到期 1 天", "chip-late"),
        (0, "今天到期", "chip-late"),
        (45, "剩 45 天", "chip-soon"),
        (200, "剩 200 天", "chip-muted"),
    ],
)
def test_the_chip_says_what_is_left(days, text, css):
    left = rules.remaining(TODAY + timedelta(days=days), TODAY)
    assert (left.text, left.css) == (text, css)


def test_a_day_is_placed_in_proportion():
    first, last = date(2026, 1, 1), date(2026, 1, 11)
    assert rules.place(date(2026, 1, 6), first, last, 200) == 100
    assert rules.place(date(2025, 1, 1), first, last, 200) == 0
    assert rules.place(date(2027, 1, 1), first, last, 200) == 200
