"""Proving a timeline: every link recomputed, the first broken one named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet

from crossdesk.threads.models import ChainHead, Entry
from crossdesk.threads.recording import START, body_digest, link_digest


@dataclass(frozen=True)
class Broken:
    entry: int
    thread: str
    audience: str
    position: int
    because: str

    def __str__(self) -> str:
        return f"Entry {self.position} of the {self.audience} chain of thread {self.thread}: {self.because}."


def broken_links(entries: QuerySet[Entry] | None = None) -> Iterator[Broken]:
    """Walks every chain in order, holding one chain in memory at a time."""
    rows = Entry.objects.all() if entries is None else entries
    ordered = rows.select_related("body").order_by("thread_id", "audience", "of", "position").iterator(2000)
    for (thread, audience, of), chain in groupby(ordered, key=lambda e: (e.thread_id, e.audience, e.of)):
        previous, position = START, 0
        for position, entry in enumerate(chain, 1):
            because = _fault(entry, previous, position)
            if because:
                yield Broken(entry.pk, str(thread), audience, entry.position, because)
                break
            previous = bytes(entry.digest)
        else:
            head = ChainHead.objects.filter(thread_id=thread, audience=audience, of=of).first()
            if head is None or head.length != position or bytes(head.digest) != previous:
                yield Broken(0, str(thread), audience, position + 1, "the chain's head is not where its entries end")
    if entries is None:
        yield from _emptied()


def _emptied() -> Iterator[Broken]:
    """Chains that lost every entry: only their head still says that there were some."""
    known = Entry.objects.filter(thread=OuterRef("thread"), audience=OuterRef("audience"), of=OuterRef("of"))
    for head in ChainHead.objects.filter(~Exists(known), length__gt=0).order_by("pk").iterator(2000):
        yield Broken(0, str(head.thread_id), head.audience, 1, "every entry of the chain is missing")


def _fault(entry: Entry, previous: bytes, position: int) -> str:
    if entry.position != position:
        return f"entry {position} is missing"
    if bytes(entry.digest) != link_digest(entry, previous):
        return "its record was changed"
    body = getattr(entry, "body", None)
    if body is None:
        return "its words are missing"
    if body.erased:
        return ""
    if bytes(entry.body_digest) != body_digest(
        bytes(body.salt), body.author, body.organisation, body.words, body.detail
    ):
        return "its words were changed"
    return ""
