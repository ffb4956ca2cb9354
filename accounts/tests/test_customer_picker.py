"""Choosing a customer: options for a form, or a page before one."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def get(client, user, headers=None, **params):
    client.force_login(user)
    return client.get(reverse("accounts:customer_picker"), params, headers=headers)


def test_htmx_gets_options_in_scope_only(client):
    mine, foreign = make_customer(), make_customer()
    html = get(client, mine.manager, {"hx-request": "true"}).content.decode()
    assert f'<option value="{mine.pk}">' in html
    assert foreign.name not in html
    assert "<html" not in html


def test_the_page_leads_on_with_the_customer(client):
    customer = make_customer()
    html = get(client, customer.manager, **{"for": "letter"}).content.decode()
    assert f"?customer={customer.pk}" in html
    assert "登记来函" in html


def test_more_than_thirty_are_cut_and_said(client):
    manager = make_user()
    for _ in range(31):
        make_customer(manager=manager)
    response = get(client, manager)
    assert (len(response.context["customers"]), response.context["has_more"]) == (30, True)


def test_an_unknown_purpose_does_not_break_the_page(client):
    customer = make_customer()
    assert get(client, customer.manager, **{"for": "x"}).status_code == 200


def test_a_wrong_role_gets_403(client):
    assert get(client, make_user("sysadmin")).status_code == 403
