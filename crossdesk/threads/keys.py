"""The key that signs anchors: a file of the operator's, its public half a row that everybody may read."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from crossdesk.access import Invalid
from crossdesk.proof.links import fingerprint, instant, key_statement
from crossdesk.threads.models import AnchorKey


def signing_key(at: datetime) -> tuple[AnchorKey, Ed25519PrivateKey]:
    """The key in force. The first is made on first use; a file that holds another key is refused, never adopted."""
    path = Path(settings.ANCHOR_KEY)
    in_force = AnchorKey.objects.order_by("pk").last()
    if in_force is None:
        private = _read(path) if path.exists() else _make(path)
        return _published(private, at), private
    _finish_rotation(path, in_force)
    if not path.exists():
        raise Invalid(
            f"The key that signs anchors is not at {path}: copy it there from where it is kept, or, if it is lost, run"
            " crossdesk audit rotate --lost."
        )
    private = _read(path)
    if fingerprint(_public(private)) != in_force.fingerprint:
        raise Invalid(
            f"{path} does not hold the key in force, {in_force.fingerprint[:16]}…: copy that one there, or hand over to"
            " a new one with crossdesk audit rotate."
        )
    return in_force, private


def rotate(at: datetime, *, lost: bool = False) -> AnchorKey:
    """A new key, vouched for by the old one; without the old one it stands alone, and every check says so."""
    path = Path(settings.ANCHOR_KEY)
    old = None if lost else signing_key(at)
    waiting = _next(path)
    with suppress(FileNotFoundError):
        waiting.unlink()
    return _published(_make(waiting), at, old)


def finish_rotation() -> None:
    """Once the new key's row is committed, its file takes the old one's place."""
    if in_force := AnchorKey.objects.order_by("pk").last():
        _finish_rotation(Path(settings.ANCHOR_KEY), in_force)


def _finish_rotation(path: Path, in_force: AnchorKey) -> None:
    waiting = _next(path)
    if waiting.exists() and fingerprint(_public(_read(waiting))) == in_force.fingerprint:
        waiting.replace(path)


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _published(
    private: Ed25519PrivateKey, at: datetime, old: tuple[AnchorKey, Ed25519PrivateKey] | None = None
) -> AnchorKey:
    public = _public(private)
    return AnchorKey.objects.create(
        fingerprint=fingerprint(public),
        public=public,
        since=at,
        endorsed_by=old[0].fingerprint if old else "",
        endorsement=old[1].sign(key_statement(public, instant(at))) if old else b"",
    )


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _make(path: Path) -> Ed25519PrivateKey:
    private = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return private


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as trouble:
        raise Invalid(f"{path} cannot be read as an unencrypted Ed25519 key ({type(trouble).__name__}).") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise Invalid(f"{path} holds a key of another kind; anchors are signed with Ed25519.")
    return private
