"""The fragment on the page of a customer."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_customer
from staff.tests.factories import make_user
from visits.tests.factories import make_letter, make_visit

pytestmark = pytest.mark.django_db


def get(client, customer, user=None):
    client.force_login(user or customer.manager)
    return client.get(reverse("visits:customer_visits", args=[customer.pk]))


def test_it_shows_the_latest_ten_visits_and_the_letters(client):
    visit = make_visit()
    for _ in range(11):
        make_visit(customer=visit.customer)
    letter = make_letter(customer=visit.customer)
    page = get(client, visit.customer)
    assert len(page.context["visits"]) == 10 and list(page.context["letters"]) == [letter]
    assert "<html" not in page.content.decode()


def test_visits_of_other_customers_stay_out(client):
    visit, other = make_visit(), make_visit(purpose="别人家的拜访目的不能出现")
    assert other.purpose not in get(client, visit.customer).content.decode()


def test_another_manager_gets_404_and_other_roles_403(client):
    customer = make_customer()
    assert get(client, customer, make_user()).status_code == 404
    assert get(client, customer, make_user("sysadmin")).status_code == 403


def test_it_is_no_post(client):
    customer = make_customer()
    client.force_login(customer.manager)
    url = reverse("visits:customer_visits", args=[customer.pk])
    assert client.post(url).status_code == 405
