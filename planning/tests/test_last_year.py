"""What was billed the year before stands on the paper, and is nobody's writing (R45)."""

import pytest

from accounts.models import BillLine, MonthlyBill
from planning import paper_reports
from planning.actions import moving
from planning.actions.snapshots import differs, sha256_of, snapshot_of
from planning.models import PlanState, PlanVersion
from planning.tests import reviewing
from planning.tests.factories import add_row, make_bill, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = reviewing.world()
    make_bill(scene.plan.customer, 2026, 3, "50000", local_call="30000", data="15000")
    make_bill(scene.plan.customer, 2025, 3, "990000", local_call="990000")
    return scene


def printed(version, reader):
    """{(kind, line): 上年实际} and the one of the whole, as they stand on paper."""
    paper = paper_reports.paper(version, reader, version.created_at)
    [targets] = [s.targets for c in paper.chapters for s in c.sections if s.targets]
    lines = {(kind, line[0]): line[-1] for kind, rows, _ in targets.groups for line in rows}
    return lines, targets.total[-1]


def test_the_paper_shows_what_was_billed_last_year_each_amount_once(scene):
    lines, whole = printed(scene.version, scene.author)
    assert (lines["存量", "话音"], lines["存量", "数据"]) == ("3.00", "1.50")
    assert lines["增量", "数据"] == lines["存量", "视频"] == lines["策反", "自移动"] == "—"
    assert whole == "5.00"  # half a 万元 belongs to no business


def test_a_bill_put_right_after_handing_in_changes_neither_paper_nor_approval(scene):
    reviewing.submitted(scene.plan)
    BillLine.objects.filter(item="local_call").update(amount="1")
    MonthlyBill.objects.update(reported_total="2")
    version = PlanVersion.objects.get(pk=scene.version.pk)
    assert printed(version, scene.head)[0]["存量", "话音"] == "3.00"
    moving.approve(version=version, seen_sha256=version.sha256, by=scene.head)
    assert version.state == PlanState.APPROVED


def test_what_was_handed_in_before_this_was_kept_still_verifies_and_prints(scene):
    old = snapshot_of(scene.version)
    del old["last_year"]
    for line in old["targets"]:
        line["last_year"] = ""
    assert differs(old, snapshot_of(scene.version)) == []
    rows = PlanVersion.objects.filter(pk=scene.version.pk)
    rows.update(state="submitted", snapshot=old, sha256=sha256_of(old), submitted_by=scene.author,
                submitted_at=scene.version.created_at)  # fmt: skip
    version = rows.get()
    assert printed(version, scene.head)[1] == "—"
    moving.approve(version=version, seen_sha256=version.sha256, by=scene.head)


def test_a_plan_above_shows_the_bills_of_the_customers_whose_plans_count(scene):
    above = make_plan(
        "key_industry", author=scene.industry_manager, industry=scene.plan.customer.industry
    )
    annual = make_plan("annual_market", author=scene.other_head)
    assert printed(above.current, scene.head)[1] == "—"
    reviewing.submitted(scene.plan)
    assert printed(above.current, scene.head)[1] == "5.00"
    assert printed(annual.current, scene.director)[1] == "5.00"  # whether or not that one counts
    reviewing.fill(above)
    reviewing.submitted(above)
    assert printed(annual.current, scene.director)[1] == "5.00"


def test_the_annual_targets_show_their_growth_on_the_page_and_on_paper(client, scene):
    plan = make_plan("annual_market", author=scene.other_head)
    cells = {"region": "市本级", "industry": "金融", "business_line": "data", "kind": "stock",
             "last_year": "236", "target": "240"}  # fmt: skip
    add_row(plan, "annual_targets", **cells)
    client.force_login(scene.director)
    for url in (f"/plans/{plan.pk}/sections/A3.3/", f"/plans/{plan.pk}/"):
        page = client.get(url).content.decode()
        assert "同比（%）" in page and "+1.7" in page, url
    paper = paper_reports.paper(plan.current, scene.director, plan.created_at)
    tables = [t for c in paper.chapters for s in c.sections for t in s.tables]
    [found] = [table for table in tables if table.title == "区域、行业、业务目标"]
    assert (found.heads[-1].label, found.rows[0][-1]) == ("同比（%）", "+1.7")
    assert found.heads[-1].is_number and found.rows[0][2:4] == ["数据", "存量"]
