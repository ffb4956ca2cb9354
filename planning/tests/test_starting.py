"""A plan begins: number, sections, target lines, place in the tree, duty (R41–R46)."""

from datetime import date

import pytest

from accounts.tests.factories import make_customer, make_industry
from planning.actions.errors import PlanError
from planning.actions.rights import reviewer_of
from planning.actions.starting import start_plan
from planning.models import MarketingPlan
from planning.outline_rules import KEY_CUSTOMER
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_customers_plan_has_every_section_and_line_and_a_number():
    customer = make_customer(code="C0001")

    plan = make_plan(customer=customer)

    assert plan.number == "KP-2027-C0001"
    assert [s.code for s in plan.current.sections.all()] == [s.code for s in KEY_CUSTOMER]
    assert plan.current.targets.count() == 5 + 10 + 3
    assert plan.current.is_writable
    assert plan.author == customer.manager


def test_the_three_tiers_hang_on_each_other_in_any_order():
    head = make_user("dept_head")
    first = make_plan(author=make_user(department=head.department))
    industry = make_plan("key_industry", author=make_user("industry_manager"))
    annual = make_plan("annual_market", author=head)
    second = make_plan(author=make_user(department=head.department))

    first.refresh_from_db(), industry.refresh_from_db()
    assert industry.number == "IP-2027-FIN"
    assert annual.number == f"AP-2027-{head.branch.code}"
    assert (first.parent, second.parent, industry.parent) == (industry, industry, annual)


def test_a_customer_of_an_industry_without_a_plan_hangs_on_the_annual_plan():
    head = make_user("dept_head")
    first = make_plan(author=make_user(department=head.department))
    annual = make_plan("annual_market", author=head)
    second = make_plan(author=make_user(department=head.department))

    first.refresh_from_db()
    assert (first.parent, second.parent) == (annual, annual)
    industry = make_plan("key_industry", author=head, industry=first.industry)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.parent, second.parent, industry.parent) == (industry, industry, annual)


def test_a_plan_that_stepped_aside_in_a_merge_is_not_adopted():
    head = make_user("dept_head")
    aside = make_plan(author=make_user(department=head.department))
    MarketingPlan.objects.filter(pk=aside.pk).update(customer=None)
    make_plan("annual_market", author=head)
    make_plan("key_industry", author=head, industry=aside.industry)

    aside.refresh_from_db()
    assert aside.parent is None


def test_one_plan_a_year():
    plan = make_plan()

    with pytest.raises(PlanError, match="已经建立"):
        make_plan(customer=plan.customer)
    assert MarketingPlan.objects.count() == 1


def test_an_account_manager_does_not_write_an_industrys_plan():
    person = make_user()

    with pytest.raises(PlanError, match="行业经理"):
        start_plan(kind="key_industry", year=2027, by=person, industry=make_industry(),
                   author=person)  # fmt: skip


def test_handing_in_is_a_duty_when_a_day_is_set():
    plan = make_plan(due_on=date(2026, 12, 15))

    duty = Obligation.objects.of(DutyKind.PLAN_SUBMISSION, plan).get()
    assert duty.owner == plan.author
    assert f"{duty.due_at:%Y-%m-%d %H:%M}" == "2026-12-15 10:00"  # 18:00 in Shanghai


def test_who_begins_a_plan_for_somebody_may_still_review_it():
    director, head = make_user("branch_director"), make_user("dept_head")

    plan = make_plan("annual_market", author=head, by=director)

    assert reviewer_of(plan) == director
    assert plan.created_by == director
