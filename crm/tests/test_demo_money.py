"""The demo's bills, shares and contracts follow the figures of §E.2 to the cent."""

from datetime import date
from decimal import Decimal as D

import pytest

from accounts.models import Customer
from crm.demo import customers, money
from valuation.period_rules import months_left

TODAY = date(2026, 11, 29)
SEED = {row["code"]: row for row in customers.rows() if "rev" in row}


def figures(code):
    return money.figures(SEED[code], Customer(pk=1, code=code))


@pytest.mark.parametrize("code", sorted(SEED))
def test_twelve_months_average_the_revenue_and_every_bill_adds_up(code):
    one = figures(code)
    bills = list(money.monthly(one, TODAY))
    newest = [bill for bill, _ in bills][-12:]
    assert sum(bill.reported_total for bill in newest) == one.revenue * 12
    assert [newest[0].month, newest[-1].month] == [date(2025, 11, 1), date(2026, 10, 1)]
    for bill, lines in bills:
        assert sum(lines.values()) == bill.reported_total == bill.computed_total


@pytest.mark.parametrize("code", sorted(SEED))
def test_as_many_bills_are_paid_in_time_as_the_seed_says(code):
    newest = [bill for bill, _ in money.monthly(figures(code), TODAY)][-12:]
    in_time = [bill for bill in newest if bill.paid_on and bill.paid_on <= bill.due_on]
    assert len(in_time) == int(SEED[code]["ontime_of_12"])
    assert all(bill.paid_on is None or bill.paid_on <= TODAY for bill in newest)


@pytest.mark.parametrize("code", sorted(SEED))
def test_our_part_of_the_wallet_is_the_seeds(code):
    usages = list(money._usages(figures(code), 2026))
    ours = sum(u.amount for u in usages if u.operator == "telecom")
    assert ours == D(SEED[code]["rev"]) * 12
    share = ours / sum(u.amount for u in usages)
    assert abs(share - D(SEED[code]["wallet_share"])) < D("0.0005")
    assert len({(u.business_line, u.operator) for u in usages}) == len(usages)


@pytest.mark.parametrize("code", sorted(SEED))
def test_as_many_whole_months_of_the_contracts_are_left_as_the_seed_says(code):
    one = figures(code)
    contracts = list(money._contracts(one, TODAY, None))
    left = [months_left(contract.ends_on, TODAY) for contract in contracts]
    assert all(one.remaining <= months < one.remaining + 3 for months in left)
    assert (contracts[0].ends_on - money.add_months(TODAY, one.remaining)).days in range(-9, 9)


@pytest.mark.parametrize("code", sorted(SEED))
def test_the_newer_year_has_grown_by_what_the_seed_says(code):
    one = figures(code)
    bills = [bill.reported_total for bill, _ in money.monthly(one, TODAY)]
    before = sum(bills[:-12]) / (len(bills) - 12)
    assert round((one.revenue / before - 1) * 100, 3) == one.growth


def test_a_month_is_added_within_the_calendar():
    assert money.add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert money.add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


def test_a_split_leaves_no_cent_behind():
    parts = money.split(D("100.00"), {"data": D(1), "ict": D(1), "circuit": D(1)})
    assert parts == {"data": D("33.34"), "ict": D("33.33"), "circuit": D("33.33")}


def test_customers_lean_away_from_their_industry_but_the_training_case_does_not():
    weights = {code: figures(code).template for code in ("C0001", "C0003", "C0004")}
    shares = {
        code: {item: weight / sum(parts.values()) * 100 for item, weight in parts.items()}
        for code, parts in weights.items()
    }
    assert shares["C0001"]["circuit"] == 46
    assert abs(shares["C0003"]["circuit"] - shares["C0004"]["circuit"]) > 2
    assert all(weight >= 0 for parts in weights.values() for weight in parts.values())
