"""An industry's plan takes its revenue from the bills, its opportunities from the plans below."""

import pytest
from django.urls import reverse

from accounts.models import BillLine
from accounts.tests.factories import make_customer, make_industry
from planning import review_reports
from planning.models import PlanRow
from planning.tests import reviewing
from planning.tests.factories import add_row, make_bill, make_plan
from staff.tests.factories import make_branch, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = reviewing.world()
    industry = scene.plan.customer.industry
    scene.industry_manager.industries.add(industry)
    scene.above = make_plan("key_industry", author=scene.industry_manager, industry=industry)
    return scene


def pull(client, scene, table):
    client.force_login(scene.industry_manager)
    page = client.get(reverse("planning:table", args=[scene.above.pk, table])).content.decode()
    assert "从账单和客户计划带入" in page
    for _ in range(2):  # twice is once
        url = reverse("planning:pull", args=[scene.above.pk, table])
        assert client.post(url).status_code == 302
    rows = PlanRow.objects.filter(version=scene.above.current, table=table)
    return {row.source: row for row in rows}


def test_our_revenue_comes_by_business_from_the_bills_of_the_industry(client, scene):
    industry, mine = scene.plan.customer.industry, scene.plan.customer
    other = make_customer(branch=mine.branch, industry=industry)  # without any plan
    for customer in (
        make_customer(branch=mine.branch, industry=make_industry("EDU", "教育")),
        make_customer(branch=make_branch(), industry=industry),
    ):
        make_bill(customer, 2026, 1, "990000", data="990000")
    make_bill(mine, 2026, 1, "60000", data="40000", local_call="20000", adjustment="-500")
    make_bill(other, 2026, 2, "20000", circuit="20000")
    make_bill(mine, 2025, 1, "50000", data="50000")
    make_bill(mine, 2025, 12, "70000", data="70000")  # of a month that is still to come this year
    rows = pull(client, scene, "position")
    assert {source: row.cells for source, row in rows.items()} == {
        "linerevenue:data": {
            "business_line": "data", "revenue": "6", "yoy": "+20.0", "share": "75.0",
        },
        "linerevenue:voice": {"business_line": "voice", "revenue": "2", "share": "25.0"},
    }  # fmt: skip


def test_opportunities_are_summed_from_the_plans_that_count_and_name_nobody(client, scene):
    add_row(
        scene.plan, "opportunities", name="秘密项目", business_line="data", amount="30",
        probability="40", timing="二季度", conditions="总工点头",
    )  # fmt: skip
    add_row(
        scene.plan, "opportunities", name="扩容", business_line="data", amount="10",
        probability="80", timing="年底", conditions="预算批下",
    )  # fmt: skip
    assert pull(client, scene, "opportunities") == {}  # nothing was handed in
    reviewing.submitted(scene.plan)
    rows = pull(client, scene, "opportunities")
    assert rows["planopportunities:data"].cells == {
        "name": "数据：1 份客户计划的 2 个机会", "business_line": "data", "amount": "40",
        "probability": "50", "timing": "二季度；年底",
    }  # fmt: skip
    assert "秘密" not in str([row.cells for row in rows.values()])


def test_what_the_bills_say_otherwise_later_is_shown_and_taken_over(client, scene):
    make_bill(scene.plan.customer, 2026, 1, "40000", data="40000")
    [row] = pull(client, scene, "position").values()
    BillLine.objects.update(amount="50000")
    page = client.get(reverse("planning:table", args=[scene.above.pk, "position"]))
    assert "4 → 5" in page.content.decode()
    texts = [one.text for one in review_reports.findings(scene.above.current)]
    assert "「我方在行业中的收入」有 1 行和账单和客户计划现在的资料不同" in texts
    client.post(reverse("planning:refresh", args=[scene.above.pk, row.pk]))
    row.refresh_from_db()
    assert row.cells["revenue"] == "5"


def test_what_no_facts_are_known_for_is_refused(client, scene):
    client.force_login(scene.industry_manager)
    url = reverse("planning:pull", args=[scene.above.pk, "competitors"])
    page = client.post(url, follow=True).content.decode()
    assert "这张表没有可以带入的资料" in page
    stranger = make_user("industry_manager", branch=make_branch())
    client.force_login(stranger)
    assert client.post(url).status_code == 404
