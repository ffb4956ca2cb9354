from datetime import UTC, datetime, timedelta

import pytest

from accounts import search_rules as rules

NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ", []),
        ("（·）", []),
        ("ＪＳＹＨ", ["jsyh"]),
        ("shao'xing", ["shaoxing"]),
        ("王 稽山银行", ["稽山银行", "王"]),
        ("a b cc ddd", ["ddd", "cc", "a"]),
        ("x" * 60, ["x" * 24]),
    ],
)
def test_terms(text, expected):
    assert rules.terms(text) == expected


def test_a_range_holds_what_begins_alike_and_nothing_else():
    [(low, high)] = rules.ranges("绍兴")
    assert low <= "绍兴" < high
    assert low <= "绍兴市" < high
    assert not low <= "绍" < high
    assert not low <= "绍共" < high


def test_four_digits_may_be_the_end_of_a_phone():
    assert rules.ranges("4321") == [("4321", "4321\U0010ffff"), ("~1234", "~1234\U0010ffff")]
    assert len(rules.ranges("432")) == 1
    assert len(rules.ranges("４３２１")) == 1  # folded before it comes here


def test_phone_keys():
    assert rules.phone_keys("138-0000 1234") == ["13800001234", "~43210000831"]
    assert rules.phone_keys("12") == []


def test_code_keys():
    assert rules.code_keys("C00123") == ["c00123", "00123", "123"]
    assert rules.code_keys("A") == ["a"]


def test_credit_code_keys():
    assert rules.credit_code_keys("91330600MA2ABCDE1X") == ["91330600ma2abcde1x", "ma2abcde1x"]
    assert rules.credit_code_keys("") == []


def test_lately_opened_beats_often_opened_and_often_breaks_the_tie():
    def near(ago, times):
        return rules.familiarity(NOW - ago, times, NOW)

    assert near(timedelta(minutes=5), 1) > near(timedelta(days=5), 20)
    assert near(timedelta(days=2), 9) > near(timedelta(days=2), 3)
    assert near(timedelta(days=400), 500) == 20
