"""Signatures of what leaves, as Standard Webhooks 1.0 has them: ed25519, `v1a`.

The key follows from the installation's secret, so there is nothing more to keep; while a former secret stands in the
settings, what leaves is signed by both.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PUBLIC = "whpk_"
PURPOSE = b"crossdesk webhooks, ed25519, 1"


def headers(id: str, body: bytes, at: datetime) -> dict[str, str]:
    """`at` is the attempt's time, so that a receiver can refuse what was caught and sent again later."""
    stamp = str(int(at.timestamp()))
    signed = f"{id}.{stamp}.".encode() + body
    signatures = " ".join(f"v1a,{b64encode(key.sign(signed)).decode()}" for key in _keys())
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def public_keys() -> list[str]:
    """The newest first, as receivers keep them."""
    return [PUBLIC + b64encode(key.public_key().public_bytes_raw()).decode() for key in _keys()]


def _keys() -> list[Ed25519PrivateKey]:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [Ed25519PrivateKey.from_private_bytes(_derived(each)) for each in secrets]


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
