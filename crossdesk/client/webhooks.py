"""What a receiver of webhooks asks of each: is it the server's own, is it new, and what does it say.

    from crossdesk.client import NotGenuine, verify

    def receive(request):
        try:
            event = verify(request.body, request.headers, keys=["whpk_…"])
        except NotGenuine:
            return 401
        if not seen(event.id):      # a delivery may come twice, always under one id
            ...

The keys are read at /api/v1/webhooks/keys; while one follows another, deliveries bear a signature of each.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE = 300.0
"""Seconds that a delivery's timestamp may differ from the receiver's clock."""
LARGEST = 64 * 1024
MOST_SIGNATURES = 16


class NotGenuine(Exception):
    """Answer 401 and do nothing: it was not signed by the server, or was signed some time ago."""


@dataclass(frozen=True)
class Event:
    """A CloudEvent whose sender is proved. `id` is the same however often it is sent: keep it for a month."""

    id: str
    type: str
    source: str
    time: str
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def verify(
    body: bytes,
    headers: Mapping[str, str],
    *,
    keys: Iterable[str],
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> Event:
    """The event, or `NotGenuine`. Give the bytes as they came; `now` is in seconds since 1970."""
    given = {name.lower(): value for name, value in headers.items()}
    id = given.get("webhook-id", "")
    moment, signatures = given.get("webhook-timestamp", ""), given.get("webhook-signature", "")
    if not (id and moment and signatures):
        raise NotGenuine("A webhook has the headers webhook-id, webhook-timestamp and webhook-signature.")
    if len(body) > LARGEST:
        raise NotGenuine("The body is larger than any event.")
    _require_fresh(moment, tolerance, time.time() if now is None else now)
    content = b".".join([id.encode(errors="replace"), moment.encode(), body])
    public = [_key(each) for each in keys]
    if not any(_fits(key, each, content) for each in signatures.split()[:MOST_SIGNATURES] for key in public):
        raise NotGenuine("No signature fits a key that was given.")
    event = _event(body)
    if event.id != id:
        raise NotGenuine("The event has another id than its envelope.")
    return event


def _require_fresh(moment: str, tolerance: float, now: float) -> None:
    if not (moment.isascii() and moment.isdecimal() and len(moment) < 12):
        raise NotGenuine("The timestamp is no number of seconds.")
    if abs(now - int(moment)) > tolerance:
        raise NotGenuine("The timestamp is too far from now: it was sent before, or a clock is wrong.")


def _key(written: str) -> Ed25519PublicKey:
    """Raises ValueError: a key that cannot be read is the receiver's own mistake, and no sender's."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(written.removeprefix("whpk_"), validate=True))


def _fits(key: Ed25519PublicKey, written: str, content: bytes) -> bool:
    version, _, signature = written.partition(",")
    if version != "v1a":
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _event(body: bytes) -> Event:
    try:
        told = json.loads(body)
        named = {name: str(told[name]) for name in ("id", "type", "source", "time")}
        return Event(**named, subject=str(told.get("subject") or ""), data=told.get("data") or {})
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise NotGenuine("The body is no event.") from trouble
