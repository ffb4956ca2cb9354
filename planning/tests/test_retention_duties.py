"""What was agreed in a case is owed: actions by their day, the look in its cycle (R47)."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from planning.actions import retention_cases as cases
from planning.actions.errors import PlanError
from planning.actions.retention_duties import ask_looks
from planning.models import RetentionAction, RetentionCase
from reminders.models import Obligation
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    here = make_department()
    return make_user(department=here), make_user("dept_head", department=here)


@pytest.fixture
def case(people):
    manager, head = people
    case = cases.open_case(customer=make_customer(manager=manager), by=manager)
    cases.edit_case(case=case, by=manager, tier="key", objective="续签", trigger_conditions="报价")
    return case


def act(case, owner, due_on=date(2026, 12, 15)):
    return cases.add_action(
        case=case, by=case.customer.manager, kind="consolidate", text="高层拜访", owner=owner,
        due_on=due_on,
    )  # fmt: skip


def of(model):
    return Obligation.objects.filter(content_type=ContentType.objects.get_for_model(model))


def watched(case, head):
    act(case, case.customer.manager)
    cases.step(case=case, to="approved", by=head)
    cases.step(case=case, to="monitoring", by=case.customer.manager)
    return case


def night_of(day):
    return datetime(day.year, day.month, day.day, 2, tzinfo=SHANGHAI)


def test_an_action_is_a_duty_of_its_owner_until_it_is_done(case, people):
    manager, head = people
    action = act(case, head)

    duty = of(RetentionAction).get()
    assert (duty.owner, duty.path, duty.customer_ref) == (
        head, case.get_absolute_url(), case.customer_id,
    )  # fmt: skip
    assert f"{timezone.localtime(duty.due_at):%Y-%m-%d %H:%M}" == "2026-12-15 18:00"
    cases.finish_action(action=action, by=head, result="已拜访")
    duty.refresh_from_db()
    assert duty.state in ("done", "done_late") and duty.evidence["text"] == "已拜访"


def test_nobody_is_given_an_action_of_a_customer_out_of_sight(case, people):
    stranger = make_user(department=people[0].department)
    with pytest.raises(PlanError, match="看不到该客户"):
        act(case, stranger)
    assert not RetentionAction.objects.exists()


def test_the_look_is_asked_for_in_its_last_week_once_and_again_in_the_next_cycle(case, people):
    manager, head = people
    watched(case, head)
    day = case.next_review_on
    assert ask_looks(now=night_of(day - timedelta(days=8))) == 0
    assert ask_looks(now=night_of(day - timedelta(days=7))) == 1
    assert ask_looks(now=night_of(day)) == 0
    duty = of(RetentionCase).get()
    assert (duty.owner, timezone.localtime(duty.due_at).date()) == (manager, day)

    following = cases.note_review(case=case, by=manager, note="没有变化", seen=day)
    duty.refresh_from_db()
    assert duty.state == "done"
    RetentionCase.objects.filter(pk=case.pk).update(next_review_on=following + timedelta(days=31))
    assert ask_looks(now=night_of(following + timedelta(days=30))) == 1
    duty.refresh_from_db()
    assert (duty.state, of(RetentionCase).count()) == ("open", 1)
    assert timezone.localtime(duty.due_at).date() == following + timedelta(days=31)


def test_a_case_that_is_over_leaves_nothing_owed(case, people):
    manager, head = people
    watched(case, head)
    ask_looks(now=night_of(case.next_review_on))
    for to in ("triggered", "executing", "retained"):
        cases.step(case=case, to=to, by=manager, note="已续签")
    assert Obligation.objects.open().filter(customer_ref=case.customer_id).count() == 2
    cases.step(case=case, to="reviewed", by=head, note="早做准备")

    assert not Obligation.objects.open().filter(customer_ref=case.customer_id).exists()
    assert ask_looks(now=night_of(date(2099, 1, 1))) == 0


def test_two_people_at_one_case_do_not_lose_a_word(client, case, people):
    manager, head = people
    url = f"/plans/retention/{case.pk}/edit/"
    client.force_login(manager)
    seen = client.get(url).context["form"]["seen"].value()
    cases.edit_case(case=case, by=head, objective="续签两年")
    typed = {"tier": "key", "objective": "价格不变", "trigger_conditions": "报价", "budget": "0"}

    answer = client.post(url, typed | {"seen": str(seen)})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "刚被他人修改" in text and "现在是：续签两年" in text and "价格不变" in text
    case.refresh_from_db()
    assert case.objective == "续签两年"

    again = answer.context["form"]["seen"].value()
    assert client.post(url, typed | {"seen": str(again)}).status_code == 302
    case.refresh_from_db()
    assert case.objective == "价格不变"
