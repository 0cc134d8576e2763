"""Proving a timeline: every link recomputed, the first broken one of each chain named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from crossdesk.proof.links import START, Body, Link, instant, joined
from crossdesk.threads.models import ChainHead, Entry

Told = Callable[[int], None]
"""Called now and then with how many entries were looked at."""

EVERY = 50_000
CHAINED = """
select e.thread_id::text, e.audience, e."of", e.position, e.seq, e.kind, e.happened_at, e.recorded_at, e.by_person,
       e.by_party, e.by_desk, e.facts::text, e.body_digest, e.own, e.digest, b.salt, b.author, b.organisation, b.words,
       b.detail::text, b.erased, h.length, h.digest
from threads_entry e
left join threads_entrybody b on b.entry_id = e.id
left join threads_chainhead h on h.thread_id = e.thread_id and h.audience = e.audience and h."of" = e."of"
order by e.thread_id, e.audience, e."of", e.position
"""


@dataclass(frozen=True)
class Broken:
    thread: str
    audience: str
    position: int
    because: str

    def __str__(self) -> str:
        return f"Entry {self.position} of the {self.audience} chain of thread {self.thread}: {self.because}."


class Kept(NamedTuple):
    """An entry as it lies in the database, with the head of its chain."""

    link: Link
    own: bytes
    digest: bytes
    body: Body | None
    erased: bool
    head: tuple[int, bytes] | None

    @property
    def chain(self) -> tuple[str, str, int]:
        return self.link.thread, self.link.audience, self.link.of


def broken_links(told: Told | None = None) -> Iterator[Broken]:
    """Walks every chain in order, holding one entry at a time and, of a chain, what it says was erased."""
    for _, chain in groupby(_kept(told), key=attrgetter("chain")):
        broken = _first_fault(chain)
        if broken:
            yield broken
    yield from _emptied()


def _kept(told: Told | None) -> Iterator[Kept]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHAINED)
        number = 0
        while rows := cursor.fetchmany(2000):
            yield from map(_read, rows)
            number += len(rows)
            if told and number % EVERY == 0:
                told(number)


def _read(row: tuple[Any, ...]) -> Kept:
    thread, audience, of, position, seq, kind, happened, recorded, person, party, desk, facts, body_digest = row[:13]
    own, digest, salt, author, organisation, words, detail, erased, length, head = row[13:]
    link = Link(
        thread,
        seq,
        audience,
        of,
        position,
        kind,
        instant(happened),
        instant(recorded),
        person,
        party,
        desk,
        json.loads(facts),
        bytes(body_digest),
    )
    body = None if words is None else Body(bytes(salt), author, organisation, words, json.loads(detail))
    return Kept(link, bytes(own), bytes(digest), body, bool(erased), None if head is None else (length, bytes(head)))


def _first_fault(chain: Iterator[Kept]) -> Broken | None:
    previous, position, erased = START, 0, dict[int, Kept]()
    kept: Kept | None = None
    for position, kept in enumerate(chain, 1):
        because = _fault(kept, previous, position)
        if because:
            return _at(kept, kept.link.position, because)
        previous = kept.digest
        if kept.erased:
            erased[kept.link.seq] = kept
        elif kept.link.kind.endswith(".erase"):
            gone = erased.pop(kept.link.facts.get("seq", 0), None)
            if gone and not _same_author(gone, kept):
                return _at(gone, gone.link.position, "who wrote it was changed")
    assert kept is not None
    for gone in erased.values():
        return _at(gone, gone.link.position, "its words were erased and no entry says why")
    if kept.head != (position, previous):
        return _at(kept, position + 1, "the chain's head is not where its entries end")
    return None


def _at(kept: Kept, position: int, because: str) -> Broken:
    return Broken(kept.link.thread, kept.link.audience, position, because)


def _fault(kept: Kept, previous: bytes, position: int) -> str:
    if kept.link.position != position:
        return f"entry {position} is missing"
    if kept.own != kept.link.own() or kept.digest != joined(previous, kept.own):
        return "its record was changed"
    if kept.body is None:
        return "its words are missing"
    if kept.erased:
        return "it holds words after its erasure" if kept.body.words or kept.body.detail or kept.body.salt else ""
    return "" if kept.link.body_digest == kept.body.digest() else "its words were changed"


def _same_author(gone: Kept, saying: Kept) -> bool:
    """An erased body proves nothing any more, so the entry that says why repeats who wrote it."""
    if gone.body is None or saying.body is None or saying.erased:
        return False
    told = saying.body.detail
    return (told.get("author"), told.get("organisation")) == (gone.body.author, gone.body.organisation)


def _emptied() -> Iterator[Broken]:
    """Chains that lost every entry: only their head still says that there were some."""
    known = Entry.objects.filter(thread=OuterRef("thread"), audience=OuterRef("audience"), of=OuterRef("of"))
    for head in ChainHead.objects.filter(~Exists(known), length__gt=0).order_by("pk").iterator(2000):
        yield Broken(str(head.thread_id), head.audience, 1, "every entry of the chain is missing")
