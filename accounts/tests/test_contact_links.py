"""One human being who is a contact of several customers."""

import pytest
from django.urls import reverse

from accounts.actions.errors import AccountError
from accounts.actions.people import link_person
from accounts.models import Contact, CustomerViewRevision, Person
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    customer = make_customer()
    twin = make_customer(manager=customer.manager, name="另一家公司")
    return make_contact(customer), make_contact(twin)


def url(name, contact):
    return reverse(f"accounts:{name}", args=[contact.pk])


def persons():
    return list(Contact.objects.order_by("pk").values_list("person", flat=True))


def test_two_contacts_become_one_person(client, pair):
    contact, other = pair
    client.force_login(contact.customer.manager)
    response = client.post(url("contact_link", contact), {"other": other.pk})
    assert response.url.endswith(f"#contact-{contact.pk}")
    assert persons() == [Person.objects.get().pk] * 2


def test_the_history_of_either_does_not_name_the_other(pair):
    contact, other = pair
    link_person(contact=contact, other=other, by=contact.customer.manager)
    text = str(list(CustomerViewRevision.objects.filter(field="person").values()))
    text += str(list(AuditEvent.objects.filter(verb="contact.linked").values("changes")))
    assert CustomerViewRevision.objects.filter(field="person").count() == 2
    assert "另一家公司" not in text


def test_a_third_joins_the_same_person(pair):
    contact, other = pair
    by = contact.customer.manager
    third = make_contact(make_customer(manager=by))
    link_person(contact=contact, other=other, by=by)
    link_person(contact=third, other=contact, by=by)
    assert len(set(persons())) == 1 and Person.objects.count() == 1


def test_two_persons_are_not_mixed_and_one_is_not_linked_twice(pair):
    contact, other = pair
    by = contact.customer.manager
    link_person(contact=contact, other=other, by=by)
    with pytest.raises(AccountError, match="已经关联"):
        link_person(contact=other, other=contact, by=by)
    more = [make_contact(make_customer(manager=by)) for _ in range(2)]
    link_person(contact=more[0], other=more[1], by=by)
    with pytest.raises(AccountError, match="分别关联"):
        link_person(contact=contact, other=more[0], by=by)


def test_contacts_of_one_customer_are_not_one_person(pair):
    contact, _ = pair
    twin = make_contact(contact.customer, name="别人")
    with pytest.raises(AccountError, match="同一个客户"):
        link_person(contact=contact, other=twin, by=contact.customer.manager)


def test_unlinking_one_of_two_ends_the_person_and_the_second_click_says_so(client, pair):
    contact, other = pair
    link_person(contact=contact, other=other, by=contact.customer.manager)
    client.force_login(contact.customer.manager)
    client.post(url("contact_unlink", contact))
    assert persons() == [None, None] and not Person.objects.exists()
    events = AuditEvent.objects.filter(verb="contact.unlinked").values_list("target_id", flat=True)
    assert set(events) == {str(contact.pk), str(other.pk)}
    again = client.post(url("contact_unlink", contact), follow=True)
    assert "请刷新后重试" in again.content.decode()


def test_search_finds_only_other_customers_in_scope(client, pair):
    contact, _ = pair
    make_contact(make_customer(name="看不见公司"))
    client.force_login(contact.customer.manager)
    html = client.get(url("contact_link", contact)).content.decode()
    assert "另一家公司" in html and "看不见公司" not in html


def test_a_contact_out_of_scope_cannot_be_chosen(client, pair):
    contact, _ = pair
    hidden = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    for chosen in (hidden.pk, contact.pk, "x"):
        assert client.post(url("contact_link", contact), {"other": chosen}).status_code == 404
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", ["contact_link", "contact_unlink"])
def test_another_manager_gets_404_and_a_wrong_role_403(client, pair, name):
    contact, other = pair
    client.force_login(make_user())
    assert client.post(url(name, contact), {"other": other.pk}).status_code == 404
    client.force_login(make_user("auditor"))
    assert client.post(url(name, contact), {"other": other.pk}).status_code == 403


def test_unlinking_needs_a_post(client, pair):
    client.force_login(pair[0].customer.manager)
    assert client.get(url("contact_unlink", pair[0])).status_code == 405
