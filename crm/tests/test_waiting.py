"""Today's page counts what waits for an answer and has no deadline of its own."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from crm.reports.waiting import waiting
from opportunities.actions import soliciting
from planning.actions import allotting, moving, targets
from planning.tests import reviewing
from planning.tests.factories import make_plan
from staff.models import User
from staff.tests.factories import make_department, make_user
from valuation.models import AbandonReview, PotentialAlert, ValuationRun, ValueModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return make_customer()


def make_run(customer, state="published") -> ValuationRun:
    now = timezone.now()
    return ValuationRun.objects.create(
        branch=customer.branch, model=ValueModel.objects.get(code="VM-1"), model_snapshot={},
        cut_method="median", as_of=timezone.localdate(), state=state, run_by=customer.manager,
        computed_at=now, reviewed_by=customer.manager, reviewed_at=now, published_at=now,
    )  # fmt: skip


def head_of(customer) -> User:
    return make_user("dept_head", department=customer.department)


def counts(user) -> dict[str, int]:
    return {one.text: one.count for one in waiting(user)}


def test_the_head_is_told_of_reviews_and_alerts_of_the_own_department(client, customer):
    run, far = make_run(customer), make_customer(manager=make_user(department=make_department()))
    for one in (customer, far):
        AbandonReview.objects.create(run=run, customer=one, rule="A2", evidence={})
        PotentialAlert.objects.create(run=run, customer=one, potential=88)
    head = head_of(customer)
    assert counts(head) == {"待决定的放弃评估": 1, "待处理的高潜客户": 1}
    client.force_login(head)
    assert "等您处理" in client.get(reverse("crm:today")).content.decode()


def test_what_was_decided_or_replaced_waits_no_more(customer):
    run, old = make_run(customer), make_run(customer, state="superseded")
    told = {"customer": customer, "evidence": {}}
    AbandonReview.objects.create(run=old, rule="A2", **told)
    AbandonReview.objects.create(
        run=run, rule="A1", decision="keep", note="观察", decided_by=customer.manager,
        decided_at=timezone.now(), **told,
    )  # fmt: skip
    assert counts(head_of(customer)) == {}


def test_the_engineer_is_told_of_unfinished_solutions_only(customer):
    engineer, other = make_user("solution_engineer"), make_user("solution_engineer")
    asked, done = (
        soliciting.ask_solution(
            customer=customer, engineer=engineer, content=text, by=customer.manager
        )
        for text in ("同城双活", "专线")
    )
    soliciting.cancel_solution(request=done, by=customer.manager)
    assert counts(engineer) == {"请您出的方案": 1}
    assert counts(other) == counts(customer.manager) == {}


def test_the_author_is_told_of_targets_from_above_until_the_own_are_looked_at(client):
    plan = make_plan()
    author, head = plan.author, head_of(plan.customer)
    amounts = {"stock": [1, 2, 3, 4], "increment": [0] * 4, "win_back": [0] * 4}
    assert counts(author) == {}

    allotting.allot(plan=plan, amounts=amounts, note="", seen_at=None, by=head)
    assert counts(author) == {"有新下达目标的计划": 1}
    assert counts(head) == {}
    client.force_login(author)
    [line] = waiting(author)
    page = client.get(line.url)
    assert [one.pk for one, _ in page.context["rows"]] == [plan.pk]
    assert plan.number not in client.get("/plans/?state=asked&q=没有").content.decode()

    target = plan.current.targets.get(kind="stock", business_line="data")
    change = targets.Change(target.pk, {"q1": (target.q1, Decimal(10))})
    targets.save_cells(version=plan.current, changes=[change], by=author)
    assert counts(author) == {}


APPROVED = "已批准、待开始执行的计划"


def test_the_author_is_told_that_the_plan_was_approved_until_it_is_begun_with(client):
    world = reviewing.world()
    version = reviewing.approved(world.plan, by=world.head)
    assert counts(world.author) == {APPROVED: 1} and counts(world.head) == {}
    client.force_login(world.author)
    [line] = waiting(world.author)
    assert [one.pk for one, _ in client.get(line.url).context["rows"]] == [world.plan.pk]

    moving.begin_execution(version=version, by=world.author)
    assert counts(world.author) == {}


def test_targets_for_a_plan_that_was_handed_in_wait_for_its_next_version():
    world = reviewing.world()
    version = reviewing.approved(world.plan, by=world.head)
    amounts = {"stock": [9, 9, 9, 9], "increment": [0] * 4, "win_back": [0] * 4}
    allotting.allot(plan=world.plan, amounts=amounts, note="", seen_at=None, by=world.head)
    assert counts(world.author) == {"有新下达目标的计划": 1, APPROVED: 1}

    moving.amend(version=version, reason="目标调高", by=world.author)
    assert counts(world.author) == {}
