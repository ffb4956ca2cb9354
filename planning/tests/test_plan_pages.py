"""The list, the one page, tasks, people; plans follow the customer to its new manager."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from crm.actions.handover import reassign_customer
from planning.actions import organising
from planning.actions.errors import PlanError
from planning.models import MarketingPlan
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_the_list_costs_the_same_with_1_and_30_plans(client):
    plan = make_plan()
    client.force_login(plan.author)
    url = reverse("planning:list")
    few = queries(client, url)
    for _ in range(29):
        make_plan(customer=make_customer(manager=plan.author))

    assert queries(client, url) == few


def test_list_and_file_agree_and_hide_what_is_not_mine(client):
    plan, foreign = make_plan(), make_plan(author=make_user())
    client.force_login(plan.author)
    page = client.get(reverse("planning:list")).content.decode()

    assert plan.number in page
    assert foreign.number not in page
    sheet = client.post(reverse("planning:export"))
    assert sheet.headers["Content-Type"].endswith("sheet")


def test_the_page_says_what_is_missing_before_the_texts(client):
    plan = make_plan()
    client.force_login(plan.author)

    page = client.get(plan.get_absolute_url()).content.decode()

    assert page.index("提交前还缺") < page.index("C1 现状分析")


def test_a_double_click_begins_one_plan(client):
    customer = make_customer()
    client.force_login(customer.manager)
    url = reverse("planning:create") + f"?customer={customer.pk}"
    year = timezone.localdate().year + 1
    data = {"year": year, "author": customer.manager_id,
            "submission_key": "9b2d4f0e-2f7b-4f5c-9a39-4a3a5c1f0a11"}  # fmt: skip

    first, second = client.post(url, data), client.post(url, data)

    assert first.headers["Location"] == second.headers["Location"]
    assert MarketingPlan.objects.count() == 1


def test_a_task_with_a_day_is_a_duty_until_it_is_done(client):
    plan = make_plan()
    task = organising.add_task(
        plan=plan, kind="team", owner=plan.author, note="", by=plan.author,
        due_on=timezone.localdate() + timedelta(days=3),
    )  # fmt: skip
    duty = Obligation.objects.of(DutyKind.PLAN_TASK, task)
    assert duty.open().get().owner == plan.author
    client.force_login(plan.author)

    client.post(reverse("planning:task_done", args=[task.pk]))

    assert not duty.open().exists()
    task.refresh_from_db()
    assert task.done_by == plan.author


def test_another_author_and_day_move_the_duty():
    plan = make_plan(due_on=timezone.localdate() + timedelta(days=9))
    other = make_user("dept_head", department=plan.department)
    day = timezone.localdate() + timedelta(days=20)

    organising.organise(plan=plan, author=other, responsible=other, due_on=day, by=plan.author)

    duty = Obligation.objects.of(DutyKind.PLAN_SUBMISSION, plan).open().get()
    assert (duty.owner, timezone.localtime(duty.due_at).date()) == (other, day)


def test_plans_and_their_duties_follow_the_customer():
    plan = make_plan(due_on=timezone.localdate() + timedelta(days=9))
    head = make_user("dept_head", department=plan.department)
    to = make_user(department=plan.department)

    record = reassign_customer(customer=plan.customer, to=to, by=head, reason="调整分工")

    plan.refresh_from_db()
    assert (plan.author, plan.responsible) == (to, to)
    assert Obligation.objects.of(DutyKind.PLAN_SUBMISSION, plan).open().get().owner == to
    assert "plan" in {item["kind"] for item in record.items}


def test_who_does_not_see_the_plan_is_given_no_work_in_it():
    plan = make_plan()
    stranger = make_user(department=plan.department)

    with pytest.raises(PlanError, match="看不到"):
        organising.organise(
            plan=plan, author=stranger, responsible=stranger, due_on=None, by=plan.author
        )
    with pytest.raises(PlanError, match="看不到"):
        organising.add_task(
            plan=plan, kind="team", owner=stranger, due_on=None, note="", by=plan.author
        )
