"""record(): the one way a timeline entry comes to be, chained, announced, and followed by its reactions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from crossdesk.proof.links import START, Body, Link, instant, joined
from crossdesk.threads.models import ChainHead, Entry, EntryBody, Thread
from crossdesk.threads.viewer import Author, Viewer


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
    body = Body(secrets.token_bytes(16), author.name, author.organisation, words, detail)
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
        body_digest=body.digest(),
    )
    entry.own = link_of(entry).own()
    entry.digest = joined(bytes(head.digest), entry.own)
    entry.save(force_insert=True)
    EntryBody.objects.create(
        entry=entry,
        seats=entry.seats,
        salt=body.salt,
        author=author.name,
        organisation=author.organisation,
        words=words,
        detail=detail,
    )
    head.length, head.digest, head.waiting = entry.position, entry.digest, True
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


def link_of(entry: Entry) -> Link:
    return Link(
        str(entry.thread_id),
        entry.seq,
        entry.audience,
        entry.of,
        entry.position,
        entry.kind,
        instant(entry.happened_at),
        instant(entry.recorded_at),
        entry.by_person,
        entry.by_party,
        entry.by_desk,
        entry.facts,
        bytes(entry.body_digest),
    )
