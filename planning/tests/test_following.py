"""Plans follow their customer to another department or industry, an industry's its author (R41)."""

import pytest
from django.utils import timezone

from accounts.actions import assign_manager, update_customer
from accounts.actions.merging import merge, undo_merge
from accounts.models import CustomerMerge
from accounts.tests.factories import make_customer, make_industry
from accounts.tests.sheets import imported
from core.models import AuditEvent
from crm.actions.handover import hand_over_person, reassign_customer
from crm.reports.waiting import waiting
from planning import queue_reports, rollup_reports, weekly_pdf_reports
from planning.actions import following, moving, organising
from planning.actions.rights import may_review
from planning.models import MarketingPlan, PlanExport, PlanState, PlanVersion
from planning.tasks import follow_reviews
from planning.tests import reviewing
from planning.tests.factories import make_plan, set_state
from planning.tests.weekly_factories import MONDAY
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
FIN, GOV, EDU = "FIN", "GOV", "EDU"


@pytest.fixture
def scene():
    """A customer's plan below 金融, a plan of 党政, the annual one; a manager over there."""
    scene = reviewing.world()
    scene.foreign = make_user(department=scene.there)
    scene.annual = make_plan("annual_market", author=scene.other_head)
    scene.above = {
        code: make_plan(
            "key_industry",
            author=make_user("industry_manager", department=scene.here),
            industry=make_industry(code),
        )
        for code in (FIN, GOV)
    }
    return scene


def again(plan):
    return MarketingPlan.objects.get(pk=plan.pk)


def version_of(plan):
    return PlanVersion.objects.get(pk=plan.current_id)


def hand_over(scene):
    reassign_customer(
        customer=again(scene.plan).customer, to=scene.foreign, by=scene.director, reason="分工"
    )


def change_industry(scene, code):
    customer = again(scene.plan).customer
    update_customer(customer=customer, by=scene.author, industry=make_industry(code))


def reviewer(version):
    return Obligation.objects.of(DutyKind.PLAN_REVIEW, version).open().get().owner


# --- departments ----------------------------------------------------------------------------------
def test_a_plan_in_review_goes_to_the_head_of_the_new_department(client, scene):
    version = reviewing.submitted(scene.plan)
    hand_over(scene)

    assert again(scene.plan).department == scene.there
    version = version_of(scene.plan)
    assert reviewer(version) == scene.other_head
    assert may_review(version, scene.other_head) and not may_review(version, scene.head)
    assert version in queue_reports.waiting_for(scene.other_head)
    assert version not in queue_reports.waiting_for(scene.head)
    client.force_login(scene.other_head)
    assert client.get(f"/plans/{scene.plan.pk}/review/").status_code == 200
    moving.approve(version=version, seen_sha256=version.sha256, by=scene.other_head)
    assert version.state == PlanState.APPROVED


def test_a_plan_that_is_handed_in_after_the_handover_is_reviewed_there(scene):
    assign_manager(customer=scene.plan.customer, to=scene.foreign, by=scene.director, reason="分工")
    plan = again(scene.plan)
    assert reviewer(reviewing.submitted(plan)) == scene.other_head


def test_without_a_head_over_there_the_director_reviews(scene):
    reviewing.submitted(scene.plan)
    type(scene.other_head).objects.filter(pk=scene.other_head.pk).update(role="industry_manager")
    hand_over(scene)
    version = version_of(scene.plan)
    assert reviewer(version) == scene.director
    assert version in queue_reports.waiting_for(scene.director)


def test_an_outline_in_review_goes_along(scene):
    plan = make_plan(customer=make_customer(manager=scene.author), prepares=True)
    moving.send_outline(version=plan.current, by=scene.author, outline="一、现状")
    assign_manager(customer=plan.customer, to=scene.foreign, by=scene.director, reason="分工")
    assert reviewer(plan.current) == scene.other_head


def weekly(scene, department):
    export = PlanExport(
        branch=scene.plan.branch, department=department, scope="department", monday=MONDAY,
        version=1, why="beat",
    )  # fmt: skip
    found = weekly_pdf_reports.gather(export, timezone.now())
    tables = [p.table for c in found.chapters for p in c.parts if p.table]
    return {cell for table in tables for row in table.rows for cell in row}


def test_the_weekly_files_of_both_departments_say_where_it_is(scene):
    reviewing.submitted(scene.plan)
    name = scene.plan.customer.name
    assert name in weekly(scene, scene.here) and name not in weekly(scene, scene.there)
    hand_over(scene)
    assert name not in weekly(scene, scene.here) and name in weekly(scene, scene.there)


# --- industries -----------------------------------------------------------------------------------
def sums(scene):
    return [
        rollup_reports.rollup(again(plan)).summed["stock"][4]
        for plan in (scene.above[FIN], scene.above[GOV], scene.annual)
    ]


@pytest.mark.parametrize("state", ["drafting", "submitted", "approved"])
def test_a_customer_of_another_industry_is_added_up_there(scene, state):
    below = scene.plan
    if state == "submitted":
        reviewing.submitted(below)
    elif state == "approved":
        reviewing.approved(below, by=scene.head)
    for plan in scene.above.values():
        reviewing.fill(plan)
        reviewing.submitted(plan)
    snapshot = dict(version_of(below).snapshot)
    counted = 0 if state == "drafting" else 100
    assert sums(scene) == [counted, 0, counted]

    change_industry(scene, GOV)
    plan = again(below)
    assert (plan.industry.code, plan.parent) == (GOV, scene.above[GOV])
    assert sums(scene) == [0, counted, counted]
    assert version_of(below).snapshot == snapshot
    left = version_of(scene.above[FIN])
    now = rollup_reports.rollup(again(scene.above[FIN]), left).grand[4]
    moved = rollup_reports.moved_since(left, now)
    assert bool(moved) == bool(counted)
    if state == "submitted":
        assert reviewer(version_of(below)) == scene.head


def test_an_industry_without_a_plan_hangs_it_on_the_annual_plan(scene):
    reviewing.submitted(scene.plan)
    change_industry(scene, EDU)
    assert again(scene.plan).parent == scene.annual
    assert sums(scene) == [0, 0, 100]


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_a_year_that_is_over_stays_put(scene, state):
    set_state(scene.plan.current, state)
    change_industry(scene, GOV)
    hand_over(scene)
    follow_reviews()
    plan = again(scene.plan)
    assert (plan.industry.code, plan.department) == (FIN, scene.here)
    assert plan.parent == scene.above[FIN]


# --- what an industry's plan follows --------------------------------------------------------------
def test_an_industrys_plan_belongs_to_the_department_of_its_author(scene):
    plan = scene.above[FIN]
    reviewing.fill(plan)
    version = reviewing.submitted(plan)
    assert reviewer(version) == scene.head
    writer = make_user("industry_manager", department=scene.there)
    writer.industries.add(plan.industry)
    organising.organise(
        plan=plan, author=writer, responsible=writer, due_on=None, by=scene.director
    )
    assert again(plan).department == scene.there
    assert reviewer(version) == scene.other_head


def test_also_where_its_author_leaves(scene):
    plan = scene.above[FIN]
    writer = make_user("industry_manager", department=scene.there)
    hand_over_person(
        user=plan.author, to=writer, by=scene.director, reason="departure", note="离职"
    )
    assert (again(plan).author, again(plan).department) == (writer, scene.there)


# --- told, and made good --------------------------------------------------------------------------
def told(user):
    return {one.text: one.count for one in waiting(user)}.get("近两周归属或下级有变动的计划", 0)


def test_who_writes_the_plan_and_those_above_is_told_and_the_trail_says_what_moved(client, scene):
    authors = (scene.author, *(plan.author for plan in scene.above.values()))
    assert [told(user) for user in authors] == [0, 0, 0]
    change_industry(scene, GOV)
    assert [told(user) for user in authors] == [1, 1, 1]
    event = AuditEvent.objects.about(scene.plan).get(verb="plan.moved")
    above = [scene.above[code].number for code in (FIN, GOV)]
    assert event.changes["上级计划"] == above and event.actor == scene.author
    for user in authors:
        client.force_login(user)
        text = client.get("/plans/?state=moved").content.decode()
        assert (scene.plan.number in text) == (user == scene.author)


def test_the_night_makes_good_what_nobody_announced_once(scene):
    reviewing.submitted(scene.plan)
    rows = type(scene.plan.customer).objects.filter(pk=scene.plan.customer_id)
    rows.update(department=scene.there, industry=make_industry(GOV))
    writer = scene.above[FIN].author
    type(writer).objects.filter(pk=writer.pk).update(department=scene.there)
    assert following.follow_all() == 2
    plan = again(scene.plan)
    assert (plan.department, plan.parent) == (scene.there, scene.above[GOV])
    assert again(scene.above[FIN]).department == scene.there
    assert reviewer(version_of(plan)) == scene.other_head
    assert following.follow_all() == 0


def test_the_night_hangs_what_hangs_on_nothing_and_leaves_plans_aside(scene):
    MarketingPlan.objects.filter(pk=scene.plan.pk).update(parent=None)
    aside = make_plan(customer=make_customer(manager=scene.author))
    MarketingPlan.objects.filter(pk=aside.pk).update(customer=None, parent=None)
    assert following.follow_all() == 1
    assert (again(scene.plan).parent, again(aside).parent) == (scene.above[FIN], None)


def test_the_night_asks_as_often_whatever_is_in_place(scene, django_assert_num_queries):
    for _ in range(5):
        make_plan(customer=make_customer())
    with django_assert_num_queries(2):
        following.follow_all()


def test_an_import_announces_it_too(scene):
    customer = scene.plan.customer
    head = ["客户编码", "客户名称", "客户行业"]
    imported([head, [customer.code, customer.name, GOV]], scene.author)
    assert again(scene.plan).parent == scene.above[GOV]


def test_a_merge_and_its_undoing_take_the_plan_there_and_back(scene):
    kept = make_customer(manager=scene.author, industry=make_industry(GOV))
    merge(kept=kept, gone=scene.plan.customer, by=scene.director)
    assert again(scene.plan).parent == scene.above[GOV]
    undo_merge(merge=CustomerMerge.objects.get(), by=scene.director)
    assert again(scene.plan).parent == scene.above[FIN]
