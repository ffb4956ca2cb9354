"""When two names mean the same customer (item 10). Pure: no query."""

import hashlib
import re
import unicodedata

LEGAL_FORMS = re.compile("股份有限责任公司|股份有限公司|有限责任公司|有限公司")
ENDINGS = ("总公司", "分公司", "子公司", "公司", "集团", "本部", "总部")
"""What people write or leave out, after the legal form is gone."""
SHORTEST = 2
MARK = "="
"""Begins a key of identity: no user can type it, so that no search ever finds it."""
SAME_NAME = 21
"""The weight of such keys, outside search_rules.WEIGHTS for the same reason."""


def fold(name: str) -> str:
    """「（杭州）蓝亭科技有限责任公司」 → 「杭州蓝亭科技」: without marks, width and legal form."""
    text = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).lower())
    core = LEGAL_FORMS.sub("", text)
    return _without_endings(core) if core else text


def _without_endings(text: str) -> str:
    for ending in ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= SHORTEST:
            return _without_endings(text[: -len(ending)])
    return text


def identity_key(sounds: str) -> str:
    """A short key of the pinyin of a folded name; equal names and equal sounds have the same."""
    digest = hashlib.blake2b(sounds.encode(), digest_size=10).hexdigest()
    return f"{MARK}{digest}"


def same_words(name: str, other: str) -> bool:
    """Equal apart from marks, width and legal form; equal sound alone is not enough."""
    return fold(name) == fold(other)
