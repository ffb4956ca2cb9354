"""No page holds a contact's telephone number in its source; the reveal alone does."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer
from visits.actions.telling import tell_letter, tell_visit
from visits.tests.factories import make_letter, make_record, make_visit

pytestmark = pytest.mark.django_db
PHONE = "13987654321"


@pytest.fixture
def contact():
    return make_contact(make_customer(), name="王建华", phone=PHONE)


def pages(contact):
    customer = contact.customer
    held = make_visit(customer=customer, contact=contact, state="recorded")
    make_record(held)
    planned = make_visit(customer=customer, contact=contact, booked_with=contact)
    letter = make_letter(customer=customer, contact=contact)
    yield from (reverse("crm:today"), reverse("accounts:customer_list"))
    yield customer.get_absolute_url()
    for word in ("4321", "王建华"):
        yield f"{reverse('accounts:search')}?q={word}"
        yield f"{reverse('accounts:customer_picker')}?q={word}"
    for code in ("people", "file", "visits", "timeline", "history"):
        yield reverse("accounts:customer_section", args=[customer.pk, code])
    for name in ("visit_plan", "quick_log", "letter_register"):
        yield f"{reverse(f'visits:{name}')}?customer={customer.pk}"
    for visit in (held, planned):
        yield visit.get_absolute_url()
    for name in ("visit_edit", "visit_book"):
        yield reverse(f"visits:{name}", args=[planned.pk])
    yield letter.get_absolute_url()
    yield reverse("accounts:contact_edit", args=[contact.pk])


def test_no_page_holds_the_number(client, contact):
    client.force_login(contact.customer.manager)
    for url in pages(contact):
        response = client.get(url)
        assert response.status_code == 200, url
        assert PHONE not in response.content.decode().replace("-", "").replace(" ", ""), url


def test_no_export_holds_the_number(client, contact):
    client.force_login(contact.customer.manager)
    response = client.get(reverse("accounts:customer_export"), {"format": "csv"})
    content = b"".join(response) if response.streaming else response.content
    assert PHONE.encode() not in content


def test_a_visit_and_a_letter_are_contacts_with_the_person(contact):
    visit = make_visit(customer=contact.customer, contact=contact, state="held")
    tell_visit(visit, by=visit.owner)
    contact.refresh_from_db()
    assert contact.last_contact_at == visit.ended_at
    letter = make_letter(customer=contact.customer, contact=contact)
    tell_letter(letter, by=letter.owner)
    contact.refresh_from_db()
    assert contact.last_contact_at == letter.received_at
