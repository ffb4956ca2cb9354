"""The customer view: who may open it, what it shows, what it leaves out."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer, make_duty
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def get(client, user, customer):
    client.force_login(user)
    return client.get(reverse("accounts:customer_detail", args=[customer.pk]))


def test_it_shows_file_contacts_history_and_duties(client):
    customer = make_customer(name="越州银行", address="府山街 1 号", grade="A")
    make_contact(customer, name="王𠮷", phone="13800001234")
    make_duty(customer, customer.manager)
    html = get(client, customer.manager, customer).content.decode()
    for text in ("越州银行", "府山街 1 号", "A 级", "王𠮷", "兑现承诺", customer.manager.name):
        assert text in html


def test_a_telephone_number_is_masked(client):
    customer = make_customer()
    make_contact(customer, phone="13800001234")
    assert "13800001234" not in get(client, customer.manager, customer).content.decode()


def test_another_manager_gets_404(client):
    assert get(client, make_user(), make_customer()).status_code == 404


def test_a_head_of_another_department_gets_404(client):
    head = make_user("dept_head", department=make_department())
    customer = make_customer(manager=make_user(department=make_department()))
    assert get(client, head, customer).status_code == 404


def test_a_wrong_role_gets_403(client):
    assert get(client, make_user("back_office"), make_customer()).status_code == 403


def test_an_auditor_reads_and_is_offered_nothing_to_write(client):
    customer = make_customer()
    make_contact(customer)
    html = get(client, make_user("auditor"), customer).content.decode()
    assert customer.name in html
    for word in ("记拜访", "/edit/", "离任", "换人"):
        assert word not in html


def test_the_duties_of_another_customer_are_not_shown(client):
    customer = make_customer()
    make_duty(make_customer(manager=customer.manager), customer.manager)
    assert len(get(client, customer.manager, customer).context["duties"]) == 0


def cost(client, count):
    customer = make_customer()
    for n in range(count):
        make_contact(customer, name=f"联系人{n}")
        make_duty(customer, customer.manager, subject=make_customer())
        day = date(2025, 1, 1) + timedelta(days=n)
        customer.assignments.create(user=make_user(), role="backup", valid_from=day, valid_to=day)
    client.force_login(customer.manager)
    with CaptureQueriesContext(connection) as seen:
        response = client.get(customer.get_absolute_url())
    assert len(response.context["duties"]) == count
    return len(seen)


def test_the_page_costs_the_same_with_1_and_30_of_everything(client):
    assert cost(client, 1) == cost(client, 30)
    assert cost(client, 1) <= 15
