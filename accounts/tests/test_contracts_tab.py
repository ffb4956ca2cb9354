"""合同与续约, and the calendar of expiry over all customers (R49)."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.reports.contracts import APART
from accounts.tests.bookkeeping import make_contract
from accounts.tests.factories import make_customer
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def tab(client, customer, user=None):
    client.force_login(user or customer.manager)
    return client.get(reverse("accounts:customer_section", args=[customer.pk, "contracts"]))


def calendar(client, user, **query):
    client.force_login(user)
    return client.get(reverse("accounts:contract_calendar"), query)


def names(response):
    return [row.contract.name for row in response.context["rows"]]


def test_every_year_of_the_axis_is_named_unless_too_many(client):
    customer = make_customer()
    make_contract(customer, 500)
    axis = tab(client, customer).context["contracts"].timeline
    this_year = timezone.localdate().year
    assert this_year + 1 in [year for _, year in axis.years]
    assert all(year for _, year in axis.years)
    make_contract(customer, 365 * 30)
    named = [x for x, year in tab(client, customer).context["contracts"].timeline.years if year]
    assert all(other - one >= APART for one, other in itertools.pairwise(named))


def test_a_renewed_contract_needs_no_care(client):
    customer = make_customer()
    old = make_contract(customer, 20, name="老合同")
    make_contract(customer, 900, name="新合同", renewal_of=old)
    make_contract(customer, 50, name="待续合同")
    response = tab(client, customer)
    html = response.content.decode()
    assert [row.contract.name for row in response.context["contracts"].due] == ["待续合同"]
    for text in ("已续约", "续自", "已续为", "剩 50 天"):
        assert text in html


def test_running_contracts_add_up_and_ended_ones_stand_last(client):
    customer = make_customer()
    make_contract(customer, -5, name="已完", annual_amount=1)
    make_contract(customer, 10, annual_amount=20000)
    make_contract(customer, 300, annual_amount=30000)
    later = timezone.localdate() + timedelta(days=5)
    make_contract(customer, 700, annual_amount=5, starts_on=later)
    found = tab(client, customer).context["contracts"]
    assert found.annual_amount == 50000
    assert found.rows[-1].contract.name == "已完"


def test_the_calendar_counts_each_column(client):
    customer = make_customer()
    for days in (-2, 0, 30, 31, 60, 90, 91, 180, 181, 400):
        make_contract(customer, days)
    counts = {code: n for code, _, n in calendar(client, customer.manager).context["counts"]}
    assert counts == {"expired": 1, "d30": 2, "d60": 2, "d90": 1, "d180": 2, "later": 2}


def test_a_column_lists_the_next_to_end_first(client):
    customer = make_customer()
    make_contract(customer, 60, name="乙")
    make_contract(customer, 31, name="甲")
    make_contract(customer, 61, name="别的")
    assert names(calendar(client, customer.manager, due="d60")) == ["甲", "乙"]


def test_without_a_choice_the_nearest_column_with_something_opens(client):
    customer = make_customer()
    make_contract(customer, 85, name="甲")
    response = calendar(client, customer.manager, due="nonsense")
    assert (response.context["code"], names(response)) == ("d90", ["甲"])


def test_contracts_out_of_scope_are_neither_listed_nor_counted(client):
    make_contract(make_customer(), 10, name="别人的合同")
    for user in (make_user(), make_user("dept_head", department=make_department())):
        response = calendar(client, user, due="d30")
        assert "别人的合同" not in response.content.decode()
        assert sum(n for _, _, n in response.context["counts"]) == 0


def test_a_head_sees_the_contracts_of_the_department(client):
    department = make_department()
    customer = make_customer(manager=make_user(department=department))
    make_contract(customer, 10, name="本部门合同")
    head = make_user("dept_head", department=department)
    assert names(calendar(client, head)) == ["本部门合同"]


def test_a_wrong_role_gets_403(client):
    assert calendar(client, make_user("dispatcher")).status_code == 403


def test_the_tab_of_somebody_elses_customer_is_not_found(client):
    assert tab(client, make_customer(), make_user()).status_code == 404


def test_the_fifty_first_contract_is_on_the_second_page(client):
    customer = make_customer()
    for n in range(51):
        make_contract(customer, 5, name=f"第{n}份")
    first = calendar(client, customer.manager, due="d30")
    assert len(names(first)) == 50
    second = client.get(first.context["page"].next_url)
    assert names(second) == ["第50份"]


def cost(client, page, count):
    customer = make_customer()
    for _ in range(count):
        earlier = make_contract(customer, -10)
        make_contract(customer, 20, renewal_of=earlier)
    client.force_login(customer.manager)
    url = reverse("accounts:customer_section", args=[customer.pk, "contracts"])
    if page == "calendar":
        url = reverse("accounts:contract_calendar") + "?due=d30"
    with CaptureQueriesContext(connection) as seen:
        context = client.get(url).context
    rows = context["rows"] if page == "calendar" else context["contracts"].due
    assert len(rows) == count
    return len(seen)


@pytest.mark.parametrize("page", ["tab", "calendar"])
def test_1_and_30_contracts_cost_the_same(client, page):
    cost(client, page, 1)
    assert cost(client, page, 1) == cost(client, page, 30) <= 20
