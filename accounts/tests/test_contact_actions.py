"""What a change of a contact leaves behind, and whom it refuses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.contacts import (
    add_contact,
    note_contacted,
    retire_contact,
    update_contact,
    version_of,
)
from accounts.actions.errors import AccountError
from accounts.models import Contact, CustomerViewRevision, PurchaseDecisionLevel, TimelineEntry
from accounts.tests.factories import make_contact, make_customer

pytestmark = pytest.mark.django_db


def revised(customer):
    rows = CustomerViewRevision.objects.filter(customer=customer, section="people")
    return {(row.field, row.old, row.new) for row in rows}


def test_a_new_contact_is_told_and_revised():
    customer = make_customer()
    add_contact(customer=customer, by=customer.manager, name="陈立民", attitude=2)
    assert revised(customer) == {("name", "", "陈立民"), ("attitude", "", "2")}
    assert TimelineEntry.objects.get(customer=customer).title == "新增联系人：陈立民"


def test_a_change_keeps_old_new_and_why():
    contact = make_contact(make_customer(), attitude=-1)
    by = contact.customer.manager
    update_contact(contact=contact, by=by, attitude=1, reason="会上表态", visit_ref=7)
    row = CustomerViewRevision.objects.get()
    assert (row.old, row.new, row.reason, row.visit_ref) == ("-1", "1", "会上表态", 7)


def test_who_saw_an_older_version_is_refused_and_what_was_typed_stays(client):
    contact = make_contact(make_customer())
    seen = version_of(contact)
    update_contact(contact=contact, by=contact.customer.manager, title="局长")
    client.force_login(contact.customer.manager)
    url = reverse("accounts:contact_edit", args=[contact.pk])
    response = client.post(url, {"name": "改名", "seen": seen})
    page = response.content.decode()
    assert "已被他人修改" in page and 'value="改名"' in page
    assert f'value="{version_of(Contact.objects.get())}"' in page
    both = {one.label: (one.old, one.new) for one in response.context["conflict"]}
    assert both == {"姓名": ("王建华", "改名"), "称谓": ("王主任", ""), "职务": ("局长", "")}
    contact.refresh_from_db()
    assert contact.name == "王建华"


def test_a_meeting_does_not_make_an_open_form_stale():
    contact = make_contact(make_customer())
    seen = version_of(contact)
    note_contacted(contacts=[contact], at=timezone.now())
    assert update_contact(contact=contact, by=contact.customer.manager, seen=seen, title="局长")


def test_the_latest_contact_counts_whichever_is_noted_first():
    contact = make_contact(make_customer())
    late = timezone.now()
    for at in (late, late - timedelta(days=3)):
        note_contacted(contacts=[contact], at=at)
    contact.refresh_from_db()
    assert contact.last_contact_at == late


def test_leaving_office_is_told():
    contact = make_contact(make_customer())
    retire_contact(contact=contact, by=contact.customer.manager)
    assert revised(contact.customer) == {("is_current", "是", "否")}
    with pytest.raises(AccountError, match="已离任"):
        retire_contact(contact=contact, by=contact.customer.manager)


def test_level_and_superior_are_offered_from_the_same_customer_only(client):
    customer, other = make_customer(), make_customer()
    contact = make_contact(customer)
    foreign = make_contact(other)
    level = PurchaseDecisionLevel.objects.create(customer=other, order=1, unit_level="总行")
    client.force_login(customer.manager)
    url = reverse("accounts:contact_edit", args=[contact.pk])
    values = {"name": "王建华", "decision_level": level.pk, "reports_to": foreign.pk}
    errors = client.post(url, values).context["form"].errors
    assert set(errors) == {"decision_level", "reports_to"}


def test_nobody_is_above_himself_by_way_of_others(client):
    customer = make_customer()
    boss = make_contact(customer, name="甲")
    staff = make_contact(customer, name="乙", reports_to=boss)
    client.force_login(customer.manager)
    url = reverse("accounts:contact_edit", args=[boss.pk])
    errors = client.post(url, {"name": "甲", "reports_to": staff.pk}).context["form"].errors
    assert errors["reports_to"] == ["上级的上级里有本人，请另选。"]


@pytest.mark.parametrize(("attitude", "influence"), [("-3", "1"), ("0", "5"), ("3", "")])
def test_attitude_and_influence_are_stored(client, attitude, influence):
    contact = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    values = {"name": "王建华", "attitude": attitude, "influence": influence}
    client.post(reverse("accounts:contact_edit", args=[contact.pk]), values)
    stored = Contact.objects.get()
    assert stored.attitude == int(attitude)
    assert stored.influence == (int(influence) if influence else None)
