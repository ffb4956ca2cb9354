"""Who writes and who reviews: never whoever wrote (D16, D29)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import make_customer
from planning.actions.rights import may_review, may_write, reviewer_of
from planning.tests.factories import add_row, make_plan, write
from staff.tests.factories import make_absence, make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    department = make_department()
    head = make_user("dept_head", department=department)
    manager = make_user(department=department)
    director = make_user("branch_director", branch=head.branch)
    return head, manager, director, make_plan(customer=make_customer(manager=manager))


def test_the_head_reviews_a_customers_plan_and_the_director_the_heads_own(house):
    head, manager, director, plan = house
    own = make_plan(customer=make_customer(manager=head))

    assert reviewer_of(plan) == head
    assert may_review(plan.current, head)
    assert not may_review(plan.current, manager)
    assert not may_review(plan.current, director)
    assert reviewer_of(own) == director
    assert not may_review(own.current, head)


def test_a_head_who_wrote_in_it_is_out_and_the_director_decides(house):
    head, _, director, plan = house
    row = add_row(plan, "budget", by=head, kind="网络", amount="3")
    row.delete()  # the trail remembers

    assert not may_review(plan.current, head)
    assert reviewer_of(plan) == director


def test_a_delegate_counts_as_both(house):
    head, manager, _, plan = house
    today = timezone.localdate()
    other = make_user(department=head.department)
    for delegate in (manager, other):
        make_absence(head, delegate, today - timedelta(days=1), today + timedelta(days=1))

    assert may_review(plan.current, other)
    assert not may_review(plan.current, manager)  # the author, for whomever he stands in
    write(plan, "C2.1", "同事代写一句。", by=other)
    assert not may_review(plan.current, other)


def test_an_annual_plan_goes_to_the_director(house):
    head, _, director, _ = house
    plan = make_plan("annual_market", author=head)

    assert reviewer_of(plan) == director
    assert not may_review(plan.current, head)


def test_manager_backup_and_author_may_write(house):
    head, manager, director, plan = house

    assert may_write(plan, manager)
    assert not may_write(plan, make_user(department=head.department))
    assert not may_write(plan, head)
    assert not may_write(plan, director)
