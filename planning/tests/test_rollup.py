"""planning.rollup_reports: plans add up to the plan above; only those that count (R41)."""

import re
from decimal import Decimal

import pytest

from accounts.tests.factories import make_customer, make_industry
from planning import rollup_reports as reports
from planning.actions import allotting, moving
from planning.actions import targets as actions
from planning.actions.errors import PlanError
from planning.actions.snapshots import snapshot_of
from planning.models import MarketingPlan, PlanState
from planning.tests import reviewing
from planning.tests.factories import make_plan, set_state
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
D = Decimal


def fill(plan: MarketingPlan, **cells: str) -> None:
    """stock_voice="15 15 15 15"."""
    for name, text in cells.items():
        kind, _, line = name.partition("__")
        row = plan.current.targets.get(kind=kind, business_line=line, from_operator="")
        for quarter, amount in zip(("q1", "q2", "q3", "q4"), text.split(), strict=True):
            setattr(row, quarter, D(amount))
        row.save()


def count(plan: MarketingPlan, *, is_counted: bool = True) -> None:
    set_state(plan.current, PlanState.SUBMITTED if is_counted else PlanState.RETURNED)
    MarketingPlan.objects.filter(pk=plan.pk).update(counted=plan.current if is_counted else None)
    plan.refresh_from_db()


def tree():
    """Annual ← industry ← two customers, with targets, nothing handed in yet."""
    head, industry = make_user("dept_head"), make_industry()
    annual = make_plan("annual_market", author=head)
    above = make_plan("key_industry", author=head, industry=industry)
    made = []
    for amounts in ("1 2 3 4", "10 20 30 40"):
        customer = make_customer(branch=head.branch, industry=industry)
        plan = make_plan(customer=customer)
        fill(plan, stock__voice=amounts)
        made.append(plan)
    return annual, above, made


def test_only_plans_that_count_are_added():
    annual, above, (one, two) = tree()
    assert reports.rollup(above).grand[4] == 0
    count(one)
    assert reports.rollup(above).totals["stock"] == (1, 2, 3, 4, 10)
    count(two)
    assert reports.rollup(above).totals["stock"] == (11, 22, 33, 44, 110)
    assert reports.rollup(annual).grand == (11, 22, 33, 44, 110)  # whether or not that one counts
    count(above)
    assert reports.rollup(annual).grand == (11, 22, 33, 44, 110)
    count(one, is_counted=False)
    assert reports.rollup(annual).grand[4] == 100


def test_a_customer_without_an_industry_plan_is_added_to_the_annual_plan():
    annual, above, (one, _) = tree()
    other = make_plan(customer=make_customer(branch=annual.branch, industry=make_industry("EDU")))
    fill(other, stock__voice="100 0 0 0")
    count(other)

    found = reports.rollup(annual)
    assert found.grand[4] == 100
    assert {"customer": other.customer_id} in reports.customers_below(annual)
    count(one), count(above)
    rolled = reports.rollup(annual)
    assert rolled.grand[4] == 110
    shown = reports.rows_of(list(reports.children(annual, annual.author)), rolled)
    assert {row.plan: row.amounts[3] for row in shown} == {above: 10, other: 100}
    assert snapshot_of(annual.current)["total"][4] == "110.00"


def test_adjustments_are_added_at_their_level():
    annual, above, (one, _) = tree()
    count(one)
    fields = {"business_line": "data", "from_operator": "", "q1": D(5), "q2": 0, "q3": 0, "q4": 0}
    actions.add_adjustment(
        version=above.current, by=above.author, kind="increment", reason="新客户", **fields
    )
    count(above)
    found = reports.rollup(annual)
    assert found.summed["stock"][4] == 10
    assert found.summed["increment"] == (5, 0, 0, 0, 5)
    assert found.adjusted["increment"][4] == 0
    assert reports.rollup(above).adjusted["increment"][4] == 5


@pytest.mark.parametrize("is_annual", [False, True])
def test_a_gap_below_what_was_handed_down_is_explained_before_handing_in(client, is_annual):
    annual, above, (one, _) = tree()
    count(one)
    if is_annual:
        count(above)
    plan = annual if is_annual else above
    reviewing.fill(plan)  # 100 of 增量 are an adjustment already
    director = make_user("branch_director", branch=plan.branch)
    asked = {"stock": [D(5)] * 4, "increment": [D(0)] * 4, "win_back": [D(0)] * 4}
    allotting.allot(plan=plan, amounts=asked, note="", seen_at=None, by=director)
    with pytest.raises(PlanError, match="存量汇总比下达少 10.00 万元，还没有说明"):
        moving.submit(version=plan.current, by=plan.author)
    client.force_login(plan.author)
    page = client.get(f"/plans/{plan.pk}/quality/").content.decode()
    assert f'href="/plans/{plan.pk}/rollup/#adjustments"' in page
    more = {"q1": D(4), "q2": D(3), "q3": D(2), "q4": D(1), "from_operator": ""}
    actions.add_adjustment(
        version=plan.current, by=plan.author, kind="stock", business_line="voice",
        reason="两家客户还没有建计划", **more,
    )  # fmt: skip
    moving.submit(version=plan.current, by=plan.author)
    assert plan.current.state == PlanState.SUBMITTED


@pytest.mark.parametrize("only_kinds", [True, False])
def test_adjustments_that_cancel_out_come_to_nothing_on_both_engines(only_kinds):
    annual, above, _ = tree()
    for amount in ("-2.61", "1.83", "0.78"):
        actions.add_adjustment(
            version=above.current, by=above.author, kind="stock", business_line="data",
            from_operator="", reason="计划外", q1=D(amount), q2=D("0.1"), q3=D(0), q4=D(0),
        )  # fmt: skip
    assert reports.rollup(above).totals["stock"] == (0, D("0.30"), 0, 0, D("0.30"))
    count(above)
    assert reports.rollup(annual, only_kinds=only_kinds).grand[4] == D("0.30")


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    annual, above, made = tree()
    for plan in (*made, above):
        count(plan)
    with django_assert_num_queries(8):
        reports.page(annual, annual.current, made[0].created_at.date())
    for _ in range(3):
        customer = make_customer(branch=annual.branch, industry=above.industry)
        count(make_plan(customer=customer))
    with django_assert_num_queries(8):
        reports.page(annual, annual.current, made[0].created_at.date())
    for plan in (annual, above):
        rolled = reports.rollup(plan)
        plans = list(reports.children(plan, annual.author))
        with django_assert_num_queries(1):
            reports.rows_of(plans, rolled)


@pytest.mark.parametrize("is_counted", [True, False])
def test_a_row_adds_what_hangs_below_whether_or_not_it_counts(is_counted):
    annual, above, (one, _) = tree()
    count(one)
    if is_counted:
        count(above)
    rolled = reports.rollup(annual)
    [row] = reports.rows_of(list(reports.children(annual, annual.author)), rolled)
    assert row.amounts[-1] == 10
    assert row.is_counted and row.is_part != is_counted
    assert rolled.grand[4] == 10


def test_an_industry_plan_that_begins_takes_no_money_out_of_the_annual_plan(client):
    head, industry = make_user("dept_head"), make_industry()
    annual = make_plan("annual_market", author=head)
    below = make_plan(customer=make_customer(branch=head.branch, industry=industry))
    fill(below, stock__voice="10 20 30 40")
    count(below)
    assert reports.rollup(annual).grand[4] == 100

    above = make_plan("key_industry", author=head, industry=industry)
    fields = {"business_line": "data", "from_operator": "", "q1": D(5), "q2": 0, "q3": 0, "q4": 0}
    actions.add_adjustment(
        version=above.current, by=head, kind="increment", reason="新客户", **fields
    )
    for only_kinds in (False, True):
        assert reports.rollup(annual, only_kinds=only_kinds).grand[4] == 100
    assert snapshot_of(annual.current)["total"][4] == "100.00"
    assert reports.customers_below(annual).get() == {"customer": below.customer_id}
    client.force_login(head)
    text = client.get(f"/plans/{annual.pk}/rollup/").content.decode()
    assert "其下计入" in text and "编写中，提交后计入；其下客户计划照常汇总" in text
    count(above)
    assert reports.rollup(annual).grand[4] == 105
    count(above, is_counted=False)
    assert reports.rollup(annual).grand[4] == 100


def test_a_plan_says_why_it_counts_or_not():
    _, above, (one, two) = tree()
    count(one)
    one.current.number = 2
    assert "编写中，提交后计入" in reports.why(MarketingPlan.objects.get(pk=two.pk))
    count(two, is_counted=False)
    assert "已退回" in reports.why(MarketingPlan.objects.get(pk=two.pk))
    assert reports.why(MarketingPlan.objects.get(pk=one.pk)) == "第 1 版已提交，已计入"


def test_customers_below_are_those_whose_plans_count():
    annual, above, (one, _) = tree()
    count(one)
    assert list(reports.customers_below(above)) == [{"customer": one.customer_id}]
    assert reports.customers_below(annual).get() == {"customer": one.customer_id}
    count(above)
    assert reports.customers_below(annual).get() == {"customer": one.customer_id}


def test_the_page_says_what_moved_below_since_the_plan_was_handed_in(client):
    annual, above, (one, two) = tree()
    count(one)
    set_state(above.current, PlanState.SUBMITTED, snapshot=snapshot_of(above.current))
    client.force_login(above.author)
    url = f"/plans/{above.pk}/rollup/"
    assert "提交以后有变化" not in client.get(url).content.decode()

    count(two)
    text = client.get(url).content.decode()
    assert "提交、审核的是 10 万元" in text and "现在合计多 100 万元" in text
    count(one, is_counted=False), count(two, is_counted=False)
    assert "现在合计少 10 万元" in client.get(url).content.decode()


def test_no_gap_in_a_quarter_is_a_zero_and_no_change_of_anything(client):
    _, above, (one, _) = tree()
    count(one)
    asked = {"stock": [D(1), D(2), D(3), D(9)], "increment": [D(0)] * 4, "win_back": [D(0)] * 4}
    director = make_user("branch_director", branch=above.branch)
    allotting.allot(plan=above, amounts=asked, note="", seen_at=None, by=director)
    client.force_login(above.author)
    page = client.get(f"/plans/{above.pk}/rollup/").content.decode()
    row = re.search(r"差距（下达 − 合计）</th>(.*?)</tr>", page).group(1)
    assert re.findall(r">([^<]+)</td>", row) == ["0", "0", "0", "+5", "+5"]
