"""What a letter says now, a mark of it, and where another wording differs (R8, R13).

Two people, or one with two tabs, may write at the same letter: whoever saves second is told what
the first one wrote.
"""

import json
from collections.abc import Mapping
from datetime import date

from django.db.models import Model
from django.utils.crypto import salted_hmac

from accounts.actions.items import STALE
from accounts.actions.revisions import Difference, shown
from visits.actions.errors import VisitError
from visits.models import LetterReply, ThankYouLetter

THANKS = ("salutation", "body", "letter_on")
REPLY = ("kind", "promised_on", "interim_reason", "title", "addressee", "body")


def wording_of(letter: ThankYouLetter | LetterReply | None) -> dict:
    """{field of the form: value}, each as the form's cleaned_data has it; {} while nothing was
    saved."""
    if letter is None or not letter.body:
        return {}
    if isinstance(letter, LetterReply):
        return {name: getattr(letter, name) for name in REPLY}
    said = {name: getattr(letter, name) for name in THANKS}
    return said | {"contacts": list(letter.contacts.order_by("pk"))}


def mark_of(wording: Mapping) -> str:
    """Another mark means another wording; empty for none."""
    if not wording:
        return ""
    text = json.dumps({name: _plain(value) for name, value in wording.items()}, sort_keys=True)
    return salted_hmac("visits.wording", text, algorithm="sha256").hexdigest()


def check_same(letter: ThankYouLetter | LetterReply | None, wanted: Mapping, seen: str) -> None:
    """VisitError when `letter` (locked) says neither what its writer saw nor what is wanted."""
    if mark_of(wording_of(letter)) not in (seen, mark_of(wanted)):
        raise VisitError(STALE)


def differences(letter: ThankYouLetter | LetterReply, wanted: Mapping) -> list[Difference]:
    """Where what stands now and what is `wanted` (as wording_of) read differently."""
    found = []
    for name, value in wording_of(letter).items():
        now, then = _words(letter, name, value), _words(letter, name, wanted.get(name))
        if now != then:
            found.append(
                Difference(name, str(letter._meta.get_field(name).verbose_name), now, then)
            )
    return found


def _plain(value):
    """In one order and without rows, so that the same words have the same mark."""
    if value is None or isinstance(value, str):
        return value
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else sorted(one.pk for one in value)


def _words(letter: Model, name: str, value) -> str:
    if name == "contacts":
        return "、".join(one.name for one in sorted(value or (), key=lambda one: one.pk))
    return shown(letter._meta.get_field(name), value)
