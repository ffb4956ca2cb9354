"""The list of doubles, the preview of a merge, merge and undo: heads only, both in scope."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Customer, CustomerMerge, MonthlyBill
from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
ASKS_CLOCK = connection.vendor == "postgresql"  # the frame asks the database for the time
LIST = "/customers/duplicates/"


def twins(name="兰亭银行", **fields):
    kept = make_customer(name=name, **fields)
    return kept, make_customer(manager=kept.manager, name=f"{name}有限公司", region="绍兴")


def page(kept, gone):
    return reverse("accounts:merge_preview", args=[kept.pk, gone.pk])


def send(client, kept, gone, **choices):
    form = client.get(page(kept, gone)).context["form"]
    return client.post(page(kept, gone), form.initial | choices)


@pytest.fixture
def head(client):
    user = make_user("dept_head")
    client.force_login(user)
    return user


def test_the_list_shows_groups_with_a_link_to_merge(client, head):
    kept, gone = twins()
    make_customer(name="越城区政府")
    shown = client.get(LIST).content.decode()
    assert page(kept, gone) in shown and "越城区政府" not in shown


def test_the_same_telephone_is_a_reason_unless_it_is_one_person(client, head):
    first, second = make_customer(), make_customer()
    for customer in (first, second):
        make_contact(customer, phone="057588123456")
    shown = client.get(f"{LIST}?by=phone").content.decode()
    assert page(first, second) in shown


def test_pages_follow_each_other_without_gaps(client, head):
    for number in range(25):
        twins(name=f"第{number}医院")
    first = client.get(LIST)
    second = client.get(first.context["page"].next_url)
    assert [len(r.context["groups"]) for r in (first, second)] == [20, 5]


def test_the_list_costs_the_same_with_1_and_20_groups(client, head, django_assert_num_queries):
    twins()
    with django_assert_num_queries(9 + ASKS_CLOCK):
        client.get(LIST)
    for number in range(19):
        twins(name=f"第{number}医院")
    with django_assert_num_queries(9 + ASKS_CLOCK):
        client.get(LIST)


def test_a_group_of_which_one_is_in_scope_is_no_group(client, head):
    twins()
    client.force_login(make_user("dept_head", department=make_department()))
    assert client.get(LIST).context["groups"] == []


def test_the_preview_tells_what_moves_fills_up_and_clashes(client, head):
    kept, gone = twins()
    make_contact(gone)
    for customer in (kept, gone):
        MonthlyBill.objects.create(
            customer=customer, month="2026-03-01", reported_total=1, computed_total=1
        )
    plan = client.get(page(kept, gone)).context["plan"]
    assert ("联系人", 1) in plan.moves
    assert [one.label for one in plan.fills] == ["所属区域"]
    assert [one.label for one in plan.clashes] == ["客户名称"]
    assert [kind.name for kind in plan.rivals] == ["月账单"]


def test_merge_and_undo_through_the_pages(client, head):
    kept, gone = twins()
    response = send(client, kept, gone, **{"field-name": "gone"})
    done = CustomerMerge.objects.get()
    assert response.url == reverse("accounts:merge_detail", args=[done.pk])
    assert Customer.objects.get().name == gone.name
    client.post(reverse("accounts:merge_undo", args=[done.pk]))
    assert Customer.objects.get(pk=gone.pk).name == gone.name
    again = client.post(reverse("accounts:merge_undo", args=[done.pk]), follow=True)
    assert "已经撤销" in again.content.decode()


def test_a_change_after_the_preview_is_refused_in_words(client, head):
    kept, gone = twins()
    values = client.get(page(kept, gone)).context["form"].initial
    Customer.objects.get(pk=gone.pk).save()
    response = client.post(page(kept, gone), values | {"field-name": "kept"})
    assert "重新核对" in response.content.decode()


def test_different_managers_are_explained_with_the_way_out(client, head):
    kept = make_customer()
    gone = make_customer(manager=make_user())
    shown = client.get(page(kept, gone)).content.decode()
    assert "客户经理不同" in shown and reverse("crm:customer_assign", args=[gone.pk]) in shown


def test_both_must_be_in_scope(client, head):
    kept, _ = twins()
    foreign = make_customer(manager=make_user(department=make_department()))
    assert client.get(page(kept, foreign)).status_code == 404
    assert client.post(page(foreign, kept)).status_code == 404
    assert client.get(page(kept, kept)).status_code == 404


def test_a_merge_out_of_scope_can_neither_be_read_nor_undone(client, head):
    send(client, *twins(), **{"field-name": "kept"})
    done = CustomerMerge.objects.get()
    client.force_login(make_user("dept_head", department=make_department()))
    assert client.get(reverse("accounts:merge_detail", args=[done.pk])).status_code == 404
    assert client.post(reverse("accounts:merge_undo", args=[done.pk])).status_code == 404


def test_other_roles_and_methods_are_refused(client, head):
    kept, gone = twins()
    assert client.get(reverse("accounts:merge_undo", args=[1])).status_code == 405
    client.force_login(kept.manager)
    assert client.post(page(kept, gone)).status_code == 403
    assert client.get(LIST).status_code == 403
