"""Proving the anchors: signatures, the chain of days, each tree, and that every anchored head is still in its chain."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from crossdesk.proof.links import fingerprint, instant, key_statement
from crossdesk.proof.merkle import root_of
from crossdesk.proof.signing import signed
from crossdesk.threads.anchoring import block_roots
from crossdesk.threads.models import Anchor, AnchorKey

REWRITTEN = """
select a.anchor_id, h.thread_id::text, h.audience, a.length, e.id is null
from threads_anchoredhead a
left join threads_chainhead h on h.id = a.head_id
left join threads_entry e on e.thread_id = h.thread_id and e.audience = h.audience and e."of" = h."of"
  and e.position = a.length
where e.digest is distinct from a.digest
order by a.anchor_id, a.slot limit 1
"""
LEFT_OUT = """
select h.thread_id::text, h.audience from threads_chainhead h
where not h.waiting and not exists (
  select from threads_anchoredhead a where a.head_id = h.id and a.length = h.length and a.digest = h.digest)
limit 1
"""


def broken_anchors() -> Iterator[str]:
    """A sentence for each thing that does not fit; a chain written anew with fitting digests is caught here."""
    yield from _keys()
    previous, expected = "00" * 32, 1
    for anchor in Anchor.objects.select_related("key", "secret").order_by("number"):
        sentence = _fault(anchor, previous, expected)
        if sentence:
            yield f"The anchor of {anchor.day} {sentence}."
        previous, expected = anchor.statement.digest(), anchor.number + 1
    yield from _heads()


def _keys() -> Iterator[str]:
    before: AnchorKey | None = None
    for key in AnchorKey.objects.order_by("pk"):
        public = bytes(key.public)
        if fingerprint(public) != key.fingerprint:
            yield f"The key {key.fingerprint[:16]}… does not match its fingerprint."
        elif key.endorsed_by and (
            before is None
            or before.fingerprint != key.endorsed_by
            or not signed(bytes(before.public), bytes(key.endorsement), key_statement(public, instant(key.since)))
        ):
            yield f"The key {key.fingerprint[:16]}… was not vouched for by the key before it, as it claims."
        before = key


def _fault(anchor: Anchor, previous: str, expected: int) -> str:
    if anchor.number != expected:
        return f"is number {anchor.number} where {expected} should follow: one is missing"
    if anchor.statement.previous != previous:
        return "does not follow from the one before it"
    if not signed(bytes(anchor.key.public), bytes(anchor.signature), anchor.statement.signed_bytes()):
        return "is not signed by its key: its record was changed"
    kept = getattr(anchor, "secret", None)
    if kept is None:
        return "has lost what its leaves are blinded with"
    blocks = list(block_roots(anchor.number, bytes(kept.secret), anchor.depth))
    if root_of(blocks) != bytes(anchor.root) or b"".join(blocks) != bytes(kept.blocks):
        return "has other leaves than those it was signed over"
    return ""


def _heads() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(REWRITTEN)
        for number, thread, audience, length, gone in cursor.fetchall():
            day = (
                Anchor.objects.get(number=number).day if Anchor.objects.filter(number=number).exists() else "a lost day"
            )
            if thread is None:
                yield f"A chain that was anchored on {day} has lost its head."
            else:
                what = "is missing" if gone else "is not the one that was anchored: the chain was written anew"
                yield f"Entry {length} of the {audience} chain of thread {thread}, anchored on {day}, {what}."
        cursor.execute(LEFT_OUT)
        for thread, audience in cursor.fetchall():
            yield f"The {audience} chain of thread {thread} counts as anchored, but no anchor holds its head."
