"""§B.3 in figures: shares, quotient, shortfall, growth."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from valuation import revenue_rules as rules

D = Decimal
BANK_A = {
    "monthly_rent": D(19358), "local_call": D(14361), "long_distance": D(17958),
    "data": D(3264), "circuit": D(90767),
}  # fmt: skip


def amounts(**values):
    return {code: D(value) for code, value in values.items()}


def test_the_three_groups_of_the_province_are_57_21_22_percent():
    found = rules.percents(amounts(a=65550, b=24150, c=25300))
    assert found == {"a": D("57.00"), "b": D("21.00"), "c": D("22.00")}


def test_bank_a_spends_13_29_9_86_12_32_2_24_and_62_29_percent():
    assert sum(BANK_A.values()) == 145708
    found = rules.percents(BANK_A)
    assert [str(value) for value in found.values()] == ["13.29", "9.86", "12.32", "2.24", "62.29"]


@pytest.mark.parametrize("seed", range(200))
def test_percents_add_up_to_a_hundred_whatever_the_amounts(seed):
    random = Random(seed)
    values = {str(n): D(random.randint(0, 10**6)) / 100 for n in range(random.randint(1, 15))}
    values["x"] = D(1)
    found = rules.percents(values)
    assert sum(found.values()) == 100
    whole = sum(values.values())
    assert all(abs(found[code] - values[code] * 100 / whole) < D("0.01") for code in values)


def test_a_credit_note_among_the_amounts_still_gives_a_hundred():
    assert sum(rules.percents(amounts(a="33.33", b="-1.01", c="17.77")).values()) == 100


def test_three_thirds_give_the_spare_hundredth_to_the_first():
    assert list(rules.percents(amounts(a=1, b=1, c=1)).values()) == [D("33.34"), D("33.33"),
                                                                     D("33.33")]  # fmt: skip


def test_nothing_has_no_shares():
    assert rules.percents({}) == rules.percents(amounts(a=0)) == rules.percents(amounts(a=-3)) == {}


def test_quotient_of_an_industry_that_has_twice_the_share():
    here, everywhere = amounts(data=60, voice=40), amounts(data=300, voice=700)
    assert rules.location_quotient(here, everywhere, "data") == D("2.00")
    assert rules.location_quotient(here, everywhere, "voice") == D("0.57")
    assert rules.location_quotient(here, everywhere, "ict") is None
    assert rules.location_quotient({}, everywhere, "data") is None


@pytest.mark.parametrize(
    ("quotient", "word"),
    [("1.20", "level"), ("1.21", "over"), ("0.80", "level"), ("0.79", "under"), (None, "")],
)
def test_over_begins_beyond_1_2_and_under_below_0_8(quotient, word):
    assert rules.tendency(quotient and D(quotient)) == word


def test_penetration_and_intensity():
    assert rules.penetration(2, 3) == D("66.67")
    assert rules.intensity(D(1000), 3) == D("333.33")
    assert rules.penetration(0, 0) is rules.intensity(D(5), 0) is None


def test_of_four_customers_the_reference_keeps_the_customer_of_five_it_does_not():
    industry, own = amounts(data=300, voice=100), amounts(data=100, voice=100)
    assert rules.reference(industry, own, 4) == {"data": D("0.75"), "voice": D("0.25")}
    assert rules.reference(industry, own, 5) == {"data": D(1), "voice": D(0)}


def test_shortfall_is_what_the_share_of_the_industry_would_bring_more():
    found = rules.gaps(amounts(data=20, voice=80), amounts(data="0.5", voice="0.4", ict="0.1"))
    assert [(gap.code, gap.shortfall) for gap in found] == [
        ("data", D("30.00")), ("ict", D("10.00")), ("voice", D("0.00")),
    ]  # fmt: skip
    assert [gap.difference for gap in found] == [D("-30.00"), D("-10.00"), D("40.00")]
    assert rules.gaps(amounts(data=0), amounts(data=1)) == []


def test_growth_without_a_positive_base_is_new():
    assert str(rules.growth(D(110), D(100))) == "+10.0%"
    assert str(rules.growth(D(90), D(100))) == "-10.0%"
    assert str(rules.growth(D(5), D(0))) == str(rules.growth(D(5), D(-1))) == "新增"
    assert str(rules.growth(D(0), D(0))) == str(rules.growth(None, D(3))) == "—"


def test_an_average_reaches_further_only_when_no_single_stranger_shows_in_it():
    assert rules.may_pool(3, 3)
    assert not rules.may_pool(7, 3)
    assert rules.may_pool(8, 3)


def test_periods_are_whole_months():
    november = date(2026, 11, 1)
    assert rules.span("12m", november) == rules.Span(date(2025, 12, 1), date(2026, 12, 1))
    assert rules.span("month", november) == rules.Span(november, date(2026, 12, 1))
    assert rules.span("year", november) == rules.Span(date(2026, 1, 1), date(2026, 12, 1))
    assert rules.span("month", november).year_before.first == date(2025, 11, 1)
    assert rules.span("year", november).last == november
