"""What goes with an entry to another desk: what was ticked, the files, the lists. Read with its reader's eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from crossdesk.cases.material import Evidence, EvidenceChunk, ReferenceSet
from crossdesk.cases.references import members
from crossdesk.desks.models import Desk
from crossdesk.exchange import hands
from crossdesk.threads.models import Entry


@dataclass(frozen=True)
class Enclosures:
    """How much may travel; whatever is over it is named and not sent."""

    files: int
    bytes: int
    lines: int
    beside: int = 0
    """Bytes of files that travel as requests of their own, beside what they belong to."""


@dataclass(frozen=True)
class GivenFile:
    name: str
    media_type: str
    size: int
    sha256: str
    content: bytes | None
    beside: bool = False


@dataclass(frozen=True)
class GivenList:
    kind: str
    source: str
    distinct: int
    values: tuple[str, ...] | None


def shared_entries(entry: Entry) -> list[Entry]:
    """The earlier items that were ticked for them."""
    if not entry.facts.get("entries"):
        return []
    ticked = Entry.objects.filter(thread=entry.thread_id, pk__in=entry.facts["entries"])
    return list(ticked.select_related("body").order_by("seq"))


def raised_with(entries: list[Entry]) -> dict[str, Any]:
    """What the raiser said at the beginning, where it is among what was shared."""
    first = next((each for each in entries if each.kind == "case.raised"), None)
    return dict(first.body.detail) if first else {}


def files_of(entry: Entry, limit: Enclosures) -> list[GivenFile]:
    """What fits into the room comes along, the rest beside it where there is room for that."""
    told: list[GivenFile] = []
    room, places, beside = limit.bytes, limit.files, limit.beside
    for each in _given_with(entry):
        content, apart = None, False
        if each.size <= room and places:
            room, places = room - each.size, places - 1
            content = b"".join(_pieces(each))
        elif each.size <= beside and places:
            beside, places, apart = beside - each.size, places - 1, True
        told.append(GivenFile(each.name, each.media_type, each.size, bytes(each.sha256).hex(), content, apart))
    return told


def pieces_of(entry: Entry, sha256: str) -> Iterator[bytes]:
    """Nothing where it was erased meanwhile."""
    found = _given_with(entry).filter(sha256=bytes.fromhex(sha256)).first()
    return _pieces(found) if found else iter(())


def _given_with(entry: Entry) -> QuerySet[Evidence]:
    """Those named when it was engaged, or the file that was given with these words."""
    given = Evidence.objects.filter(case=entry.thread_id, erased=False).order_by("pk")
    if "evidence" in entry.facts:
        return given.filter(pk__in=entry.facts["evidence"])
    return given.filter(entry__facts__with=entry.seq)


def _pieces(of: Evidence) -> Iterator[bytes]:
    chunks = EvidenceChunk.objects.filter(evidence=of).order_by("number").values_list("data", flat=True)
    for chunk in chunks.iterator(4):
        yield bytes(chunk)


def lists_of(entry: Entry, to: Desk | None, limit: Enclosures, at: datetime) -> list[GivenList]:
    """Their members are read in the hand of the desk they are for, which leaves an entry."""
    if not entry.facts.get("reference_sets"):
        return []
    told: list[GivenList] = []
    room = limit.lines
    listed = ReferenceSet.objects.filter(case=entry.thread_id, pk__in=entry.facts["reference_sets"])
    for each in listed.order_by("pk"):
        values = None
        if to and each.distinct <= room:
            room -= each.distinct
            values = tuple(members(each, by=hands.of_desk(to, str(to)), at=at))
        told.append(GivenList(each.kind, each.source, each.distinct, values))
    return told
