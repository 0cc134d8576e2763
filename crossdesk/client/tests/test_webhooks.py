"""A receiver believes what the server signed just now, and nothing else."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.client import NotGenuine, verify

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
AT = 1_796_000_000
EVENT = {"id": "e-1", "type": "crossdesk.case.status", "source": "https://desk.example", "time": "2026-11-29T07:00:00Z"}


def public(key: Ed25519PrivateKey) -> str:
    return f"whpk_{base64.b64encode(key.public_key().public_bytes_raw()).decode()}"


def sent(*keys: Ed25519PrivateKey, id: str = "e-1", **more: Any) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(EVENT | more).encode()
    content = f"{id}.{AT}.".encode() + body
    signatures = " ".join(f"v1a,{base64.b64encode(key.sign(content)).decode()}" for key in keys)
    return body, {"Webhook-Id": id, "Webhook-Timestamp": str(AT), "Webhook-Signature": signatures}


def test_what_the_server_signed_is_believed_also_while_one_key_follows_another() -> None:
    body, headers = sent(OTHER, KEY)
    assert verify(body, headers, keys=[public(KEY)], now=AT + 299).id == "e-1"
    assert verify(body, headers, keys=[public(OTHER)], now=AT - 299).type == "crossdesk.case.status"


@pytest.mark.parametrize("late", [301, -301])
def test_what_was_sent_before_is_refused(late: int) -> None:
    body, headers = sent(KEY)
    with pytest.raises(NotGenuine, match="too far from now"):
        verify(body, headers, keys=[public(KEY)], now=AT + late)


def test_what_was_changed_is_refused() -> None:
    body, headers = sent(KEY)
    for wrong, told in (
        (body + b" ", headers),
        (body, headers | {"Webhook-Timestamp": str(AT + 1)}),
        (body, headers | {"Webhook-Id": "e-2"}),
        sent(OTHER),
        sent(KEY, id="e-2"),
        (body, {}),
    ):
        with pytest.raises(NotGenuine):
            verify(wrong, told, keys=[public(KEY)], now=AT)


@given(st.text(), st.text(), st.text(), st.binary())
def test_nothing_that_a_stranger_sends_is_an_error_of_another_kind(id: str, at: str, signed: str, body: bytes) -> None:
    told = {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signed}
    for headers in (
        told,
        told | {"webhook-timestamp": str(AT)},
        told | {"webhook-signature": f"v1a,{signed} v1a v1,x"},
    ):
        with pytest.raises(NotGenuine):
            verify(body, headers, keys=[public(KEY)], now=AT)
