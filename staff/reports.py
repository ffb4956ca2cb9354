"""The audit trail as people read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from core.models import AuditEvent
from staff.audit_words import say_key, say_verb


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class SaidEvent:
    """One event with Chinese words; `changes` field by field."""

    event: AuditEvent
    verb: str
    target_kind: str
    changes: list[Change]


def said_events(events: Iterable[AuditEvent]) -> list[SaidEvent]:
    """No query beyond that of `events`: names were stored with the event."""
    return [_said(event) for event in events]


def verb_choices() -> list[tuple[str, str]]:
    """The verbs that occur, for the filter, by their Chinese names. One query."""
    verbs = AuditEvent.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return sorted(((verb, say_verb(verb)) for verb in verbs), key=lambda pair: pair[1])


def _said(event: AuditEvent) -> SaidEvent:
    try:
        model = apps.get_model(event.target_type)
    except (LookupError, ValueError):
        model = None
    kind = str(model._meta.verbose_name) if model else ""
    changes = [_change(model, name, pair) for name, pair in event.changes.items()]
    return SaidEvent(event, say_verb(event.verb), kind, changes)


def _change(model, name: str, pair) -> Change:
    old, new = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
    return Change(_label(model, name), *(_text(model, name, value) for value in (old, new)))


def _label(model, name: str) -> str:
    try:
        label = str(model._meta.get_field(name).verbose_name)
    except (FieldDoesNotExist, AttributeError):
        return say_key(name)
    return say_key(name) if label.isascii() else label  # a field that was given no Chinese name


def _text(model, name: str, value) -> str:
    try:
        value = dict(model._meta.get_field(name).flatchoices).get(value, value)
    except (FieldDoesNotExist, AttributeError, TypeError):
        pass
    return {True: "是", False: "否", None: "", "": ""}.get(_hashable(value), str(value))


def _hashable(value):
    return value if isinstance(value, bool | str | type(None)) else object
