"""Files given as proof: told apart by their bytes, kept in chunks under the seats of their entry."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from crossdesk.access import Invalid
from crossdesk.cases.models import Case, Evidence, EvidenceChunk
from crossdesk.cases.moving import moving
from crossdesk.cases.writing import audience_for, desk_of
from crossdesk.kit import filetypes
from crossdesk.kit.names import safe_name
from crossdesk.kit.refusal import Unusable
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, viewing

LARGEST = 25 * 2**20
CHUNK = 256 * 2**10


def add(
    case: Case,
    name: str,
    chunks: Iterable[bytes],
    *,
    by: Viewer,
    at: datetime,
    key: str = "",
    audience: str = "raiser",
    goes_with: int | None = None,
    seen: int | None = None,
) -> Evidence:
    """`goes_with` is the sequence of the words it was attached to: where those leave as a letter, so does the file."""
    name = safe_name(name)
    content = _within_limit(name, chunks)
    try:
        media_type = filetypes.accept(name, io.BytesIO(content)).media_type
    except Unusable as unusable:
        raise Invalid(unusable.sentence) from unusable
    with moving(case, "add", by=by, at=at, seen=seen) as thread:
        readers, leg = audience_for(case, audience, by)
        facts: dict[str, Any] = {"leg": leg.pk} if leg else {}
        facts |= {"with": goes_with} if goes_with else {}
        sha256 = hashlib.sha256(content).digest()
        entry = record(
            thread,
            "case.evidence",
            audience=readers,
            by=by.author(desk_of(case, leg, by)),
            at=at,
            detail={"name": name},
            key=key,
            size=len(content),
            sha256=sha256.hex(),
            **facts,
        )
        kept = Evidence.objects.create(
            case=case,
            entry=entry,
            seats=list(entry.seats),
            key=key,
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=sha256,
        )
        EvidenceChunk.objects.bulk_create(
            EvidenceChunk(evidence=kept, seats=kept.seats, number=number, data=content[start : start + CHUNK])
            for number, start in enumerate(range(0, len(content), CHUNK))
        )
        return kept


def _within_limit(name: str, chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST:
            raise Invalid(f"“{name}” is larger than 25 MB; cut out the part that shows the issue and add that.")
    if not content:
        raise Invalid(f"“{name}” is empty; choose the file again.")
    return bytes(content)


def stream(evidence: Evidence, viewer: Viewer) -> Iterator[bytes]:
    """Each piece is read as the viewer, in a transaction of its own: a download may outlast its request."""
    number = 0
    while True:
        with viewing(viewer):
            piece = EvidenceChunk.objects.filter(evidence=evidence.pk, number=number).values_list("data", flat=True)
            data = piece.first()
        if data is None:
            return
        yield bytes(data)
        number += 1


def altered() -> Iterator[str]:
    """Files whose bytes are not those their entry tells of; hashed where they lie, one at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "select c.reference, e.seq from cases_evidence f join cases_case c on c.thread_id = f.case_id"
            " join threads_entry e on e.id = f.entry_id join threads_entrybody b on b.entry_id = e.id"
            " where f.erased <> b.erased or not f.erased and e.facts->>'sha256' is distinct from ("
            "   select encode(sha256(string_agg(k.data, ''::bytea order by k.number)), 'hex')"
            "   from cases_evidencechunk k where k.evidence_id = f.id) order by f.id"
        )
        for reference, seq in cursor:
            yield f"The file of entry {seq} of {reference} is not the one that was added."


def copy(evidence: Evidence, to: Case, *, by: Viewer, at: datetime) -> Evidence:
    """The same file on the case it was carried on to, by whoever may read it here."""
    return add(to, evidence.name, stream(evidence, by), by=by, at=at, key=evidence.key)
