"""Rules of the view, checked by hand: quality (R17), ladder (R21), wallet (R71), credit code."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts import rules

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ALL_FRESH = dict.fromkeys(rules.WEIGHTS, NOW)


def test_the_weights_are_those_of_the_handbook_and_make_100():
    assert list(rules.WEIGHTS.values()) == [20, 15, 20, 10, 10, 10, 5, 5, 5]


def test_nothing_filled_is_0_and_everything_is_100():
    full = {code: {"x": True} for code in rules.WEIGHTS}
    assert rules.completeness({}).percent == 0
    assert rules.completeness(full).percent == 100


def test_completeness_by_hand():
    """20 × 3/4 + 15 × 1/2 + 5 × 1 = 27.5 → 28."""
    filled = {
        "file": {"地址": True, "邮编": True, "法人": True, "人数": False},
        "people": {"联系人": True, "决策人": False},
        "events": {"大事": True},
    }
    found = rules.completeness(filled)
    assert found.percent == 28
    assert [(s.code, s.percent) for s in found.sections[:2]] == [("file", 75), ("people", 50)]
    assert found.sections[0].gaps == ("人数",)


@pytest.mark.parametrize(("items", "proven", "percent"), [(0, 0, None), (3, 2, 67), (4, 0, 0)])
def test_truth_is_the_share_of_proven_items(items, proven, percent):
    assert rules.truth(items, proven) == percent


def test_a_missing_month_between_two_bills_is_a_gap():
    months = [date(2025, 11, 1), date(2026, 2, 1), date(2025, 12, 15)]
    assert rules.month_gaps(months) == [date(2026, 1, 1)]


def test_no_bill_and_one_bill_have_no_gap():
    assert rules.month_gaps([]) == rules.month_gaps([date(2009, 6, 1)]) == []


def test_the_ninetieth_day_is_fresh_and_the_next_is_stale():
    edge = NOW - timedelta(days=90)
    assert rules.stale_sections(ALL_FRESH | {"file": edge}, NOW) == []
    stale = rules.stale_sections(ALL_FRESH | {"file": edge - timedelta(seconds=1)}, NOW)
    assert stale == ["file"]


def test_continuity_by_hand():
    """Nine sections; needs was never written, business has a gap: 7/9 = 78 %."""
    refreshed = {code: NOW for code in rules.WEIGHTS if code != "needs"}
    found = rules.continuity([date(2026, 1, 1), date(2026, 3, 1)], refreshed, NOW)
    assert (found.percent, found.stale, found.gaps) == (78, ("needs",), (date(2026, 2, 1),))
    assert not found.is_continuous
    assert rules.continuity([], ALL_FRESH, NOW).is_continuous


@pytest.mark.parametrize("code", ["91350100M000100Y43", "911101080000000008", "12100000400013440N"])
def test_the_check_sign_of_a_credit_code_closes_it(code):
    assert rules.credit_check_sign(code[:17]) in rules.CREDIT_SIGNS
    whole = code[:17] + rules.credit_check_sign(code[:17])
    assert rules.credit_code_fault(whole) == ""


def test_the_example_of_the_standard_is_right():
    """GB 32100-2015, appendix: 91350100M000100Y43."""
    assert rules.credit_code_fault("91350100M000100Y43") == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350100M000100Y4", "18 位"),
        ("91350100M000100Y44", "校验位"),
        ("9135O100M000100Y43", "不用 I、O"),
        ("91350100m000100y43", "大写"),
        ("19350100M000100Y43", "校验位"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(code, words):
    assert words in rules.credit_code_fault(code)


NOTHING = rules.Standing(0, 0, 0)


@pytest.mark.parametrize(
    ("old", "new", "standing", "words"),
    [
        ("potential", "actual", NOTHING, "在用产品"),
        ("potential", "actual", rules.Standing(1, 0, 0), ""),
        ("actual", "long_term_partner", rules.Standing(9, 23, 9), "24 个月"),
        ("actual", "long_term_partner", rules.Standing(0, 24, 0), ""),
        ("long_term_partner", "strategic_partner", rules.Standing(9, 99, 0), "合作协议"),
        ("long_term_partner", "strategic_partner", rules.Standing(0, 0, 1), ""),
        ("potential", "strategic_partner", rules.Standing(9, 99, 9), "逐级"),
        ("strategic_partner", "potential", NOTHING, ""),
        ("actual", "lost", NOTHING, ""),
        ("lost", "actual", NOTHING, "在用产品"),
        ("lost", "potential", NOTHING, ""),
        ("lost", "actual", rules.Standing(1, 0, 0), ""),
        ("lost", "long_term_partner", rules.Standing(9, 99, 9), "潜在客户或现实客户"),
        ("lost", "strategic_partner", rules.Standing(9, 99, 9), "潜在客户或现实客户"),
        ("actual", "actual", NOTHING, "已经在"),
    ],
)
def test_the_ladder_asks_for_its_proof(old, new, standing, words):
    refusal = rules.ladder_refusal(old, new, standing)
    assert (words in refusal) if words else refusal == ""


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 1, 1), date(2025, 12, 31), 24),
        (date(2024, 1, 1), date(2025, 12, 30), 23),
        (date(2024, 1, 31), date(2026, 1, 30), 24),
        (date(2026, 3, 15), date(2026, 4, 14), 1),
    ],
)
def test_the_length_of_a_contract_counts_both_days(first, last, months):
    assert rules.contract_months(first, last) == months


def test_the_wallet_of_bank_a():
    """主管全额报销, 中层 400 × 30, 员工 200 × 120, 司机人数不明: 12 000 + 24 000."""
    policies = [(5, None), (30, Decimal(400)), (120, Decimal(200)), (None, Decimal(100))]
    assert rules.wallet(policies) == 36_000


@pytest.mark.parametrize(
    ("number", "shown"), [("6222021234567890123", "**** 0123"), ("1234567", "****"), ("", "")]
)
def test_an_account_shows_its_last_four_signs_at_most(number, shown):
    assert rules.mask_account(number) == shown


def test_months_are_counted_over_the_year():
    assert rules.add_months(date(2026, 2, 1), -3) == date(2025, 11, 1)
    assert rules.add_months(date(2026, 11, 29), 2) == date(2027, 1, 1)
