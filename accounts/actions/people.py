"""One human being at several customers, and telephone numbers shown to one who asks."""

from django.db import transaction

from accounts.actions import quality, revisions
from accounts.actions.errors import AccountError
from accounts.actions.secrets import count_reveal
from accounts.models import Contact, Person
from core import audit


@transaction.atomic
def reveal_phone(*, contact: Contact, by) -> str:
    """The full number, audited without the number. AccountError past the limit of the hour."""
    if not contact.phone:
        raise AccountError("这位联系人还没有登记电话。")
    count_reveal(by)
    audit.record(verb="contact.phone_revealed", target=contact, by=by)
    return contact.phone


@transaction.atomic
def link_person(*, contact: Contact, other: Contact, by) -> Person:
    """The two contacts, of different customers, are one human being."""
    if contact.customer_id == other.customer_id:
        raise AccountError("同一个客户里的两位联系人不能关联为同一人。")
    keys = [contact.pk, other.pk]
    rows = Contact.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    persons = {row.person_id for row in rows if row.person_id}
    if len(persons) == 2:
        raise AccountError("两位联系人已分别关联其他人，请先解除其中一方的关联。")
    if len(persons) == 1 and all(row.person_id for row in rows):
        raise AccountError("两位联系人已经关联为同一人。")
    person = _person(persons, contact)
    Contact.objects.filter(pk__in=keys).update(person=person)
    for row in (contact, other):
        row.refresh_from_db(fields=["person"])
        _keep(row, "contact.linked", "", "关联", by)
    return person


def _person(persons: set[int], contact: Contact) -> Person:
    if persons:
        return Person.objects.get(pk=persons.pop())
    return Person.objects.create(name=contact.name)


@transaction.atomic
def unlink_person(*, contact: Contact, by) -> None:
    """The contact stands alone again; a person with one contact left is no person any more."""
    person = contact.person_id
    if person is None or not Contact.objects.filter(pk=contact.pk, person=person).update(
        person=None
    ):
        raise AccountError("该联系人没有关联其他客户，请刷新后重试。")
    contact.refresh_from_db(fields=["person"])
    rest = Contact.objects.filter(person=person)
    last = []
    if rest.count() < 2:
        last = list(rest)
        rest.update(person=None)
        Person.objects.filter(pk=person).delete()
    for row in (contact, *last):
        _keep(row, "contact.unlinked", "关联", "", by)


def _keep(contact: Contact, verb: str, old: str, new: str, by) -> None:
    """No word of the other customer: not every reader of this one may see it."""
    found = [revisions.Difference("person", "其他客户的同一人", old, new)]
    changes = revisions.as_changes(found)
    audit.record(verb=verb, target=contact, by=by, changes=changes)
    revisions.revise(customer=contact.customer, section="people", row=contact, found=found, by=by)
    quality.refresh([contact.customer_id])
