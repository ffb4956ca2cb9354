"""Layer shares of Bank A: 2/69/29, and 98 % on transport and access (R70)."""

from decimal import Decimal as D

import pytest

from accounts import network_rules as rules

BANK_A = {"backbone": D(2), "transport": D(69), "access": D(29)}


def test_bank_a_rests_on_us_by_98_percent():
    costs = rules.layer_costs(BANK_A, [], [])
    assert (costs.total, costs.dependency, costs.exposure) == (100, 98, 2)
    assert costs.is_given


def test_given_shares_win_over_fees():
    assert rules.layer_costs(BANK_A, [("access", D(500))], []).shares == BANK_A


def test_without_given_shares_the_fees_count():
    fees = [("backbone", D(100)), ("transport", D(200)), ("access", D(90)), ("access", None)]
    costs = rules.layer_costs({}, fees, [])
    assert costs.shares == {"backbone": D("25.64"), "transport": D("51.28"), "access": D("23.08")}
    assert not costs.is_given


def test_a_layer_with_a_rivals_line_is_exposed_too():
    assert rules.layer_costs(BANK_A, [], ["access"]).exposure == 31


def test_nothing_known_gives_nothing():
    assert rules.layer_costs({}, [("access", None)], []) is None


@pytest.mark.parametrize(
    ("mbps", "text"),
    [("0.064", "64K"), ("2", "2M"), ("155.000", "155M"), ("2500", "2.5G"), ("10", "10M")],
)
def test_bandwidth_as_people_say_it(mbps, text):
    assert rules.bandwidth_text(D(mbps)) == text


def test_unknown_bandwidth_is_left_out():
    assert rules.bandwidth_text(None) == ""
