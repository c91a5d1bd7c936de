"""Texts under seal: encrypted by a key that lies in the data folder, shown by their ends only."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from assay.errors import UserError


@dataclass(frozen=True)
class Sealed:
    """A text under seal."""

    token: str

    @property
    def masked(self) -> str:
        """Its first and last signs: 310***********1234, 138****5678."""
        return masked(self.open())

    def open(self) -> str:
        """The text itself."""
        return open_seal(self)

    def __str__(self) -> str:
        """Never the text by accident."""
        return self.masked


def masked(text: str) -> str:
    """A text with its middle starred: at most 3 first and 4 last signs of a long one stay."""
    if len(text) < 8:
        return text[:1] + "*" * (len(text) - 1)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def seal(text: str) -> Sealed:
    """A text put under seal."""
    return Sealed(_box(settings.SEAL_KEY).encrypt(text.encode()).decode())


def open_seal(sealed: Sealed) -> str:
    """The text under a seal. UserError where the key is not the one it was sealed with."""
    try:
        return _box(settings.SEAL_KEY).decrypt(sealed.token.encode()).decode()
    except InvalidToken:
        raise UserError(
            "封存的内容打不开：数据文件夹里的 seal.key 不是当时那一把 (seal.key has changed)"
        ) from None


def fingerprint(text: str) -> str:
    """The same text gives the same mark, so that a second one is found without opening any."""
    key = hashlib.sha256(b"fingerprint" + settings.SEAL_KEY.encode()).digest()
    return hmac.new(key, text.strip().upper().encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
