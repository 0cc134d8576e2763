"""Making an anchor: every head that moved gets a blinded leaf at a place drawn by lot, and the root is signed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, time

from django.db import connection

from crossdesk.kit.time import london
from crossdesk.proof.merkle import path_of, root_of
from crossdesk.threads.keys import signing_key
from crossdesk.threads.models import Anchor, AnchorSecret
from crossdesk.threads.viewer import verbs

DUE = time(3)
"""In London, when a new day's anchor is made."""

LEAST_DEPTH = 12
"""Days with fewer than 4,096 changed chains all look the same."""

BLOCK_DEPTH = 10
BLOCK = 1 << BLOCK_DEPTH
AT_ONCE = 16
"""Blocks fetched at a time: half a megabyte."""

SETTLED_AT_ONCE = 10_000
LOCK = 0x616E63686F72


def anchor_if_due(at: datetime) -> Anchor | None:
    """Asked every few minutes: a day whose hour passed while nothing ran is anchored as soon as something does."""
    if london(at).time() < DUE:
        return None
    return anchor(at)


def anchor(at: datetime) -> Anchor:
    """Today's anchor: made once, however many ask and how often."""
    with verbs():
        last = Anchor.objects.select_related("key").order_by("number").last()
    if last and last.day >= london(at).date():
        return last
    if last:
        _settle(last)
    made = _make(at)
    _settle(made)
    return made


def _make(at: datetime) -> Anchor:
    day = london(at).date()
    with verbs():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        last = Anchor.objects.select_related("key").order_by("number").last()
        if last and last.day >= day:
            return last
        key, private = signing_key(at)
        number, secret = (last.number + 1 if last else 1), secrets.token_bytes(32)
        depth = _draw_places(number)
        blocks = list(block_roots(number, secret, depth))
        made = Anchor(
            number=number,
            day=day,
            at=at,
            depth=depth,
            root=root_of(blocks),
            previous=bytes.fromhex(last.statement.digest()) if last else bytes(32),
            key=key,
        )
        made.signature = private.sign(made.statement.signed_bytes())
        made.save(force_insert=True)
        AnchorSecret.objects.create(anchor=made, secret=secret, blocks=b"".join(blocks))
    return made


def _draw_places(number: int) -> int:
    """Writes a row for every head that moved, shuffled among the padding, and answers the depth of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "with moved as materialized (select id, length, digest from threads_chainhead where waiting),"
            " size as (select min(1::bigint << d) as leaves from generate_series(%s, 40) d"
            "   where 1::bigint << d >= (select count(*) from moved)),"
            " places as (select id, length, digest from moved union all select null, null, null"
            "   from generate_series(1, (select leaves from size) - (select count(*) from moved))),"
            " drawn as (select row_number() over (order by gen_random_uuid()) - 1 as slot, * from places)"
            " insert into threads_anchoredhead (anchor_id, slot, head_id, length, digest)"
            " select %s, slot, id, length, digest from drawn where id is not null",
            [LEAST_DEPTH, number],
        )
        heads: int = cursor.rowcount
    return max(LEAST_DEPTH, (heads - 1).bit_length())


def block_roots(number: int, secret: bytes, depth: int) -> Iterator[bytes]:
    """Computed from the rows in one pass; what is held here at once is one block, however large the tree."""
    for hashes in leaf_hashes(number, secret, 0, 1 << (depth - BLOCK_DEPTH)):
        yield root_of(hashes)


def leaf_hashes(number: int, secret: bytes, first: int, end: int) -> Iterator[list[bytes]]:
    """The leaves of these blocks, written as by `head_leaf` and hashed where they lie; padding is a blind alone."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            r"select string_agg(sha256('\x00'::bytea || sha256(%(secret)s || int8send(s.slot)) || coalesce("
            r"   uuid_send(a.thread_id) || int8send(a.of) || int4send(a.length) || a.digest"
            r"   || convert_to(a.audience, 'UTF8'), ''::bytea)), ''::bytea order by s.slot)"
            " from generate_series(%(first)s::bigint, %(end)s::bigint - 1) s(slot) left join ("
            '   select l.slot, l.length, l.digest, h.thread_id, h."of" as of, h.audience from threads_anchoredhead l'
            "   join threads_chainhead h on h.id = l.head_id"
            "   where l.anchor_id = %(number)s and l.slot >= %(first)s and l.slot < %(end)s) a on a.slot = s.slot"
            " group by s.slot >> %(depth)s order by s.slot >> %(depth)s",
            {
                "secret": secret,
                "first": first * BLOCK,
                "end": end * BLOCK,
                "number": number,
                "depth": BLOCK_DEPTH,
            },
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for (block,) in rows:
                yield _split(block)


def path_to(number: int, slot: int) -> list[bytes]:
    """What leads from one leaf to the root: hashes only, each of which a blind keeps closed."""
    kept = AnchorSecret.objects.get(anchor=number)
    block, within = divmod(slot, BLOCK)
    (leaves,) = leaf_hashes(number, bytes(kept.secret), block, block + 1)
    return path_of(leaves, within) + path_of(_split(kept.blocks), block)


def _split(hashes: bytes | memoryview) -> list[bytes]:
    held = bytes(hashes)
    return [held[n : n + 32] for n in range(0, len(held), 32)]


def _settle(last: Anchor) -> None:
    """Takes the mark from the heads that an anchor holds, a few at a time and apart from making it, so that no verb
    waits for a whole anchor. Stopped in between, the next one does the rest."""
    after = 0
    while (until := _end_of_batch(after)) is not None:
        with verbs(), connection.cursor() as cursor:
            cursor.execute(
                # Between two keys, so that the few are found by their index however many heads there are.
                "update threads_chainhead h set waiting = false where waiting and id > %s and id <= %s and exists ("
                "  select from threads_anchoredhead a where a.head_id = h.id and a.length = h.length"
                "  and a.anchor_id = %s)",
                [after, until, last.number],
            )
        after = until


def _end_of_batch(after: int) -> int | None:
    with verbs(), connection.cursor() as cursor:
        cursor.execute(
            "select max(id) from"
            " (select id from threads_chainhead where waiting and id > %s order by id limit %s) batch",
            [after, SETTLED_AT_ONCE],
        )
        found: tuple[int | None] = cursor.fetchone()
        return found[0]
