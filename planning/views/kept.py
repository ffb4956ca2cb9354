"""Drafts of the forms of a plan (core.drafts): forgotten on the user's wish, kept when refused."""

from collections.abc import Iterable

from core import drafts
from planning.models import PlanVersion
from visits.forms.fields import as_payload


def is_dropped(request, key: str) -> bool:
    """Whether the user does not want what was restored (core/_restored.html); it is gone."""
    if "restart" not in request.POST:
        return False
    drafts.discard(request.user, key)
    return True


def keep_typed(request, key: str) -> None:
    """What was sent and could not be taken: the browser keeps no draft of it any more."""
    try:
        drafts.save(request.user, key, as_payload(request.POST))
    except drafts.DraftError:  # too long to keep
        return


def has_words(kept: dict | None, names: Iterable[str]) -> bool:
    """Whether a draft has anything typed in one of these fields."""
    return any((kept or {}).get(name) for name in names)


def code_in_key(code: str) -> str:
    """「C2.1」 as a part of a key."""
    return code.lower().replace(".", "_")


def comment_key(version: PlanVersion, code: str) -> str:
    return f"planning:comment:{version.pk}:{code_in_key(code)}"
