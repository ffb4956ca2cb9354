"""The needs board: industry by industry, of the customers in scope (R18)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import make_customer, make_industry
from opportunities.tests.factories import make_need
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = reverse("opportunities:need_list")


@pytest.fixture
def manager(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def customer(manager):
    return make_customer(manager=manager)


def words(client, query="") -> list[str]:
    return [row.description for row in client.get(URL + query).context["page"].rows]


def test_the_newest_first_and_nothing_of_another_manager(client, customer):
    make_need(customer, layer="fact", description="要一条电路")
    make_need(customer, description="要连到总部")
    make_need(make_customer(), description="别家的需求")
    assert words(client) == ["要连到总部", "要一条电路"]
    assert "别家的需求" not in client.get(URL).content.decode()


def test_it_counts_industry_by_layer_and_status(client, customer, manager):
    other = make_industry("GOV", "政务")
    elsewhere = make_customer(manager=manager, industry=other)
    for layer, status in (("fact", "captured"), ("need", "validated"), ("need", "dropped")):
        make_need(customer, layer=layer, status=status)
    make_need(elsewhere, layer="win")
    make_need(make_customer(), layer="fact")
    page = client.get(URL)
    assert page.context["lines"] == [] and '?show=industries"' in page.content.decode()
    part = client.get(URL + "?show=industries", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert client.get(URL + "?show=industries").context["lines"] == part.context["lines"]
    first, second = part.context["lines"]
    assert (first.name, first.total) == (customer.industry.name, 3)
    assert first.layers == {"fact": 1, "need": 2}
    assert first.statuses == {"captured": 1, "validated": 1, "dropped": 1}
    assert (second.industry, second.layers) == (other.pk, {"win": 1})


def test_one_asks_for_an_industry_a_layer_and_a_status(client, customer, manager):
    other = make_industry("GOV", "政务")
    make_need(make_customer(manager=manager, industry=other), description="别的行业")
    make_need(customer, layer="fact", description="一个事实")
    make_need(customer, description="放弃了", status="dropped")
    make_need(customer, description="找的")
    query = f"?industry={customer.industry_id}&layer=need&status=captured"
    assert words(client, query) == ["找的"]


def test_only_who_writes_is_led_on_and_only_from_what_is_open(client, customer, manager):
    ready = make_need(customer)
    done = make_need(customer, status="to_opportunity")
    links = [reverse("opportunities:convert", args=[need.pk]) for need in (ready, done)]
    page = client.get(URL).content.decode()
    assert [link in page for link in links] == [True, False]
    client.force_login(make_user("branch_director", branch=manager.branch))
    assert links[0] not in client.get(URL).content.decode()


def test_thirty_cost_what_one_costs(client, customer):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(URL)
        return len(asked)

    make_need(customer)
    cost()
    one = cost()
    for _ in range(29):
        make_need(customer)
    assert cost() == one


def test_who_sees_no_customers_sees_no_board(client):
    client.force_login(make_user("solution_engineer"))
    assert client.get(URL).status_code == 403
