"""The first tab of the customer page, and the frame around all of them."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer, make_duty
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def get(client, user, customer):
    client.force_login(user)
    return client.get(reverse("accounts:customer_detail", args=[customer.pk]))


def test_it_shows_place_decider_and_duties(client):
    customer = make_customer(name="越州银行", address="府山街 1 号", grade="A")
    make_contact(customer, name="王𠮷", phone="13800001234", decision_role="decider")
    make_duty(customer, customer.manager)
    html = get(client, customer.manager, customer).content.decode()
    for text in ("越州银行", "府山街 1 号", "A 级", "王𠮷", "兑现承诺", customer.manager.name):
        assert text in html


def test_a_telephone_number_is_masked(client):
    customer = make_customer()
    make_contact(customer, phone="13800001234", decision_role="decider")
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
    assert get(client, customer.manager, customer).context["duties"] == []


def test_many_duties_are_counted_and_the_most_urgent_shown(client):
    customer = make_customer()
    for _ in range(9):
        make_duty(customer, customer.manager, subject=make_customer(manager=customer.manager))
    response = get(client, customer.manager, customer)
    assert len(response.context["duties"]) == 6
    assert "还有 3 项" in response.content.decode()
