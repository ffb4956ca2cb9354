"""Text that lies encrypted in the database: bank account numbers and the like."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def _box() -> MultiFernet:
    """Keys derived from SECRET_KEY and its fallbacks, so that the key can be rotated."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [base64.urlsafe_b64encode(hashlib.sha256(s.encode()).digest()) for s in secrets]
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The plain text. ValueError with a Chinese sentence when no key fits."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError(
            "无法解密：密钥已更换，请在 SECRET_KEY_FALLBACKS 中保留旧密钥。"
        ) from error


class EncryptedCharField(models.TextField):
    """Plain text in Python, ciphertext in the database. Cannot be searched."""

    def get_prep_value(self, value):
        return encrypt(value) if value else ""

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else ""
