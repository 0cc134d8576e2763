"""What is hashed: a timeline's links, an anchor's leaves and the statements that are signed. docs/proof.md says it in
words; everything here is from plain values, so that a proof is checked without a database."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

START = bytes(32)


@dataclass(frozen=True, slots=True)
class Body:
    """What an erasure may blank."""

    salt: bytes
    author: str
    organisation: str
    words: str
    detail: dict[str, Any]

    def digest(self) -> bytes:
        said = [self.author, self.organisation, self.words, self.detail]
        return hashlib.sha256(self.salt + canonical(said)).digest()


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as its chain holds it. Seats stay out: a disclosure adds to them, by an entry of its own."""

    thread: str
    seq: int
    audience: str
    of: int
    position: int
    kind: str
    happened_at: str
    recorded_at: str
    by_person: int | None
    by_party: int | None
    by_desk: int | None
    facts: dict[str, Any]
    body_digest: bytes

    def own(self) -> bytes:
        """Stands for the entry where its reader may not read it: the body's salt keeps guesses from being tested."""
        return hashlib.sha256(canonical(self.metadata()) + self.body_digest).digest()

    def metadata(self) -> list[Any]:
        return [
            self.thread,
            self.seq,
            self.audience,
            self.of,
            self.position,
            self.kind,
            self.happened_at,
            self.recorded_at,
            self.by_person,
            self.by_party,
            self.by_desk,
            self.facts,
        ]


def joined(previous: bytes, own: bytes) -> bytes:
    """The digest of a link: the link before, and the entry's own digest."""
    return hashlib.sha256(previous + own).digest()


def head_leaf(blind: bytes, thread: str, audience: str, of: int, length: int, digest: bytes) -> bytes:
    """The data of an anchor's leaf. Whoever does not know the blind cannot test a guess about it."""
    return blind + UUID(thread).bytes + struct.pack(">qi", of, length) + digest + audience.encode()


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed once a day. It holds the digest of the one before, so the newest vouches for all."""

    number: int
    day: str
    at: str
    depth: int
    root: str
    previous: str
    key: str

    def signed_bytes(self) -> bytes:
        held = [self.number, self.day, self.at, self.depth, self.root, self.previous, self.key]
        return canonical(["crossdesk-anchor/1", *held])

    def digest(self) -> str:
        return hashlib.sha256(self.signed_bytes()).hexdigest()


def key_statement(public: bytes, since: str) -> bytes:
    """What the key in force signs to hand over to the next."""
    return canonical(["crossdesk-key/1", public.hex(), since])


def fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, and letters as they are in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
