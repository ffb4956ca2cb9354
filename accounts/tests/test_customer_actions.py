"""Customers and contacts: what is written, what is refused, what the audit trail keeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import actions
from accounts.models import Customer
from accounts.tests.factories import make_contact, make_customer, make_industry
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
CREDIT_CODE = "91350100M000100Y43"


def create(**fields):
    fields.setdefault("manager", make_user())
    fields.setdefault("name", "稽山商业银行")
    return actions.create_customer(by=fields["manager"], industry=make_industry(), **fields)


def test_a_new_customer_has_one_open_primary_assignment():
    customer = create()
    row = customer.assignments.get()
    assert (row.user, row.role, row.valid_to) == (customer.manager, "primary", None)
    assert customer.department == customer.manager.department
    assert AuditEvent.objects.about(customer).get().verb == "customer.created"


def test_the_code_is_the_next_one_when_left_empty():
    create(code="C0041")
    assert create().code == "C0042"


def test_a_taken_code_is_refused_in_words():
    create(code="C0001")
    with pytest.raises(actions.AccountError, match="「C0001」已被使用"):
        create(code="C0001")
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("text", ["稽山", "jishan", "JSSYYH", "c0009", "商业 银行", "yin 稽"])
def test_it_is_found_by_characters_code_pinyin_and_initials(text):
    customer = create(code="C0009")
    create(name="剡溪国际学校", code="C0010")
    assert list(Customer.objects.search(text)) == [customer]


def test_a_new_name_gets_new_keys():
    customer = create()
    actions.update_customer(customer=customer, by=customer.manager, name="曹娥水务")
    assert (customer.name_pinyin, customer.name_initials) == ("caoeshuiwu", "cesw")


def test_an_update_is_audited_with_old_and_new_and_nothing_else():
    customer = create(grade="B", region="越城")
    actions.update_customer(customer=customer, by=customer.manager, grade="A", region="越城")
    event = AuditEvent.objects.get(verb="customer.updated")
    assert event.changes == {"客户等级": ["B 级", "A 级"]}


def test_saving_without_change_writes_nothing():
    customer = create(grade="B")
    assert not actions.update_customer(customer=customer, by=customer.manager, grade="B")
    assert not AuditEvent.objects.filter(verb="customer.updated").exists()


def test_an_older_copy_of_the_file_does_not_overwrite():
    customer = create()
    stale = timezone.now() - timedelta(minutes=5)
    with pytest.raises(actions.AccountError, match="已被他人修改"):
        actions.update_customer(customer=customer, by=None, expected=stale, grade="A")
    customer.refresh_from_db()
    assert customer.grade == "C"


def test_a_contact_is_added_changed_and_retired_with_a_trail():
    customer = create()
    contact = actions.add_contact(customer=customer, by=customer.manager, name="䶮㛃", title="主任")
    actions.update_contact(contact=contact, by=customer.manager, phone="13800000001")
    actions.retire_contact(contact=contact, by=customer.manager)
    verbs = set(AuditEvent.objects.about(contact).values_list("verb", flat=True))
    assert verbs == {"contact.created", "contact.updated", "contact.retired"}
    assert not contact.is_current


def test_a_retired_contact_is_neither_changed_nor_retired_again():
    contact = make_contact(create(), is_current=False)
    with pytest.raises(actions.AccountError):
        actions.retire_contact(contact=contact, by=None)
    with pytest.raises(actions.AccountError):
        actions.update_contact(contact=contact, by=None, phone="1")


def test_the_same_person_twice_is_refused():
    contact = make_contact(make_customer())
    with pytest.raises(actions.AccountError, match="同名"):
        actions.add_contact(
            customer=contact.customer, by=None, name=contact.name, title=contact.title
        )


def test_a_credit_code_that_somebody_took_meanwhile_is_refused_in_words():
    taken, customer = make_customer(credit_code=CREDIT_CODE), make_customer()
    with pytest.raises(actions.AccountError, match="信用代码已经登记"):
        actions.update_customer(customer=customer, by=taken.manager, credit_code=CREDIT_CODE)
    with pytest.raises(actions.AccountError, match="信用代码已经登记"):
        create(credit_code=CREDIT_CODE)
