"""Bank accounts stay readable when the key is changed, and unreadable without a key."""

import pytest

from core.crypto import decrypt, encrypt

OLD, NEW = "old-key-" * 8, "new-key-" * 8


def test_what_an_old_key_locked_opens_while_it_is_a_fallback(settings):
    settings.SECRET_KEY = OLD
    token = encrypt("6222000012345678")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert "6222" not in token
    assert decrypt(token) == "6222000012345678"


def test_without_the_old_key_the_refusal_says_what_to_do(settings):
    settings.SECRET_KEY = OLD
    token = encrypt("6222000012345678")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []
    with pytest.raises(ValueError, match="SECRET_KEY_FALLBACKS"):
        decrypt(token)
