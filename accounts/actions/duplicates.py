"""The key by which customers of the same name find each other; kept with the search keys."""

from accounts import duplicate_rules as rules
from core import pinyin


def key_of(name: str) -> str:
    """The identity key of a name: equal for equal words and for equal sounds."""
    sounds, _ = pinyin.keys(rules.fold(name))
    return rules.identity_key(sounds)
