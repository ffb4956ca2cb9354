"""存量保有率 on the page of targets: from bills, where the reader sees the whole scope (R48)."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import MonthlyBill
from accounts.tests.factories import make_customer
from planning.models import RetentionTarget
from planning.retention_reports import targets
from staff.tests.factories import make_branch, make_department, make_user

TODAY = date(2026, 3, 20)
D = Decimal


def bill(customer, *months):
    MonthlyBill.objects.bulk_create(
        MonthlyBill(customer=customer, month=month, reported_total=total, computed_total=total)
        for month, total in months
    )


@pytest.fixture
def branch(db):
    """Last year 100 + 300 a month in January and February; this year 80 + 330, and a new one."""
    branch = make_branch()
    gov, fin = (make_department(branch=branch, code=code) for code in ("GOV", "FIN"))
    for department, before, now in ((gov, 100, 80), (fin, 300, 330)):
        customer = make_customer(manager=make_user(department=department))
        old, new = ([(date(year, n, 1), total) for n in (1, 2, 3)]
                    for year, total in ((2025, before), (2026, now)))  # fmt: skip
        bill(customer, *old, *new)  # March of this year is not over
    new = make_customer(manager=make_user(department=gov))
    bill(new, (date(2026, 1, 1), 5000), (date(2025, 6, 1), 0))  # was not billed in the base year
    elsewhere = make_department(branch=make_branch(), code="ELSE")
    stranger = make_customer(manager=make_user(department=elsewhere))
    bill(stranger, (date(2025, 1, 1), 9000), (date(2026, 1, 1), 9000))
    for department in (None, gov, fin):
        RetentionTarget.objects.create(
            branch=branch, department=department, year=2026, stock_revenue_base=4800,
            target_rate=90, owner=make_user("dept_head", department=department or gov),
        )  # fmt: skip
    return branch


def kept(branch, user, year=2026):
    found = targets(branch, year, user, TODAY)
    rows = [found.whole, *found.parts] if found.whole else []
    return {
        row.target.department and row.target.department.code: row.kept
        and (row.kept.base, row.kept.actual, row.kept.rate, row.kept.is_met)
        for row in rows
    }


def test_the_director_reads_branch_and_departments_from_the_same_months(branch):
    director = make_user("branch_director", branch=branch)
    assert kept(branch, director) == {
        None: (D(800), D(820), D("102.50"), True),
        "GOV": (D(200), D(160), D("80.00"), False),
        "FIN": (D(600), D(660), D("110.00"), True),
    }
    assert targets(branch, 2026, director, TODAY).until == date(2026, 2, 1)


def test_a_head_reads_the_own_department_and_a_manager_none(branch):
    gov = branch.departments.get(code="GOV")
    assert kept(branch, make_user("dept_head", department=gov)) == {
        None: None,
        "GOV": (D(200), D(160), D("80.00"), False),
    }
    assert set(kept(branch, make_user(department=gov)).values()) == {None}


def test_a_year_without_bills_has_no_figure_and_the_page_says_so(branch, client):
    director = make_user("branch_director", branch=branch)
    RetentionTarget.objects.create(
        branch=branch, year=2027, stock_revenue_base=1, target_rate=90, owner=director
    )
    assert kept(branch, director, 2027) == {None: None}
    client.force_login(director)
    assert "这一年还没有账单" in client.get("/plans/retention/targets/?year=2027").content.decode()


def test_the_page_asks_the_same_number_of_queries_for_many_departments(
    branch, client, django_assert_num_queries, django_assert_max_num_queries
):
    director = make_user("branch_director", branch=branch)
    client.force_login(director)
    url = "/plans/retention/targets/?year=2026"
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        assert "实际" in client.get(url).content.decode()
    for number in range(20):
        department = make_department(branch=branch, code=f"N{number}")
        customer = make_customer(manager=make_user(department=department))
        bill(customer, (date(2025, 1, 1), 10), (date(2026, 1, 1), 10))
        RetentionTarget.objects.create(
            branch=branch, department=department, year=2026, stock_revenue_base=1, target_rate=90,
            owner=director,
        )  # fmt: skip
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_a_manager_reads_the_own_department_and_pays_for_no_tree(branch, django_assert_num_queries):
    department = branch.departments.get(code="GOV")
    make_department(parent=department, branch=branch)
    manager = make_user(department=department)
    manager.acting_for()
    with django_assert_num_queries(1):
        rows = RetentionTarget.objects.visible_to(manager).values_list("department", flat=True)
        assert set(rows) == {None, department.pk}
