"""Contacts through the pages."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Contact
from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def url(name, pk):
    return reverse(f"accounts:{name}", args=[pk])


def test_a_contact_is_added_once_for_two_clicks(client):
    customer = make_customer()
    client.force_login(customer.manager)
    values = {"name": "尉迟·㛃", "title": "处长", "submission_key": str(uuid4())}
    for _ in range(2):
        response = client.post(url("contact_create", customer.pk), values)
        assert response.url == reverse("accounts:customer_section", args=[customer.pk, "people"])
    assert Contact.objects.get().name == "尉迟·㛃"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "长" * 51), ("phone", "电话"), ("email", "a@"), ("title", "长" * 41)],
)
def test_bad_input_is_said_at_the_field(client, field, value):
    customer = make_customer()
    client.force_login(customer.manager)
    response = client.post(url("contact_create", customer.pk), {"name": "王建华", field: value})
    assert field in response.context["form"].errors
    assert not Contact.objects.exists()


def test_an_edit_is_saved(client):
    contact = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    client.post(url("contact_edit", contact.pk), {"name": "王建国", "phone": "0575-85120000"})
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("王建国", "0575-85120000")


def test_retiring_keeps_the_row_and_the_second_time_says_so(client):
    contact = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    client.post(url("contact_retire", contact.pk))
    response = client.post(url("contact_retire", contact.pk), follow=True)
    contact.refresh_from_db()
    assert not contact.is_current
    assert "刷新后重试" in response.content.decode()


def test_a_retired_contact_is_not_edited(client):
    contact = make_contact(make_customer(), is_current=False)
    client.force_login(contact.customer.manager)
    response = client.post(url("contact_edit", contact.pk), {"name": "别人"})
    assert "已离任" in response.content.decode()


@pytest.mark.parametrize("name", ["contact_create", "contact_edit", "contact_retire"])
def test_another_manager_gets_404_and_a_wrong_role_403(client, name):
    contact = make_contact(make_customer())
    pk = contact.customer_id if name == "contact_create" else contact.pk
    client.force_login(make_user())
    assert client.post(url(name, pk), {"name": "甲乙"}).status_code == 404
    client.force_login(make_user("auditor"))
    assert client.post(url(name, pk), {"name": "甲乙"}).status_code == 403


def test_retiring_needs_a_post(client):
    contact = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    assert client.get(url("contact_retire", contact.pk)).status_code == 405
