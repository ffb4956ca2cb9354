"""A telephone number is shown to one who asks, and the trail says to whom."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.actions.secrets import REVEALS_PER_HOUR
from accounts.models import BillingAccount, CustomerViewRevision, TimelineEntry
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
PHONE = "13987654321"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def contact():
    return make_contact(make_customer(), phone=PHONE)


def reveal(client, contact, user=None, **more):
    client.force_login(user or contact.customer.manager)
    return client.post(reverse("accounts:contact_reveal", args=[contact.pk]), **more)


def test_it_is_shown_and_audited_without_the_number(client, contact):
    response = reveal(client, contact)
    assert PHONE in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(verb="contact.phone_revealed")
    assert (event.actor, event.target_id) == (contact.customer.manager, str(contact.pk))
    assert PHONE not in str(event.changes) + event.target_text


def test_htmx_gets_only_the_number(client, contact):
    html = reveal(client, contact, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html and PHONE in html


def test_past_the_limit_of_an_hour_the_number_stays_hidden(client, contact):
    for _ in range(REVEALS_PER_HOUR):
        assert reveal(client, contact).status_code == 200
    response = reveal(client, contact, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "请稍后再试" in response.content.decode() and PHONE not in response.content.decode()
    assert AuditEvent.objects.filter(verb="contact.phone_revealed").count() == REVEALS_PER_HOUR


def test_the_limit_is_everybodys_own(client, contact):
    for _ in range(REVEALS_PER_HOUR):
        reveal(client, contact)
    head = make_user("dept_head", department=contact.customer.department)
    assert reveal(client, contact, head).status_code == 200


def test_bank_accounts_count_with_the_telephones(client, contact):
    number = "6222021234567890123"
    account = BillingAccount.objects.create(
        customer=contact.customer, contract_no="HT-1", bank_account=number
    )
    for _ in range(REVEALS_PER_HOUR):
        reveal(client, contact)
    url = reverse("accounts:account_reveal", args=[account.pk])
    page = client.post(url, follow=True).content.decode()
    assert "请稍后再试" in page and number not in page
    assert not AuditEvent.objects.filter(verb="billing_account.revealed").exists()


def test_without_a_number_it_says_so(client):
    contact = make_contact(make_customer(), phone="")
    response = reveal(client, contact)
    assert response.status_code == 422 and "还没有登记电话" in response.content.decode()


def test_another_manager_gets_404_an_auditor_403_and_a_get_405(client, contact):
    assert reveal(client, contact, make_user()).status_code == 404
    assert reveal(client, contact, make_user("auditor")).status_code == 403
    client.force_login(contact.customer.manager)
    assert client.get(reverse("accounts:contact_reveal", args=[contact.pk])).status_code == 405


@pytest.mark.parametrize("code", ["overview", "people", "history", "timeline"])
def test_no_tab_holds_the_number_in_its_source(client, contact, code):
    client.force_login(contact.customer.manager)
    values = {"name": contact.name, "phone": "13912340000"}
    client.post(reverse("accounts:contact_edit", args=[contact.pk]), values)
    name, args = "accounts:customer_section", [contact.customer_id, code]
    html = client.get(reverse(name, args=args)).content.decode()
    assert PHONE not in html and "13912340000" not in html


def test_the_form_never_holds_the_number_and_keeps_it_when_left_empty(client, contact):
    client.force_login(contact.customer.manager)
    url = reverse("accounts:contact_edit", args=[contact.pk])
    html = client.get(url).content.decode()
    assert PHONE not in html and "139****4321" in html
    client.post(url, {"name": "改名"})
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("改名", PHONE)


def test_the_number_goes_when_that_is_ticked(client, contact):
    client.force_login(contact.customer.manager)
    url = reverse("accounts:contact_edit", args=[contact.pk])
    client.post(url, {"name": contact.name, "drops_phone": "on"})
    contact.refresh_from_db()
    assert contact.phone == ""


def test_histories_keep_the_number_masked(client, contact):
    client.force_login(contact.customer.manager)
    url = reverse("accounts:contact_edit", args=[contact.pk])
    client.post(url, {"name": contact.name, "phone": "13912340000"})
    revision = CustomerViewRevision.objects.get(field="phone")
    assert (revision.old, revision.new) == ("139****4321", "139****0000")
    assert PHONE not in str(AuditEvent.objects.get(verb="contact.updated").changes)
    assert PHONE not in str(list(TimelineEntry.objects.values_list("title", "detail")))
