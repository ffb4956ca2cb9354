"""The history of every field: who changed it, when, why, and after which visit (R9, R17)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.timezone import localtime

from accounts.actions.timeline import cut, source_of
from accounts.models import BusinessLine, Customer, CustomerViewRevision
from accounts.rules import mask_account
from core.crypto import EncryptedCharField
from core.templatetags.fmt import mask_phone

LINES = dict(BusinessLine.choices) | {"all": "全部"}
"""Who decides is known by business line, or for all of them (R72)."""


@dataclass(frozen=True)
class Difference:
    """One field that differs; `old` and `new` as shown to people, secrets masked."""

    field: str
    label: str
    old: str
    new: str


def differences(stored: models.Model | None, values: Mapping, *, of=None) -> list[Difference]:
    """The fields of `values` that differ from `stored`; all that say something when it is None.

    `of` is the model class when there is no stored row yet.
    """
    found = []
    for name, new in values.items():
        field = (of or type(stored))._meta.get_field(name)
        old = getattr(stored, name) if stored else None
        if old != new and not (old in (None, "") and new in (None, "")):
            label = str(field.verbose_name)
            found.append(Difference(name, label, shown(field, old), shown(field, new)))
    return found


def shown(field, value) -> str:
    """A value as people read it: labels of choices, 是/否, masked when it lies encrypted."""
    if value is None or value == "":
        return ""
    if isinstance(field, EncryptedCharField):
        return mask_account(value)
    if field.name == "phone":
        return mask_phone(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return " → ".join(str(step) for step in value)
    if isinstance(value, dict):
        # In one order: what PostgreSQL keeps as JSON comes back in an order of its own.
        pairs = sorted(value.items(), key=lambda pair: (list(LINES) + [pair[0]]).index(pair[0]))
        return "；".join(f"{LINES.get(key, key)}：{text}" for key, text in pairs)
    return str(dict(field.flatchoices).get(value, value))


def as_changes(found: Iterable[Difference]) -> dict[str, list[str]]:
    """The same in the shape of the audit trail: {label: [old, new]}."""
    return {one.label: [one.old, one.new] for one in found}


def revise(
    *,
    customer: Customer,
    section: str,
    row: models.Model,
    found: Iterable[Difference],
    by,
    reason: str = "",
    visit_ref: int | None = None,
) -> None:
    """Keep one revision per field; one query. `section` is a code of accounts.rules.LABELS."""
    CustomerViewRevision.objects.bulk_create(
        CustomerViewRevision(
            customer=customer,
            section=section,
            target=source_of(row),
            target_text=cut(str(row), 100),
            field=one.field,
            field_label=cut(one.label, 40),
            old=one.old,
            new=one.new,
            reason=cut(reason, 200),
            visit_ref=visit_ref,
            changed_by=by,
        )
        for one in found
    )
