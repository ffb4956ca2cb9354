"""The people at the customer."""

from django.db import transaction

from accounts.actions.changes import changed
from accounts.actions.errors import AccountError
from accounts.actions.searching import index_customer
from accounts.models import Contact, Customer
from core import audit


@transaction.atomic
def add_contact(*, customer: Customer, by, **fields) -> Contact:
    """A new contact in office. AccountError when a current one has the same name and title."""
    same = customer.contacts.current().filter(name=fields["name"], title=fields.get("title", ""))
    if same.exists():
        raise AccountError("该客户已有同名同职务的联系人。")
    contact = Contact.objects.create(customer=customer, **fields)
    index_customer(customer)
    audit.record(
        verb="contact.created", target=contact, by=by, changes={"客户": ["", str(customer)]}
    )
    return contact


@transaction.atomic
def update_contact(*, contact: Contact, by, **fields) -> bool:
    """Write the given fields, audited with old and new. False when nothing differs."""
    stored = Contact.objects.select_for_update().get(pk=contact.pk)
    changes = changed(stored, fields)
    if not changes:
        return False
    if not Contact.objects.filter(pk=contact.pk, is_current=True).update(**fields):
        raise AccountError("该联系人已离任，不能再修改。")
    contact.refresh_from_db()
    index_customer(contact.customer)
    audit.record(verb="contact.updated", target=contact, by=by, changes=changes)
    return True


@transaction.atomic
def retire_contact(*, contact: Contact, by, reason: str = "") -> None:
    """The person has left that office. Visits and letters keep the name; pickers drop it."""
    if not Contact.objects.filter(pk=contact.pk, is_current=True).update(is_current=False):
        raise AccountError("该联系人已离任，请刷新后重试。")
    contact.refresh_from_db()
    index_customer(contact.customer)
    audit.record(
        verb="contact.retired",
        target=contact,
        by=by,
        changes={"在任": ["是", "否"]},
        reason=reason,
    )
