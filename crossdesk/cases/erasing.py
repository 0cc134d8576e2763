"""Words and files given in error: blanked for everybody, by an entry that says who, when and why."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import policy
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import BadLine, Evidence, EvidenceChunk, Member, ReferenceSet
from crossdesk.cases.models import Assignment, Case, CaseLink
from crossdesk.cases.moving import moving
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer

ERASED = "erased"
LONGEST_WHY = 500


def erasable(case: Case, by: Viewer) -> list[Entry]:
    """Run it as the viewer: the newest entries that hold something they read and may erase, newest first."""
    held = Entry.objects.filter(thread=case.pk, body__erased=False).exclude(kind="case.erase")
    held = held.exclude(body__words="", body__detail={})
    newest = held.select_related("body").order_by("-seq")[:100]
    return [entry for entry in newest if not policy.why_not_erase(by, entry, case)]


def erase(case: Case, *, seq: int, why: str, by: Viewer, at: datetime, seen: int | None = None) -> Entry:
    why = why.strip()
    if not why:
        raise Invalid("Say why; everybody who could read the words reads the reason in their place.")
    if len(why) > LONGEST_WHY:
        raise Invalid("Say why in at most 500 characters, and do not repeat what is to be erased.")
    with moving(case, "erase", by=by, at=at, seen=seen) as thread:
        held = Entry.objects.filter(thread=case.pk, seq=seq, seats__overlap=list(by.seats))
        entry = held.select_related("body").first()
        if entry is None:
            raise Invalid(f"{case} has no entry {seq} that you can read.")
        if refusal := policy.why_not_erase(by, entry, case):
            raise NotAllowed(refusal)
        if entry.body.erased or entry.kind == "case.erase":
            raise Invalid(f"Entry {seq} of {case} was erased already, or is itself the reason of an erasure.")
        said = record(
            thread,
            "case.erase",
            audience=Audience(entry.audience, tuple(entry.seats), entry.of),
            by=by.author(next((desk for desk in (case.owner_id, entry.of) if by.works_at(desk)), None)),
            at=at,
            words=why,
            detail={"author": entry.body.author, "organisation": entry.body.organisation},
            seq=entry.seq,
        )
        with connection.cursor() as cursor:
            cursor.execute("select erase_entry_body(%s, %s)", [entry.pk, said.pk])
        _forget(case, entry)
    return said


def _forget(case: Case, entry: Entry) -> None:
    """What else holds the entry's words: the case's own row, a leg, an offer, a link, a file, a list. Of the last two
    the entry keeps size and digest.

    A list gives up its own digest, by which the same list given again would be taken for this one.
    """
    if entry.kind == "case.raised":
        case.summary = ERASED
    if entry.kind == "leg.engage":
        Leg.objects.filter(pk=entry.facts.get("leg")).update(ask=ERASED, outside_because=ERASED)
    if entry.kind == "case.refuse":
        Assignment.objects.filter(pk=entry.facts.get("assignment")).update(refusal=ERASED)
    if entry.kind == "case.link":
        CaseLink.objects.filter(child=case, parent__reference=entry.facts.get("parent")).update(why=ERASED)
    EvidenceChunk.objects.filter(evidence__entry=entry).delete()
    Evidence.objects.filter(entry=entry).update(name=ERASED, erased=True)
    Member.objects.filter(set__entry=entry).delete()
    BadLine.objects.filter(set__entry=entry).delete()
    ReferenceSet.objects.filter(entry=entry).update(source=ERASED, bad_lines=[], digest=b"")


def reasons(entries: list[Entry]) -> dict[int, Entry]:
    """Run it as the viewer: for entries that were erased, by their sequence, the entry that says why."""
    gone = [entry.seq for entry in entries if entry.body.erased]
    if not gone:
        return {}
    said = Entry.objects.filter(thread=entries[0].thread_id, kind="case.erase", facts__seq__in=gone)
    return {entry.facts["seq"]: entry for entry in said.select_related("body")}
