"""What the weekly file says: the scope's own numbers, what changed, what waits and what is late."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import MonthlyBill, ServiceContract
from accounts.tests.factories import make_customer, make_duty, make_industry
from core.rules import SHANGHAI
from planning import weekly_pdf_reports
from planning.actions import exporting, moving, organising
from planning.models import PlanExport
from planning.tests import reviewing, weekly_factories
from planning.tests.factories import make_plan
from planning.tests.retention_factories import make_contract
from planning.tests.weekly_factories import AT, MONDAY, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return weekly_factories.world()


def numbers(scene, now, **scope):
    export = PlanExport(branch=scene.plan.branch, monday=MONDAY, version=1, why="beat", **scope)
    return weekly_pdf_reports.gather(export, now)


def table_of(weekly, code, title):
    chapter = next(c for c in weekly.chapters if c.code == code)
    return next((p.table for p in chapter.parts if p.title == title), None)


def test_every_number_is_the_departments_own_and_equals_the_database(scene):
    reviewing.approved(scene.plan, by=scene.head)
    other = make_plan(customer=scene.foreign)
    reviewing.fill(other, q1="500.00")
    reviewing.submitted(other)
    today = MONDAY + timedelta(days=1)
    for customer, amount in ((scene.plan.customer, 120_000), (scene.foreign, 990_000)):
        MonthlyBill.objects.create(
            customer=customer, month=date(2027, 1, 1), reported_total=amount, computed_total=amount
        )
        ServiceContract.objects.create(
            customer=customer, number=f"HT-{customer.pk}", name="专线合同", starts_on=today,
            ends_on=today + timedelta(days=30), annual_amount=amount,
        )  # fmt: skip
        make_duty(customer, customer.manager)
    now = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)
    export = PlanExport(
        branch=scene.plan.branch, department=scene.here, scope="department",
        monday=date(2027, 2, 1), version=1, why="beat",
    )  # fmt: skip
    weekly = weekly_pdf_reports.gather(export, now)
    # 数据 stands in 存量 and 增量: 10 + 20 + 30 + 40 each
    assert table_of(weekly, "1", "2027 年目标").rows[-1][1:] == ["20.00", "40.00", "60.00",
                                                              "80.00", "200.00"]  # fmt: skip
    progress = next(p.progress for c in weekly.chapters for p in c.parts if p.progress)
    whole = progress.rows[-1][1]
    assert (str(whole[0].actual), str(whole[0].due), whole[0].light) == ("12.00", "6.67", "green")
    [line] = table_of(weekly, "1", "2027 年各客户计划").rows
    assert line[0] == scene.plan.number and line[5] == "12.00"
    counted = table_of(weekly, "4", "按类别")
    assert counted.rows[-1] == ["合计", "1", "0"]
    content, pages = weekly_pdf_reports.pdf(weekly)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert scene.plan.number in text and "招投标节点尚未纳入" in text
    assert scene.foreign.name not in text and other.number not in text


def test_a_contract_that_is_renewed_in_any_way_is_not_said_to_end(
    scene, django_assert_max_num_queries
):
    def contract(name, **more):
        end = MONDAY + timedelta(days=30)
        customer = make_customer(manager=scene.author)
        return make_contract(customer, date(2024, 1, 1), end, name=name, **more)

    contract("没有续签")
    contract("自动续约", is_auto_renewed=True)
    said, later = contract("续签注明"), MONDAY + timedelta(days=31)
    for old, more in ((said, {"renewal_of": said}), (contract("另签新约"), {})):
        make_contract(old.customer, later, later + timedelta(days=700), **more)
    with django_assert_max_num_queries(200) as few:
        weekly = numbers(scene, AT)

    [row] = table_of(weekly, "7", "90 天内到期的合同").rows
    assert row[3] == "没有续签"
    assert ("1", "90 天内到期未续") in weekly.key_figures
    for number in range(20):
        contract(f"更多 {number}")
    with django_assert_max_num_queries(len(few)):
        numbers(scene, AT)


def test_what_changed_since_last_week_stands_first(scene):
    first = opened(AT).get(department=scene.here)
    now = timezone.now()
    weekly = numbers(scene, now, department=scene.here, scope="department")
    exporting.work(pk=first.pk, make=lambda *_: exporting.Made(b"%PDF", 1, weekly.figures))
    PlanExport.objects.filter(pk=first.pk).update(monday=MONDAY - timedelta(days=7))
    reviewing.approved(scene.plan, by=scene.head)
    weekly = numbers(scene, timezone.now(), department=scene.here, scope="department")
    assert weekly.chapters[0].title == "本周变化"
    rows = table_of(weekly, "0", "计划与目标的变化").rows
    assert [row[2] for row in rows] == ["状态", "目标 +200.00"]
    deeds = [row[3] for row in table_of(weekly, "0", "提交与审核").rows]
    assert deeds == ["提交第 1 版", "部门同意"]


def test_what_waits_and_what_is_late_counts_outlines_reviews_and_tasks(scene):
    late, kept = timezone.localdate() - timedelta(days=2), timezone.localdate() + timedelta(days=9)
    outlined = make_plan(customer=make_customer(manager=scene.author), prepares=True, due_on=late)
    organising.add_task(
        plan=outlined, kind="team", owner=scene.author, due_on=late, note="", by=scene.author
    )
    organising.add_task(
        plan=outlined, kind="schedule", owner=scene.author, due_on=kept, note="", by=scene.author
    )
    moving.send_outline(version=outlined.current, by=scene.author, outline="一、现状")
    reviewing.submitted(scene.plan)
    make_plan(customer=scene.foreign, due_on=late)  # of another department

    def rows(now, title):
        weekly = numbers(scene, now, department=scene.here, scope="department")
        return table_of(weekly, "2", title).rows

    now = timezone.now()
    told = {row[0]: row[2] for row in rows(now, "审核中的计划和提纲")}
    assert told == {outlined.number: "提纲审核", scene.plan.number: "已提交"}
    owed = [(row[0], row[1][:4]) for row in rows(now, "逾期的提交、审核和编制任务")]
    assert sorted(owed) == [(outlined.number, "提交 2"), (outlined.number, "编制小组")]
    later = rows(now + timedelta(days=30), "逾期的提交、审核和编制任务")
    assert {row[1].split()[0].split("：")[0] for row in later} == {
        "提交", "编制小组", "进度安排", "审核",
    }  # fmt: skip


def test_a_plan_above_changes_with_the_customers_below_it(scene):
    """Its own lines are adjustments: what moves it are the plans that it adds up (R41)."""
    above = make_plan(
        "key_industry", author=scene.industry_manager, industry=scene.plan.customer.industry
    )
    reviewing.fill(above)
    reviewing.submitted(above)
    first = opened(AT).get(department=scene.here)
    before = numbers(scene, timezone.now(), department=scene.here, scope="department").figures
    assert before[above.number]["total"] == "100.00"
    exporting.work(pk=first.pk, make=lambda *_: exporting.Made(b"%PDF", 1, before))
    PlanExport.objects.filter(pk=first.pk).update(monday=MONDAY - timedelta(days=7))
    reviewing.submitted(scene.plan)
    weekly = numbers(scene, timezone.now(), department=scene.here, scope="department")
    rows = {(row[0], row[2]): row[3:] for row in table_of(weekly, "0", "计划与目标的变化").rows}
    assert rows[above.number, "目标 +200.00"] == ["100.00", "300.00"]


def test_bills_of_the_branch_are_of_the_plans_in_its_sum(scene):
    """A customer whose plan was not handed in is in neither side of the rate; one below an
    industry's plan that does not count yet is in both."""
    reviewing.approved(scene.plan, by=scene.head)
    annual = make_plan("annual_market", author=scene.other_head)
    reviewing.fill(annual)
    reviewing.submitted(annual)
    industry = scene.plan.industry
    scene.foreign.industry = make_industry("EDU", "教育")
    scene.foreign.save()
    other = make_plan(customer=scene.foreign)
    reviewing.fill(other)
    reviewing.submitted(other)
    make_plan("key_industry", author=scene.industry_manager, industry=industry)
    late = make_plan(customer=make_customer(manager=scene.author)).customer
    for customer, amount in (
        (scene.plan.customer, 80_000),
        (scene.foreign, 120_000),
        (late, 990_000),
    ):
        MonthlyBill.objects.create(
            customer=customer, month=date(2027, 1, 1), reported_total=amount, computed_total=amount
        )
    now = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)
    weekly = numbers(scene, now, department=None, scope="branch")
    progress = next(p.progress for c in weekly.chapters for p in c.parts if p.progress)
    whole = progress.rows[-1][1]
    assert (whole[4].target, str(whole[0].actual)) == (500, "20.00")
