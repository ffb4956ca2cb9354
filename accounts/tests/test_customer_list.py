"""The list of customers: scope, filters, paging, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer, make_duty, make_industry
from core import pinyin
from staff.tests.factories import make_absence, make_department, make_user

pytestmark = pytest.mark.django_db


def get(client, user, **params):
    client.force_login(user)
    return client.get(reverse("accounts:customer_list"), params)


def names(response):
    return [row.customer.name for row in response.context["rows"]]


def make_named(name, **fields):
    full, short = pinyin.keys(name)
    return make_customer(name=name, name_pinyin=full, name_initials=short, **fields)


def test_a_manager_sees_the_own_customers_only(client):
    mine = make_customer()
    make_customer()
    assert names(get(client, mine.manager)) == [mine.name]


def test_a_head_sees_the_department_and_a_director_the_branch(client):
    mine, other = make_department(), make_department()
    ours = make_customer(manager=make_user(department=mine))
    theirs = make_customer(manager=make_user(department=other))
    assert names(get(client, make_user("dept_head", department=mine))) == [ours.name]
    assert names(get(client, make_user("branch_director"))) == [ours.name, theirs.name]


def test_an_industry_manager_sees_the_industry(client):
    manager = make_user("industry_manager")
    industry = make_industry("GOV", "党政军")
    industry.managers.add(manager)
    ours = make_customer(industry=industry)
    make_customer()
    assert names(get(client, manager)) == [ours.name]


def test_a_delegate_sees_the_customers_during_the_absence_only(client):
    customer, delegate = make_customer(), make_user()
    today = timezone.localdate()
    make_absence(customer.manager, delegate, today, today)
    assert names(get(client, delegate)) == [customer.name]
    make_absence(customer.manager, make_user(), today, today)
    delegate.stands_in_for.all().delete()
    assert names(get(client, delegate)) == []


@pytest.mark.parametrize("role", ["back_office", "sysadmin", "dispatcher"])
def test_roles_without_customers_get_403(client, role):
    make_customer()
    assert get(client, make_user(role)).status_code == 403


@pytest.mark.parametrize("q", ["稽山", "jishan", "jsyh"])
def test_the_keyword_finds_characters_pinyin_and_initials(client, q):
    customer = make_named("稽山银行")
    make_named("曹娥水务", manager=customer.manager)
    response = get(client, customer.manager, q=q)
    assert names(response) == ["稽山银行"]
    assert response.context["total"] == 1


def test_filters_narrow_list_and_count_alike(client):
    head = make_user("dept_head")
    wanted = make_customer(grade="A", region="越城")
    make_customer(grade="A", region="柯桥")
    make_customer(grade="B", region="越城")
    response = get(client, head, grade="A", region="越城", manager=wanted.manager.pk)
    assert (names(response), response.context["total"]) == ([wanted.name], 1)


def test_the_manager_filter_offers_nobody_out_of_scope(client):
    mine, foreign = make_customer(), make_customer()
    response = get(client, mine.manager, manager=foreign.manager.pk)
    offered = response.context["filter_form"].fields["manager"].queryset
    assert list(offered) == [mine.manager]


@pytest.mark.parametrize("params", [{"grade": "Z"}, {"manager": "x"}, {"region": "'"}])
def test_a_senseless_filter_does_not_break_the_page(client, params):
    customer = make_customer()
    assert get(client, customer.manager, **params).status_code == 200


def test_the_nearest_open_duty_is_shown(client):
    customer = make_customer()
    duty = make_duty(customer, customer.manager)
    response = get(client, customer.manager)
    assert response.context["rows"][0].next_duty == duty
    assert "逾期" in response.content.decode()


def test_fifty_rows_a_page(client):
    manager = make_user()
    for _ in range(51):
        make_customer(manager=manager)
    response = get(client, manager)
    assert (len(names(response)), response.context["total"]) == (50, 51)
    assert len(names(client.get(response.context["page"].next_url))) == 1


def test_htmx_gets_only_the_rows(client):
    customer = make_customer()
    client.force_login(customer.manager)
    response = client.get(reverse("accounts:customer_list"), headers={"hx-request": "true"})
    html = response.content.decode()
    assert customer.name in html
    assert "<html" not in html


def cost(client, rows):
    manager = make_user()
    for _ in range(rows):
        make_duty(make_customer(manager=manager), manager)
    client.force_login(manager)
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("accounts:customer_list"))
    return len(seen)


def test_the_page_costs_the_same_for_1_and_30_rows(client):
    assert cost(client, 1) == cost(client, 30)
