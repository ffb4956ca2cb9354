"""转交: a duty goes to somebody who may open its page, with what it is about."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import add_backup
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from planning.actions import organising, retention_cases
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from reminders.tests.factories import make_delivery, make_duty, make_reminder
from staff.tests.factories import make_department, make_user
from visits.actions import correspondence, visiting
from visits.actions.promises import open_promise_duty
from visits.tests.factories import make_commitment, make_letter, make_visit

pytestmark = pytest.mark.django_db


def reassign(client, user, duty, **data):
    client.force_login(user)
    return client.post(reverse("crm:duty_reassign", args=[duty.pk]), data)


@pytest.fixture
def office():
    """(customer, head, backup, colleague who does not see the customer)."""
    head = make_user("dept_head")
    customer = make_customer(manager=make_user(department=head.department))
    backup, colleague = (make_user(department=head.department) for _ in range(2))
    add_backup(
        customer=customer, user=backup, valid_from=timezone.localdate(), valid_to=None,
        reason="休假", by=head,
    )  # fmt: skip
    return customer, head, backup, colleague


def reply_duty(customer):
    letter = make_letter(customer=customer)
    return letter, correspondence.open_reply_duty(letter, by=customer.manager)


def test_only_people_who_see_the_customer_are_offered(client, office):
    customer, head, backup, colleague = office
    _, duty = reply_duty(customer)
    client.force_login(head)
    form = client.get(reverse("crm:duty_reassign", args=[duty.pk])).context["form"]
    assert set(form.fields["to"].queryset) == {backup, head}


def test_somebody_who_cannot_open_the_page_is_refused_at_the_field(client, office):
    customer, head, _, colleague = office
    _, duty = reply_duty(customer)
    response = reassign(client, head, duty, to=colleague.pk, reason="出差")
    assert "to" in response.context["form"].errors
    duty.refresh_from_db()
    assert duty.owner == customer.manager


def test_a_letter_follows_its_duty(client, office):
    customer, head, backup, _ = office
    letter, duty = reply_duty(customer)
    make_delivery(make_reminder(duty))
    assert reassign(client, head, duty, to=backup.pk, reason="张伟出差").status_code == 302
    duty.refresh_from_db()
    letter.refresh_from_db()
    assert (duty.owner, letter.owner) == (backup, backup)
    assert not duty.reminders.pending().exists()
    moved = AuditEvent.objects.about(duty).get(verb="duty.reassigned")
    assert (moved.actor, moved.reason) == (head, "张伟出差")


def test_a_promise_follows_its_duty(client, office):
    customer, head, backup, _ = office
    promise = make_commitment(visit=make_visit(customer=customer, state="recorded"))
    open_promise_duty(promise, by=head)
    duty = Obligation.objects.get(kind=DutyKind.COMMITMENT)
    reassign(client, head, duty, to=backup.pk, reason="张伟出差")
    promise.refresh_from_db()
    assert promise.owner == backup


def test_a_visit_to_be_recorded_follows_with_both_its_duties(client, office):
    customer, head, backup, _ = office
    visit = make_visit(customer=customer, ended_at=timezone.now() - timedelta(hours=1))
    visiting.open_duties_after(visit, by=visit.owner)
    duty = Obligation.objects.get(kind=DutyKind.THANK_YOU_LETTER)
    reassign(client, head, duty, to=backup.pk, reason="张伟出差")
    visit.refresh_from_db()
    assert visit.owner == backup
    assert {duty.owner for duty in Obligation.objects.all()} == {backup}


def test_a_visit_that_is_over_stays_whose_it_was(client, office):
    customer, head, backup, _ = office
    visit = make_visit(customer=customer, ended_at=timezone.now() - timedelta(hours=1))
    visiting.open_duties_after(visit, by=visit.owner)
    type(visit).objects.update(state="recorded")
    duty = Obligation.objects.get(kind=DutyKind.THANK_YOU_LETTER)
    reassign(client, head, duty, to=backup.pk, reason="张伟出差")
    visit.refresh_from_db()
    duty.refresh_from_db()
    assert (visit.owner, duty.owner) == (customer.manager, backup)


def test_reassigning_is_for_heads_within_their_scope(client):
    head = make_user("dept_head")
    duty = make_duty(owner=make_user(department=head.department))
    other = make_user("branch_director", branch=head.branch)
    assert reassign(client, duty.owner, duty).status_code == 403
    assert reassign(client, other, duty, reason="").status_code == 200
    foreign = make_duty(owner=make_user(department=make_department()))
    assert reassign(client, head, foreign).status_code == 404


def test_who_is_given_a_plan_to_hand_in_writes_it(client, office):
    customer, head, backup, _ = office
    plan = make_plan(customer=customer, due_on=timezone.localdate() + timedelta(days=20))
    duty = Obligation.objects.of(DutyKind.PLAN_SUBMISSION, plan).get()

    assert reassign(client, head, duty, to=backup.pk, reason="出差").status_code == 302
    duty.refresh_from_db(), plan.refresh_from_db()
    assert (duty.owner, plan.author) == (backup, backup)
    event = AuditEvent.objects.get(verb="plan.handed_over")
    assert event.changes == {"编写人": [str(customer.manager), str(backup)]}


def test_an_industrys_plan_is_given_to_nobody_who_does_not_see_it(client):
    manager = make_user("industry_manager")
    plan = make_plan("key_industry", author=manager, due_on=timezone.localdate())
    manager.industries.add(plan.industry)
    head = make_user("dept_head", department=manager.department)
    colleague = make_user(department=manager.department)
    duty = Obligation.objects.of(DutyKind.PLAN_SUBMISSION, plan).get()

    refused = reassign(client, head, duty, to=colleague.pk, reason="出差")
    assert refused.status_code == 200 and "看不到这份计划" in refused.content.decode()
    duty.refresh_from_db(), plan.refresh_from_db()
    assert (duty.owner, plan.author) == (manager, manager)


def test_an_action_and_a_task_follow_their_duty(client, office):
    customer, head, backup, _ = office
    manager, day = customer.manager, timezone.localdate() + timedelta(days=9)
    case = retention_cases.open_case(customer=customer, by=manager)
    action = retention_cases.add_action(
        case=case, by=manager, kind="expand", text="介绍双活方案", owner=manager, due_on=day
    )
    task = organising.add_task(
        plan=make_plan(customer=customer), kind="team", owner=manager, due_on=day, note="",
        by=manager,
    )  # fmt: skip
    for row, kind in ((action, DutyKind.RETENTION_ACTION), (task, DutyKind.PLAN_TASK)):
        duty = Obligation.objects.of(kind, row).get()
        assert reassign(client, head, duty, to=backup.pk, reason="出差").status_code == 302
        row.refresh_from_db()
        assert row.owner == backup, kind
