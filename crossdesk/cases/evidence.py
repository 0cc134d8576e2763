"""Files given as proof: told apart by their bytes, kept in chunks under the seats of their entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from crossdesk.access import Invalid
from crossdesk.cases.material import Evidence, EvidenceChunk
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving
from crossdesk.cases.writing import audience_for, desk_of
from crossdesk.kit import files
from crossdesk.kit.refusal import Unusable
from crossdesk.threads import streaming
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer


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
    try:
        given = files.read(name, chunks)
    except Unusable as unusable:
        raise Invalid(unusable.sentence) from unusable
    with moving(case, "add", by=by, at=at, seen=seen) as thread:
        readers, leg = audience_for(case, audience, by)
        facts: dict[str, Any] = {"leg": leg.pk} if leg else {}
        facts |= {"with": goes_with} if goes_with else {}
        sha256 = given.sha256
        entry = record(
            thread,
            "case.evidence",
            audience=readers,
            by=by.author(desk_of(case, leg, by)),
            at=at,
            detail={"name": given.name},
            key=key,
            size=len(given.content),
            sha256=sha256.hex(),
            **facts,
        )
        kept = Evidence.objects.create(
            case=case,
            entry=entry,
            seats=list(entry.seats),
            key=key,
            name=given.name,
            media_type=given.media_type,
            size=len(given.content),
            sha256=sha256,
        )
        EvidenceChunk.objects.bulk_create(
            EvidenceChunk(evidence=kept, seats=kept.seats, number=number, data=data)
            for number, data in enumerate(given.chunks())
        )
        return kept


def stream(evidence: Evidence, viewer: Viewer) -> Iterator[bytes]:
    return streaming.stream(EvidenceChunk.objects.filter(evidence=evidence.pk), viewer)


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
