"""The group tree on its page, and the move of a branch."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer, MonthlyBill
from accounts.tests.factories import make_customer
from accounts.tests.trees import bare_customer, make_group, wrong_paths
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def url(name, customer):
    return reverse(f"accounts:{name}", args=[customer.pk])


def get(client, name, customer, user=None, **query):
    client.force_login(user or customer.manager)
    return client.get(url(name, customer), query)


def bill(customer, month, total):
    MonthlyBill.objects.create(
        customer=customer, month=date(2026, month, 1), reported_total=total, computed_total=total
    )


def test_the_group_is_open_down_to_the_customer_and_closed_elsewhere(client):
    levels = make_group([2, 4], manager=make_user())
    html = get(client, "customer_tree", levels[1][0]).content.decode()
    for name in ("总行", "机构G1x0", "机构G1x1", "机构G2x0"):
        assert name in html
    assert "机构G2x3" not in html
    assert f'hx-get="{url("tree_children", levels[1][1])}"' in html


def test_without_javascript_a_link_opens_another_branch(client):
    levels = make_group([2, 4], manager=make_user())
    response = get(client, "customer_tree", levels[1][0], open=levels[1][1].pk)
    assert "机构G2x3" in response.content.decode()
    assert get(client, "customer_tree", levels[1][0], open="x").status_code == 200


def test_a_branch_comes_as_a_fragment(client):
    levels = make_group([2, 4], manager=make_user())
    html = get(client, "tree_children", levels[1][1]).content.decode()
    assert "<html" not in html and "机构G2x3" in html and "机构G2x0" not in html


def test_a_level_of_many_is_shown_whole_when_that_is_asked_for(client):
    levels = make_group([130], manager=make_user())
    top = levels[0][0]
    for name in ("customer_tree", "tree_children"):
        html = get(client, name, top).content.decode()
        assert html.count('id="node-') - (name == "customer_tree") == 100
        assert "显示全部 130 家" in html
        html = get(client, name, top, open=top.pk, all=1).content.decode()
        assert html.count('id="node-') - (name == "customer_tree") == 130


def test_the_file_loads_the_tree_as_a_fragment(client):
    levels = make_group([2], manager=make_user())
    client.force_login(levels[0][0].manager)
    html = client.get(url("customer_tree", levels[1][0]), headers={"HX-Request": "true"})
    assert "<html" not in html.content.decode() and "机构G1x1" in html.content.decode()


def test_a_customer_without_group_is_told_so(client):
    assert (
        "没有登记上级或下级客户" in get(client, "customer_tree", make_customer()).content.decode()
    )


def test_totals_are_those_of_everybodys_last_bill(client):
    levels = make_group([1], manager=make_user())
    bill(levels[0][0], 6, 20_000)
    bill(levels[0][0], 7, 30_000)
    bill(levels[1][0], 5, 15_000)
    html = get(client, "customer_tree", levels[0][0]).content.decode()
    assert "4.50 万元" in html and "1.50 万元" in html and "共 2 家" in html


def test_a_customer_of_somebody_else_leaves_no_name_no_total_and_no_link(client):
    manager = make_user()
    top = make_customer(manager=manager, name="本部")
    hidden = make_customer(name="金丝雀集团", parent=top)
    below = make_customer(manager=manager, name="基层网点", parent=hidden)
    make_customer(name="金丝雀网点", parent=below)
    bill(hidden, 7, 99_999)
    for name, start in (("customer_tree", top), ("customer_tree", below), ("tree_children", top)):
        html = get(client, name, start).content.decode()
        assert "丝雀" not in html and "9.99" not in html and "10.00" not in html
        assert url("customer_detail", hidden) not in html
    assert (
        "（其他部门客户）" in html
        and "共 2 家" in get(client, "customer_tree", top).content.decode()
    )


def test_a_head_sees_the_branches_of_the_department_only(client):
    levels = make_group([1], manager=make_user(department=make_department(name="甲部")))
    other = make_department(name="乙部")
    below = make_customer(manager=make_user(department=other), name="乙部客户", parent=levels[1][0])
    head = make_user("dept_head", department=other)
    assert get(client, "customer_tree", levels[0][0], head).status_code == 404
    html = get(client, "customer_tree", below, head).content.decode()
    assert "乙部客户" in html and "总行" not in html and "机构G1x0" not in html


def test_the_page_costs_the_same_with_3_and_300_customers(client):
    levels = make_group([1, 1], manager=make_user())
    manager, costs = levels[0][0].manager, []
    for count in (0, 297):
        more = [bare_customer(f"H{n}", manager, levels[n % 3][0]) for n in range(count)]
        Customer.objects.bulk_create(more)
        get(client, "customer_tree", levels[0][0])
        with CaptureQueriesContext(connection) as asked:
            get(client, "customer_tree", levels[0][0])
        costs.append(len(asked))
    assert costs[0] == costs[1]


def move(client, customer, parent, *, user=None, seen="now"):
    client.force_login(user or customer.manager)
    seen = (customer.parent_id if seen == "now" else seen) or ""
    values = {"parent": parent.pk if parent else "", "seen_parent": seen}
    return client.post(url("customer_move", customer), values)


def test_a_branch_is_moved_through_the_page(client):
    levels = make_group([2, 4], manager=make_user())
    response = move(client, levels[1][0], levels[1][1])
    assert response.url == url("customer_tree", levels[1][0])
    assert Customer.objects.under(levels[1][1]).count() == 6
    assert wrong_paths() == []


def test_the_page_offers_neither_the_own_branch_nor_the_unseen(client):
    levels = make_group([2, 4], manager=make_user())
    make_customer(name="看不见公司")
    html = get(client, "customer_move", levels[1][0]).content.decode()
    assert "机构G1x1" in html and "机构G2x0" not in html and "看不见公司" not in html


def test_a_search_finds_the_parent_without_javascript(client):
    levels = make_group([2, 4], manager=make_user())
    top = make_customer(manager=levels[0][0].manager, name="越州集团")
    html = get(client, "customer_move", levels[1][0], q="越州").content.decode()
    assert "越州集团" in html and "机构G1x1" not in html
    move(client, levels[1][0], top)
    assert Customer.objects.get(pk=levels[1][0].pk).parent == top


def test_own_branch_and_unseen_parents_are_refused_at_the_field(client):
    levels = make_group([2, 4], manager=make_user())
    for parent in (levels[2][0], levels[1][0], make_customer()):
        response = move(client, levels[1][0], parent)
        assert "看不到的客户" in response.context["form"].errors["parent"][0]


def test_who_saw_another_parent_is_told_so(client):
    levels = make_group([2], manager=make_user())
    response = move(client, levels[1][0], None, seen=levels[1][1].pk)
    assert "已被他人调整" in response.content.decode()


def test_another_manager_gets_404_and_a_wrong_role_403(client):
    customer = make_customer()
    assert move(client, customer, None, user=make_user()).status_code == 404
    assert move(client, customer, None, user=make_user("auditor")).status_code == 403
    for name in ("customer_tree", "tree_children"):
        assert get(client, name, customer, make_user()).status_code == 404
        assert client.post(url(name, customer)).status_code == 405
