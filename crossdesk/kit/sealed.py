"""Secrets of others that we must be able to use: sealed with our own key before they are kept."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(secret: str, keys: Sequence[str]) -> str:
    return _seals(keys).encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str, keys: Sequence[str]) -> str | None:
    """None where none of our keys made it: somebody has to enter the secret again."""
    try:
        return _seals(keys).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return None


def _seals(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=b"crossdesk sealed secrets").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
