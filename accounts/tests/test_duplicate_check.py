"""The warning while a new customer is typed: names in scope, one masked line out of scope."""

import re

import pytest
from django.urls import reverse

from accounts.models import Customer
from accounts.tests.factories import make_contact, make_customer, make_industry
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
CODE = "91330600MA2D7391XA"


def check(client, **values):
    return client.get(reverse("accounts:duplicate_check"), values).content.decode()


def foreign_customer(**fields):
    return make_customer(manager=make_user(department=make_department(name="医卫客户部")), **fields)


@pytest.fixture
def me(client):
    user = make_user(department=make_department())
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "兰亭（银行）"}, "名称相同"),
        ({"name": "蓝亭银行股份有限公司"}, "读音相同"),
        ({"name": "别的名字", "credit_code": CODE.lower()}, "信用代码相同"),
        ({"name": "别的名字", "phone": "0575 8812-3456"}, "联系电话相同"),
    ],
)
def test_a_customer_in_scope_is_named_and_linked_with_the_reason(client, me, typed, why):
    customer = make_customer(manager=me, name="兰亭银行", credit_code=CODE)
    make_contact(customer, phone="057588123456")
    shown = check(client, **typed)
    assert customer.get_absolute_url() in shown and why in shown


def test_out_of_scope_only_the_department_is_told(client, me):
    customer = foreign_customer(name="兰亭银行", credit_code=CODE)
    for typed in ({"name": "兰亭银行（公司）"}, {"name": "另一家", "credit_code": CODE}):
        shown = check(client, **typed)
        assert "已存在，负责部门：医卫客户部" in shown
        for secret in (customer.name, customer.code, customer.get_absolute_url(), CODE):
            assert secret not in shown


def test_one_and_three_out_of_scope_look_the_same(client, me):
    department = make_department(name="医卫客户部")
    answers = []
    for _ in range(3):
        make_customer(manager=make_user(department=department), name="兰亭银行")
        answers.append(check(client, name="兰亭银行"))
    assert len(set(answers)) == 1


def test_neither_sound_nor_telephone_of_a_stranger_is_told(client, me):
    make_contact(foreign_customer(name="兰亭银行"), phone="057588123456")
    assert check(client, name="蓝亭银行", phone="057588123456").strip() == ""


def test_nothing_similar_says_nothing_and_costs_one_query_more_at_most(client, me):
    assert check(client, name="全新的客户").strip() == ""
    assert check(client, name="").strip() == ""


def test_other_roles_and_methods_are_refused(client, me):
    assert client.post(reverse("accounts:duplicate_check")).status_code == 405
    client.force_login(make_user("auditor"))
    assert client.get(reverse("accounts:duplicate_check")).status_code == 403


def create(client, me, **more):
    industry = make_industry()
    values = {"name": "兰亭银行", "industry": industry.pk, "grade": "C", "segment": "industry"}
    values |= {"relationship_stage": "general_contact", "manager": me.pk, "is_managed": "on"}
    return client.post(reverse("accounts:customer_create"), values | more)


def test_without_javascript_the_form_asks_before_it_saves(client, me):
    make_customer(manager=me, name="兰亭银行")
    shown = create(client, me, address="解放路 1 号").content.decode()
    assert Customer.objects.count() == 1
    assert "仍要新建" in shown and 'value="解放路 1 号"' in shown
    token = re.search(r'name="anyway" value="([^"]+)"', shown)[1]
    create(client, me, anyway=token)
    assert Customer.objects.count() == 2


def test_a_confirmation_counts_for_that_name_only(client, me):
    make_customer(manager=me, name="兰亭银行"), make_customer(manager=me, name="越城区政府")
    shown = create(client, me).content.decode()
    token = re.search(r'name="anyway" value="([^"]+)"', shown)[1]
    assert "仍要新建" in create(client, me, name="越城区政府", anyway=token).content.decode()
    assert Customer.objects.count() == 2


def test_out_of_scope_the_form_asks_too_without_a_name(client, me):
    customer = foreign_customer(name="兰亭银行有限公司")
    shown = create(client, me).content.decode()
    assert "负责部门：医卫客户部" in shown and customer.name not in shown
