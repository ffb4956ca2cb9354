"""Who sees which customers: one table for every role (A0, D16)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Contact, Customer, CustomerAssignment
from accounts.tests.factories import make_contact, make_customer, make_industry
from staff.models import User
from staff.tests.factories import make_absence, make_branch, make_department, make_user

pytestmark = pytest.mark.django_db

# role: sees own, same department, same branch, another branch, own industry
TABLE = {
    "account_manager": (True, False, False, False, False),
    "industry_manager": (True, False, False, False, True),
    "dept_head": (True, True, False, False, False),
    "branch_director": (True, True, True, False, True),
    "auditor": (True, True, True, False, True),
    "solution_engineer": (False,) * 5,
    "back_office": (False,) * 5,
    "dispatcher": (False,) * 5,
    "records_officer": (False,) * 5,
    "compliance_officer": (False,) * 5,
    "sysadmin": (False,) * 5,
}


def test_the_table_names_every_role():
    assert set(TABLE) == set(User.Role.values)


def world(role):
    """A viewer and five customers in the order of the table."""
    home = make_department()
    other = make_department(branch=home.branch)
    away = make_department(branch=make_branch())
    viewer = make_user(role, department=home)
    industry = make_industry("GOV", "党政军")
    industry.managers.add(viewer)
    return viewer, [
        make_customer(manager=viewer),
        make_customer(manager=make_user(department=home)),
        make_customer(manager=make_user(department=other)),
        make_customer(manager=make_user(department=away), industry=industry),
        make_customer(manager=make_user(department=other), industry=industry),
    ]


@pytest.mark.parametrize("role", TABLE)
def test_each_role_sees_exactly_its_customers_and_their_rows(role):
    viewer, customers = world(role)
    for customer in customers:
        make_contact(customer)
    wanted = {c for c, sees in zip(customers, TABLE[role], strict=True) if sees}
    if role in ("account_manager", "solution_engineer"):
        assert customers[0].manager == viewer
    assert set(Customer.objects.visible_to(viewer)) == wanted
    for model in (Contact, CustomerAssignment):
        assert {row.customer for row in model.objects.visible_to(viewer)} == wanted


def test_a_subdepartment_belongs_to_its_head():
    home = make_department()
    below = make_department(parent=home)
    customer = make_customer(manager=make_user(department=below))
    head = make_user("dept_head", department=home)
    assert list(Customer.objects.visible_to(head)) == [customer]


@pytest.mark.parametrize(("first", "last", "sees"), [(0, 0, True), (-3, -1, False), (1, 3, False)])
def test_a_delegate_sees_the_same_on_the_days_of_the_absence_only(first, last, sees):
    today = timezone.localdate()
    customer, delegate = make_customer(), make_user()
    days = (today + timedelta(days=first), today + timedelta(days=last))
    make_absence(customer.manager, delegate, *days)
    assert (customer in Customer.objects.visible_to(delegate)) is sees


@pytest.mark.parametrize(
    ("first", "last", "sees"), [(-9, None, True), (-9, -1, False), (1, None, False)]
)
def test_a_backup_sees_the_customer_in_the_period_only(first, last, sees):
    today = timezone.localdate()
    customer, backup = make_customer(), make_user()
    CustomerAssignment.objects.create(
        customer=customer,
        user=backup,
        role="backup",
        valid_from=today + timedelta(days=first),
        valid_to=None if last is None else today + timedelta(days=last),
    )
    assert (customer in Customer.objects.visible_to(backup)) is sees


def test_a_customer_is_listed_once_for_an_industry_manager_who_also_manages_it():
    manager = make_user("industry_manager")
    industry = make_industry()
    industry.managers.add(manager, make_user("industry_manager"))
    make_customer(manager=manager, industry=industry)
    assert Customer.objects.visible_to(manager).count() == 1
