"""What a user has typed and not sent yet. Kept on the server, so a dead phone loses nothing."""

import re

from core.models import Draft

MAX_CHARACTERS = 50_000
KEY = re.compile(r"[a-z_]{1,20}(:[a-z0-9_]{1,30}){1,3}")
# Never part of a draft: they belong to one rendering of the form.
TRANSIENT = {"csrfmiddlewaretoken", "submission_key"}


class DraftError(Exception):
    """The browser sent something that is no draft. The message is Chinese."""


def load(user, key: str) -> dict | None:
    """The typed values of form `key`, {field: text or list}; None without a draft."""
    row = Draft.objects.filter(user=user, form=key).first()
    return row.payload if row else None


def save(user, key: str, payload: dict) -> Draft:
    """Keep the newest state of form `key`. DraftError for a bad key or an oversized payload."""
    if not KEY.fullmatch(key) or not isinstance(payload, dict):
        raise DraftError("草稿格式不正确。")
    kept = {_storable(name): _storable(value) for name, value in payload.items()}
    kept = {name: value for name, value in kept.items() if name not in TRANSIENT}
    if len(str(kept)) > MAX_CHARACTERS:
        raise DraftError("草稿太长，未能保存。")
    row, _ = Draft.objects.update_or_create(user=user, form=key, defaults={"payload": kept})
    return row


def _storable(value):
    """Text, or a list of it, without NUL and broken halves of characters: PostgreSQL's JSON."""
    if isinstance(value, list):
        return [_storable(text) for text in value]
    if not isinstance(value, str):
        raise DraftError("草稿格式不正确。")
    return value.replace("\0", "").encode("utf-8", "ignore").decode()


def discard(user, key: str) -> None:
    """Forget the draft, after the form was sent or on the user's wish."""
    Draft.objects.filter(user=user, form=key).delete()
