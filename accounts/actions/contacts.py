"""The people at the customer."""

import json
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.actions import quality, revisions, timeline
from accounts.actions.errors import AccountError
from accounts.actions.searching import index_customer
from accounts.models import Contact, Customer
from core import audit

EDITED = (
    "name",
    "salutation",
    "title",
    "department",
    "phone",
    "email",
    "decision_role",
    "attitude",
    "influence",
    "decision_level_id",
    "reports_to_id",
    "is_current",
)
GONE = "该联系人已离任，不能再修改。"
STALE = "该联系人已被他人修改，请核对现在的内容；再次保存将以您填写的为准。"


def version_of(contact: Contact) -> str:
    """A mark of what an editor saw; another one means somebody has changed it since."""
    content = json.dumps([getattr(contact, name) for name in EDITED])
    return salted_hmac("accounts.contact", content, algorithm="sha256").hexdigest()


@transaction.atomic
def add_contact(
    *, customer: Customer, by, visit_ref: int | None = None, reason: str = "", **fields
) -> Contact:
    """A new contact in office. AccountError when a current one has the same name and title."""
    same = customer.contacts.current().filter(name=fields["name"], title=fields.get("title", ""))
    if same.exists():
        raise AccountError("该客户已有同名同职务的联系人。")
    contact = Contact.objects.create(customer=customer, **fields)
    found = revisions.differences(None, fields, of=Contact)
    changes = {"客户": ["", str(customer)]}
    audit.record(verb="contact.created", target=contact, by=by, changes=changes, reason=reason)
    _keep(contact, found, f"新增联系人：{contact}", by, reason=reason, visit_ref=visit_ref)
    return contact


@transaction.atomic
def update_contact(
    *,
    contact: Contact,
    by,
    seen: str = "",
    visit_ref: int | None = None,
    reason: str = "",
    **fields,
) -> bool:
    """Write the given fields, with old and new kept. False when nothing differs.

    `seen` is the version_of what the editor saw: AccountError when somebody saved since.
    """
    stored = Contact.objects.select_for_update().get(pk=contact.pk)
    found = revisions.differences(stored, fields)
    if not found:
        return False
    if not stored.is_current:
        raise AccountError(GONE)
    if seen and seen != version_of(stored):
        raise AccountError(STALE)
    Contact.objects.filter(pk=contact.pk).update(**fields)
    contact.refresh_from_db()
    changes = revisions.as_changes(found)
    audit.record(verb="contact.updated", target=contact, by=by, changes=changes, reason=reason)
    labels = "、".join(one.label for one in found)
    title = f"修改联系人 {contact.name}：{labels}"
    _keep(contact, found, title, by, reason=reason, visit_ref=visit_ref)
    return True


@transaction.atomic
def retire_contact(*, contact: Contact, by, reason: str = "") -> None:
    """The person has left that office. Visits and letters keep the name; pickers drop it."""
    if not Contact.objects.filter(pk=contact.pk, is_current=True).update(is_current=False):
        raise AccountError("该联系人已离任，请刷新后重试。")
    contact.refresh_from_db()
    found = [revisions.Difference("is_current", "在任", "是", "否")]
    changes = revisions.as_changes(found)
    audit.record(verb="contact.retired", target=contact, by=by, changes=changes, reason=reason)
    _keep(contact, found, f"联系人离任：{contact}", by, reason=reason)


def note_contacted(*, contacts, at: datetime) -> None:
    """These people were met or written to at `at`; the latest counts. Call from other actions."""
    people = Contact.objects.filter(pk__in=[contact.pk for contact in contacts])
    people.filter(Q(last_contact_at=None) | Q(last_contact_at__lt=at)).update(last_contact_at=at)


def _keep(contact, found, title, by, *, reason="", visit_ref=None) -> None:
    """Search keys, revisions per field, the timeline and the quality of the view."""
    customer = contact.customer
    index_customer(customer)
    revisions.revise(
        customer=customer,
        section="people",
        row=contact,
        found=found,
        by=by,
        reason=reason,
        visit_ref=visit_ref,
    )
    timeline.note(
        customer=customer,
        kind=timeline.Kind.CHANGE,
        title=title,
        detail=reason,
        path=reverse("accounts:customer_section", args=[customer.pk, "people"]),
        actor=by,
    )
    quality.refresh([customer.pk])
