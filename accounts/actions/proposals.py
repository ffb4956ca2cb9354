"""What a visit has taught is proposed, looked at beside what is stored, then taken or not (R9)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from accounts.actions import items, revisions, timeline
from accounts.actions.contacts import update_contact
from accounts.actions.customers import update_customer
from accounts.actions.errors import AccountError
from accounts.models import (
    Contact,
    Customer,
    CustomerInfoItem,
    CustomerNeed,
    CustomerViewRevision,
    TimelineEntry,
)
from core import audit, clock

State = CustomerViewRevision.State
CUSTOMER_FIELDS = (
    "legal_representative",
    "address",
    "postcode",
    "employees",
    "branches_count",
    "outlets_count",
    "main_business",
    "business_area",
    "profit_text",
    "payment_capacity",
)
CONTACT_FIELDS = ("title", "department", "phone", "email", "decision_role", "attitude", "influence")
NEED, INFO = "accounts.customerneed", "accounts.customerinfoitem"
NEW = {NEED: ("description", "新需求（客户说的事实）"), INFO: ("content", "新信息（预算、竞争等）")}
"""New rows that can be proposed: the field that holds their words."""
GONE = "这条联系人记录已经不在，不能采纳。"


@dataclass(frozen=True)
class Change:
    """`target` is a row ("accounts.contact:15") or a model for a new row; `text` as typed."""

    target: str
    field: str
    text: str


def offered(customer: Customer, contacts: Iterable[Contact]) -> list[tuple[str, str]]:
    """(value, label) of everything that can be proposed after a visit to `contacts`."""
    pairs = [(f"{target}|{name}", label) for target, (name, label) in NEW.items()]
    for contact in contacts:
        pairs += [_offer(contact, name, contact.name) for name in CONTACT_FIELDS]
    return pairs + [_offer(customer, name, "档案") for name in CUSTOMER_FIELDS]


def _offer(row, name, prefix) -> tuple[str, str]:
    label = row._meta.get_field(name).verbose_name
    return f"{timeline.source_of(row)}|{name}", f"{prefix}：{label}"


def understood(field: models.Field, text: str):
    """The value that `text` means for a field: a choice may be typed by its label.

    ValidationError with a Chinese sentence when it means nothing.
    """
    text = text.strip()
    labels = {str(label): value for value, label in field.flatchoices}
    if labels and text not in labels and text not in labels.values():
        raise ValidationError(f"可以填：{'、'.join(labels)}。")
    value = field.formfield().clean(labels.get(text, text))
    field.run_validators(value)  # ranges live on the model's field
    return value


def field_of(target: str, name: str) -> models.Field:
    """The model field that a change speaks of. LookupError for anything that is not offered."""
    label, _, _ = target.partition(":")
    offered_fields = {
        "accounts.customer": (Customer, CUSTOMER_FIELDS),
        "accounts.contact": (Contact, CONTACT_FIELDS),
        NEED: (CustomerNeed, ("description",)),
        INFO: (CustomerInfoItem, ("content",)),
    }
    model, names = offered_fields[label]
    if name not in names:
        raise LookupError(name)
    return model._meta.get_field(name)


@transaction.atomic
def propose(*, customer: Customer, changes: Iterable[Change], visit_ref: int, by) -> int:
    """Keep the changes as proposals of that visit; returns how many say something new."""
    count = 0
    for change in changes:
        field = field_of(change.target, change.field)
        row = _target_row(customer, change.target)
        value = understood(field, change.text)
        old = getattr(row, change.field) if row else None
        if row and old == value:
            continue
        _keep(customer, change, row, old, value, visit_ref, by)
        count += 1
    if count:
        audit.record(
            verb="customer.changes_proposed",
            target=customer,
            by=by,
            changes={"待确认的更新": ["", str(count)]},
        )
    return count


def _keep(customer, change: Change, row, old, value, visit_ref, by) -> None:
    field = field_of(change.target, change.field)
    CustomerViewRevision.objects.create(
        customer=customer,
        section=_section(change.target),
        target=change.target,
        target_text=timeline.cut(str(row), 100) if row else NEW[change.target][1],
        field=change.field,
        field_label=str(field.verbose_name),
        old=revisions.shown(field, old),
        new=revisions.shown(field, value),
        raw={"old": _plain(old), "new": _plain(value)},
        reason="拜访后更新",
        visit_ref=visit_ref,
        state=State.PROPOSED,
        changed_by=by,
    )


def current_text(revision: CustomerViewRevision) -> str | None:
    """What the field holds now, in the plain form of `raw`; None for a new or vanished row."""
    row = _target_row(revision.customer, revision.target)
    return _plain(getattr(row, revision.field)) if row else None


def mark_of(text: str | None) -> str:
    """A mark of a present value: the page must not carry a telephone number in plain."""
    return salted_hmac("accounts.proposal", text or "", algorithm="sha256").hexdigest()


@transaction.atomic
def decide(*, revision: CustomerViewRevision, is_taken: bool, seen: str, by) -> None:
    """Take a proposal or leave it. `seen` is the mark_of the present value that the page showed.

    AccountError when somebody has decided already, or the field has changed since it was shown.
    """
    state = State.APPLIED if is_taken else State.REJECTED
    waiting = CustomerViewRevision.objects.filter(pk=revision.pk, state=State.PROPOSED)
    if not waiting.update(state=state, decided_by=by, decided_at=clock.now()):
        raise AccountError("这项更新已经有人处理过，请刷新后查看。")
    revision.refresh_from_db()
    if is_taken:
        _apply(revision, seen, by)
    audit.record(
        verb=f"customer.change_{'taken' if is_taken else 'left'}",
        target=revision.customer,
        by=by,
        changes={revision.field_label: [revision.old, revision.new]},
        reason=revision.reason,
    )


def _apply(revision, seen: str, by) -> None:
    if revision.target in NEW:
        _make(revision, by)
        return
    now = current_text(revision)
    if now is None:
        raise AccountError(GONE)
    if mark_of(now) != seen:
        raise AccountError("这个字段刚刚又有变化，请核对现在的内容后再确认。")
    field = field_of(revision.target, revision.field)
    values = {revision.field: understood(field, revision.raw["new"])}
    row = _target_row(revision.customer, revision.target)
    origin = {"by": by, "reason": _reason(revision), "visit_ref": revision.visit_ref}
    if isinstance(row, Contact):
        update_contact(contact=row, **origin, **values)
    else:
        update_customer(customer=row, **origin, **values)


def _reason(revision) -> str:
    """The write keeps its own line in the history; it says who proposed it."""
    return f"{revision.reason}，{revision.changed_by} 提出"


def _make(revision, by) -> None:
    words = revision.raw["new"]
    is_need = revision.target == NEED
    values = (
        {"layer": CustomerNeed.Layer.FACT, "description": words}
        if is_need
        else {
            "category": CustomerInfoItem.Category.MANAGEMENT_RESOURCE,
            "content": words,
            "source_type": CustomerInfoItem.SourceType.VISIT,
            "source_ref": f"拜访 {revision.visit_ref}",
        }
    )
    kind = TimelineEntry.Kind.NEED if is_need else TimelineEntry.Kind.CHANGE
    row = items.create_item(
        model=CustomerNeed if is_need else CustomerInfoItem,
        customer=revision.customer,
        place=items.Place(revision.section, "需求" if is_need else "信息", kind),
        by=by,
        values=values,
        reason=_reason(revision),
        visit_ref=revision.visit_ref,
    )
    revision.target = timeline.source_of(row)
    revision.save(update_fields=["target"])


def _target_row(customer: Customer, target: str):
    label, _, pk = target.partition(":")
    if label == "accounts.contact":
        return customer.contacts.filter(pk=pk).first()
    if label == "accounts.customer":
        return Customer.objects.filter(pk=customer.pk).first()
    return None


def _section(target: str) -> str:
    label = target.partition(":")[0]
    return {"accounts.contact": "people", NEED: "needs", INFO: "info"}.get(label, "file")


def _plain(value) -> str:
    return "" if value is None else str(value)
