"""record(): the one way a timeline entry comes to be, chained, announced, and followed by its reactions."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from crossdesk.threads.models import ChainHead, Entry, EntryBody, Thread
from crossdesk.threads.viewer import Author, Viewer

START = bytes(32)


@dataclass(frozen=True)
class Audience:
    """Who an entry is for: the word, the desk or leg it belongs to, and the seats that means at this moment."""

    kind: str
    seats: tuple[int, ...]
    of: int = 0


Reaction = Callable[[Entry], None]
FOLLOWS: dict[str, tuple[Reaction, ...]] = {}
"""Filled once, by project/wiring.py: what follows from which kind of entry, in the same transaction."""


def record(
    thread: Thread,
    kind: str,
    *,
    audience: Audience,
    by: Viewer | Author,
    at: datetime,
    words: str = "",
    detail: dict[str, Any] | None = None,
    happened_at: datetime | None = None,
    **facts: Any,
) -> Entry:
    """Write one entry on a thread whose row the caller has locked, then run what follows from it.

    `words` and `detail` are the erasable body; `facts` are metadata that stays for ever and so never names a person.
    """
    author = by.author() if isinstance(by, Viewer) else by
    detail = detail or {}
    salt = secrets.token_bytes(16)
    # The thread's row is locked, so nobody else can begin this chain meanwhile.
    head = ChainHead.objects.filter(thread=thread, audience=audience.kind, of=audience.of).first() or ChainHead(
        thread=thread, audience=audience.kind, of=audience.of, digest=START
    )
    thread.length += 1
    entry = Entry(
        thread=thread,
        seq=thread.length,
        audience=audience.kind,
        of=audience.of,
        position=head.length + 1,
        kind=kind,
        happened_at=happened_at or at,
        recorded_at=at,
        by_person=author.person,
        by_party=author.party,
        by_desk=author.desk,
        facts=facts,
        seats=sorted(set(audience.seats)),
        body_digest=body_digest(salt, author.name, author.organisation, words, detail),
    )
    entry.digest = link_digest(entry, bytes(head.digest))
    entry.save(force_insert=True)
    EntryBody.objects.create(
        entry=entry,
        seats=entry.seats,
        salt=salt,
        author=author.name,
        organisation=author.organisation,
        words=words,
        detail=detail,
    )
    head.length, head.digest = entry.position, entry.digest
    head.seats = sorted({*head.seats, *entry.seats})
    head.save()
    _keep(thread, entry)
    for follow in FOLLOWS.get(kind, ()):
        follow(entry)
    return entry


def _keep(thread: Thread, entry: Entry) -> None:
    """The thread's new length and readers, and the notice that it changed: sent once, when the transaction commits."""
    thread.seats = sorted({*thread.seats, *entry.seats})
    with connection.cursor() as cursor:
        cursor.execute(
            "with kept as (update threads_thread set length = %s, seats = %s where id = %s returning id)"
            " select pg_notify('crossdesk', id::text) from kept",
            [thread.length, thread.seats, thread.pk],
        )


def body_digest(salt: bytes, author: str, organisation: str, words: str, detail: dict[str, Any]) -> bytes:
    return hashlib.sha256(salt + _canonical([author, organisation, words, detail])).digest()


def link_digest(entry: Entry, previous: bytes) -> bytes:
    """The metadata, the body's digest and the link before. Seats stay out: a disclosure adds to them, by an entry."""
    metadata = [
        str(entry.thread_id),
        entry.seq,
        entry.audience,
        entry.of,
        entry.position,
        entry.kind,
        _instant(entry.happened_at),
        _instant(entry.recorded_at),
        entry.by_person,
        entry.by_party,
        entry.by_desk,
        entry.facts,
    ]
    return hashlib.sha256(previous + _canonical(metadata) + bytes(entry.body_digest)).digest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: Iterable[Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
