"""Creating and editing a customer through the pages."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Customer
from accounts.tests.factories import make_customer, make_industry
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
CREATE = "/customers/new/"


def new_values(manager, **fields):
    return {
        "name": "鉴湖银行",
        "industry": make_industry().pk,
        "grade": "B",
        "manager": manager.pk,
        "relationship_stage": "general_contact",
        "is_managed": "on",
    } | fields


def edit_values(customer, **fields):
    return {
        "name": customer.name,
        "industry": customer.industry_id,
        "grade": customer.grade,
        "relationship_stage": customer.relationship_stage,
        "is_managed": "on",
        "seen_at": customer.updated_at.isoformat(),
    } | fields


def edit_url(customer):
    return reverse("accounts:customer_edit", args=[customer.pk])


def test_a_manager_creates_an_own_customer(client):
    manager = make_user()
    client.force_login(manager)
    response = client.post(CREATE, new_values(manager))
    customer = Customer.objects.get()
    assert response.url == customer.get_absolute_url()
    assert (customer.manager, customer.name_initials) == (manager, "jhyh")
    assert customer.lifecycle == "potential"  # R21: an actual one has a product


def test_the_second_click_leads_to_the_first_customer(client):
    manager = make_user()
    client.force_login(manager)
    values = new_values(manager, submission_key=str(uuid4()))
    first, second = client.post(CREATE, values), client.post(CREATE, values)
    assert (first.url, Customer.objects.count()) == (second.url, 1)


def test_a_colleague_cannot_be_named_by_a_manager_and_nothing_typed_is_lost(client):
    manager, colleague = make_user(), make_user()
    client.force_login(manager)
    response = client.post(CREATE, new_values(colleague))
    assert "manager" in response.context["form"].errors
    assert "鉴湖银行" in response.content.decode()
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 101),
        ("postcode", "12a"),
        ("founded_year", "2999"),
        ("employees", "-1"),
        ("code", "有空 格"),
        ("industry", "99999"),
        ("grade", "Z"),
    ],
)
def test_bad_input_is_said_at_the_field_and_stores_nothing(client, field, value):
    manager = make_user()
    client.force_login(manager)
    response = client.post(CREATE, new_values(manager, **{field: value}))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Customer.objects.exists()


def test_a_taken_code_is_said_at_the_field(client):
    customer = make_customer(code="C0001")
    client.force_login(customer.manager)
    response = client.post(CREATE, new_values(customer.manager, code="C0001"))
    assert "已被使用" in response.content.decode()


@pytest.mark.parametrize("role", ["branch_director", "auditor", "back_office", "sysadmin"])
def test_other_roles_may_not_create_or_edit(client, role):
    customer = make_customer()
    client.force_login(make_user(role))
    assert client.get(CREATE).status_code == 403
    assert client.post(edit_url(customer), edit_values(customer)).status_code == 403


def test_an_edit_is_saved_and_the_page_says_so(client):
    customer = make_customer()
    client.force_login(customer.manager)
    response = client.post(edit_url(customer), edit_values(customer, grade="A"), follow=True)
    customer.refresh_from_db()
    assert customer.grade == "A"
    assert "已保存" in response.content.decode()


def test_an_edit_over_a_newer_version_is_refused_and_keeps_the_text(client):
    customer = make_customer()
    client.force_login(customer.manager)
    values = edit_values(customer, address="新地址 8 号")
    actions.update_customer(customer=customer, by=None, region="柯桥")
    html = client.post(edit_url(customer), values).content.decode()
    customer.refresh_from_db()
    assert customer.address == ""
    assert "已被他人修改" in html
    assert "新地址 8 号" in html


def test_another_manager_gets_404_on_edit(client):
    customer = make_customer()
    client.force_login(make_user())
    assert client.get(edit_url(customer)).status_code == 404
    assert client.post(edit_url(customer), edit_values(customer)).status_code == 404


def test_a_manager_cannot_be_changed_through_the_file(client):
    customer, other = make_customer(), make_user(department=make_department())
    client.force_login(customer.manager)
    client.post(edit_url(customer), edit_values(customer, manager=other.pk, code="X"))
    customer.refresh_from_db()
    assert customer.manager != other
    assert customer.code != "X"
