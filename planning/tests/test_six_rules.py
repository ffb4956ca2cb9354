"""Shares, totals and phases by hand (R64, R67, R75, R76)."""

from datetime import date
from decimal import Decimal

import pytest

from planning import six_rules as rules

WEIGHTS = dict(enumerate((10, 10, 5, 10, 10, 5, 10, 10, 5, 10, 5, 10)))


def test_shares_of_the_three_groups():
    amounts = [Decimal(65550), Decimal(24150), Decimal(25300)]
    assert [str(share) for share in rules.shares(amounts)] == ["57.00", "21.00", "22.00"]
    assert rules.shares([Decimal(0)]) == [None]


def test_a_change_needs_a_base():
    assert rules.change(Decimal(110), Decimal(100)) == Decimal("10.0")
    assert rules.change(Decimal(110), Decimal(0)) is rules.change(Decimal(1), None) is None


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        ((4, 10, 10, 10, 7, 4, 4, 7, 4, 7, 4, 4), "6.40"),
        ((10, 1, 4, 4, 7, 7, 7, 4, 7, 7, 6, 4), "5.60"),
        ((7, 7, 7, 7, 4, 7, 7, 7, 10, 4, 10, 7), "6.70"),
        ((1, 1, 4, 4, 1, 4, 4, 4, 7, 1, 4, 4), "2.95"),
    ],
)
def test_the_four_totals_of_bank_a(scores, total):
    given = dict(enumerate(scores))
    assert str(rules.weighted_total(WEIGHTS, given)) == total
    del given[11]
    assert rules.weighted_total(WEIGHTS, given) is None


def test_weights_are_a_hundred():
    assert rules.weights_fault(WEIGHTS.values()) == ""
    assert "95" in rules.weights_fault([95])


@pytest.mark.parametrize(
    ("better", "ours", "promise", "is_too_much"),
    [
        ("lower", "3", "3", False), ("lower", "3", "2", True), ("higher", "99", "99.5", True),
        ("higher", "99", "98", False), ("lower", None, "5", True), ("lower", "3", None, False),
    ],
)  # fmt: skip
def test_no_promise_beyond_todays_ability(better, ours, promise, is_too_much):
    numbers = [Decimal(n) if n else None for n in (ours, promise)]
    assert rules.promises_too_much(better, *numbers) is is_too_much


@pytest.mark.parametrize(
    ("scores", "priority", "phase"),
    [
        ((5, 5, 4), "4.7", "act_now"), ((3, 3, 4), "3.3", "create_conditions"),
        ((4, 3, 4), "3.7", "act_now"), ((5, 5, 3), "4.4", "create_conditions"),
        ((5, 5, 2), "4.1", "prepare_launch"), ((1, 1, 1), "1", "prepare_launch"),
    ],
)  # fmt: skip
def test_suggested_phase(scores, priority, phase):
    assert rules.priority(*scores) == Decimal(priority)
    assert rules.suggested_phase(*scores) == phase


def test_quarter_by_date_or_phase():
    assert rules.quarter(2027, "act_now", date(2027, 6, 30)) == "q2"
    assert rules.quarter(2027, "act_now", date(2026, 12, 1)) == "q1"
    assert rules.quarter(2027, "act_now", date(2028, 1, 1)) == ""
    assert [rules.quarter(2027, phase, None) for phase in rules.PHASES] == ["q1", "q2", "q3"]
