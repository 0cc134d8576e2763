"""A proof to take away: the chains of one case, or of all a viewer's cases, exactly as far as they may read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from crossdesk.cases.models import Case, Standing
from crossdesk.proof.check import FORMAT
from crossdesk.proof.links import instant
from crossdesk.threads.anchoring import path_to
from crossdesk.threads.models import Anchor, AnchorKey, Entry
from crossdesk.threads.recording import link_of
from crossdesk.threads.viewer import Viewer, verbs, viewing

AT_ONCE = 100
Record = dict[str, Any]


def proof_of(case: Case, viewer: Viewer, at: datetime) -> Iterator[bytes]:
    return _written([case.pk], viewer, at)


def proof_of_all(viewer: Viewer, at: datetime) -> Iterator[bytes]:
    return _written(_threads(viewer), viewer, at)


def last_anchored(case: Case) -> tuple[datetime | None, int]:
    """As the viewer: when a chain they read was last anchored, and how many of their entries came after."""
    with connection.cursor() as cursor:
        cursor.execute("select at, waiting from last_anchored(%s)", [case.pk])
        at, waiting = cursor.fetchone()
    return at, waiting


def _written(threads: Iterable[UUID], viewer: Viewer, at: datetime) -> Iterator[bytes]:
    """Each case is read as the viewer in a transaction of its own: a download may outlast its request."""
    told = {"cases": 0, "chains": 0, "entries": 0}
    yield _line({"record": "proof", "format": FORMAT, "for": viewer.party_name, "made_at": instant(at)})
    with viewing(viewer):
        head = [*keys(), *anchors()]
    newest = head[-1]["number"] if head and head[-1]["record"] == "anchor" else 0
    yield from map(_line, head)
    for thread in threads:
        for record in _case(thread, viewer, newest):
            told["cases"] += record["record"] == "case"
            told["chains"] += record["record"] == "chain"
            told["entries"] += record["record"] == "link"
            yield _line(record)
    yield _line({"record": "end", **told})


def _threads(viewer: Viewer) -> Iterator[UUID]:
    """In the order of their keys, so that a case that comes or changes meanwhile moves no other."""
    after = UUID(int=0)
    while True:
        with viewing(viewer):
            rows = Standing.objects.filter(seat__in=viewer.seats, case__gt=after).order_by("case").values("case")
            found = [row["case"] for row in rows.distinct()[:AT_ONCE]]
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1]


def keys() -> list[Record]:
    return [
        {
            "record": "key",
            "fingerprint": key.fingerprint,
            "public": bytes(key.public).hex(),
            "since": instant(key.since),
            "endorsed_by": key.endorsed_by,
            "endorsement": bytes(key.endorsement).hex(),
        }
        for key in AnchorKey.objects.order_by("pk")
    ]


def anchors() -> list[Record]:
    return [
        {"record": "anchor", **asdict(anchor.statement), "signature": bytes(anchor.signature).hex()}
        for anchor in Anchor.objects.select_related("key").order_by("number")
    ]


def _case(thread: UUID, viewer: Viewer, newest: int) -> list[Record]:
    with viewing(viewer):
        case = Case.objects.filter(pk=thread).first()
        if case is None:
            return []
        places = _rows('select audience, "of", position, own from chain_digests(%s)', thread)
        leaves = _rows('select audience, "of", length, anchor, slot, blind from chain_anchors(%s)', thread)
        # Last, so that no entry which they read stands there as hidden because it came in between.
        read = {
            (entry.audience, entry.of, entry.position): entry
            for entry in Entry.objects.filter(thread=thread).select_related("body")
        }
    with verbs():
        proved = {
            place: [_anchored(*row[2:]) for row in rows if row[3] <= newest]
            for place, rows in groupby(leaves, lambda row: row[:3])
        }
    records: list[Record] = [
        {"record": "case", "reference": case.reference, "thread": str(thread), "summary": case.summary}
    ]
    for (audience, of), chain in groupby(places, lambda row: row[:2]):
        records.append({"record": "chain", "thread": str(thread), "audience": audience, "of": of})
        for place in chain:
            entry = read.get(place[:3])
            records.append(_link(entry) if entry else _hidden(place[2], place[3]))
            records += proved.get(place[:3], [])
    return records


def _rows(statement: str, thread: UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [thread])
        return list(cursor.fetchall())


def _link(entry: Entry) -> Record:
    body = entry.body
    said = {
        "salt": bytes(body.salt).hex(),
        "author": body.author,
        "organisation": body.organisation,
        "words": body.words,
        "detail": body.detail,
    }
    held = asdict(link_of(entry))
    for shown_by_the_chain in ("thread", "audience", "of"):
        del held[shown_by_the_chain]
    held |= {"body_digest": bytes(entry.body_digest).hex(), "digest": bytes(entry.digest).hex()}
    return {"record": "link", **held, "erased": body.erased, **said}


def _hidden(position: int, own: bytes) -> Record:
    return {"record": "hidden", "position": position, "own": bytes(own).hex()}


def _anchored(length: int, anchor: int, slot: int, blind: bytes) -> Record:
    path = [each.hex() for each in path_to(anchor, slot)]
    return {
        "record": "anchored",
        "length": length,
        "anchor": anchor,
        "slot": slot,
        "blind": bytes(blind).hex(),
        "path": path,
    }


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
