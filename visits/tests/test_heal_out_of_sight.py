"""Work of somebody who may not see the customer any more goes to its manager (R1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import add_backup, end_backup
from accounts.models import CustomerAssignment
from accounts.tests.factories import make_contact, make_customer, make_industry
from core.models import AuditEvent
from reminders.models import Obligation
from staff.models import User
from staff.tests.factories import make_user
from visits.actions import correspondence, healing
from visits.actions.promises import open_promise_duty
from visits.models import CustomerIssue
from visits.tests.factories import make_commitment, make_letter, make_visit

pytestmark = pytest.mark.django_db


def heal():
    return healing.heal_duties(now=timezone.now())


def letter_of(person, customer):
    letter = make_letter(customer=customer, owner=person)
    correspondence.open_reply_duty(letter, by=person)
    return letter


@pytest.fixture
def backed():
    """(customer, its backup of ten days so far, the assignment)."""
    customer = make_customer()
    person = make_user(department=customer.department)
    since = timezone.localdate() - timedelta(days=10)
    row = add_backup(
        customer=customer, user=person, valid_from=since, valid_to=None, reason="休假", by=None
    )
    return customer, person, row


def owners(*rows):
    for row in rows:
        row.refresh_from_db()
    return {row.owner for row in rows} | {duty.owner for duty in Obligation.objects.all()}


def test_after_a_backup_was_ended_letter_visit_and_promise_go_to_the_manager(backed):
    customer, person, row = backed
    letter = letter_of(person, customer)
    visit = make_visit(customer=customer, owner=person)
    promise = make_commitment(letter=letter, owner=person)
    open_promise_duty(promise, by=person)
    end_backup(assignment=row, by=None, on=timezone.localdate() - timedelta(days=1))
    assert heal() == 1
    assert owners(letter, visit, promise) == {customer.manager}


def test_a_backup_period_that_ran_out_does_the_same_once_and_is_audited(backed):
    customer, person, row = backed
    letter = letter_of(person, customer)
    CustomerAssignment.objects.filter(pk=row.pk).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert heal() == 1
    events = AuditEvent.objects.count()
    assert heal() == 0 and AuditEvent.objects.count() == events
    moved = AuditEvent.objects.about(Obligation.objects.get()).get(verb="duty.reassigned")
    assert moved.actor is None and moved.reason == healing.OUT_OF_SIGHT
    assert owners(letter) == {customer.manager}


def test_an_industry_manager_who_lost_the_industry_owes_nothing_there(backed):
    customer, _, _ = backed
    person = make_user("industry_manager", branch=customer.branch)
    make_industry().managers.add(person)
    letter = letter_of(person, customer)
    assert heal() == 0
    make_industry().managers.clear()
    assert heal() == 1 and owners(letter) == {customer.manager}


@pytest.mark.parametrize("state", ["open", "resolved"])
def test_a_problem_that_is_not_ended_goes_to_the_manager_and_an_ended_one_stays(backed, state):
    customer, person, row = backed
    known = {"customer": customer, "owner": person, "created_by": person}
    known |= {"found_on": timezone.localdate(), "resolution": "换端口"}
    known["resolved_at"] = timezone.now()
    problem = CustomerIssue.objects.create(description="夜间网速慢", state=state, **known)
    word = {"confirmed_by": make_contact(customer=customer), "confirmed_at": timezone.now()}
    ended = CustomerIssue.objects.create(description="账单", state="confirmed", **known, **word)
    assert heal() == 0 and owners(problem) == {person}
    row.delete()
    assert heal() == 1 and owners(problem) == {customer.manager}
    assert heal() == 0 and owners(ended) == {person}
    assert AuditEvent.objects.about(problem).filter(verb="issue.reassigned").count() == 1


def test_a_promise_under_way_goes_to_the_manager(backed):
    customer, person, row = backed
    promise = make_commitment(
        visit=make_visit(customer=customer, owner=customer.manager, state="recorded"),
        owner=person, state="in_progress",
    )  # fmt: skip
    row.delete()
    assert heal() > 0 and owners(promise) == {customer.manager}


def test_work_of_somebody_who_left_goes_to_the_manager(backed):
    customer, person, _ = backed
    letter = letter_of(person, customer)
    User.objects.filter(pk=person.pk).update(state="left", left_on=timezone.localdate())
    assert heal() == 1 and owners(letter) == {customer.manager}


def test_who_still_sees_the_customer_keeps_the_work(backed):
    customer, person, _ = backed
    letter = letter_of(person, customer)
    assert heal() == 0 and owners(letter) == {person}


def test_a_manager_who_left_is_given_nothing(backed):
    customer, person, row = backed
    letter = letter_of(person, customer)
    row.delete()
    User.objects.filter(pk=customer.manager_id).update(state="left", left_on=timezone.localdate())
    assert heal() == 0 and owners(letter) == {person}
