"""Engaging another desk: what leaves is previewed, a leg is made, and the message goes out through its channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import policy, restricting
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case, Evidence, EvidenceChunk, ReferenceSet
from crossdesk.cases.moving import moving
from crossdesk.cases.sharing import disclose_entries
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class Engagement:
    """Section 7.1.2 of the approach: what another desk is told, and which earlier items it may read."""

    ask: str
    outside_because: str
    acknowledge_by: datetime | None = None
    answer_by: datetime | None = None
    entries: Sequence[int] = ()
    evidence: Sequence[int] = ()
    reference_sets: Sequence[int] = ()


def engage(case: Case, to: Desk, what: Engagement, *, by: Viewer, at: datetime, seen: int | None = None) -> Leg:
    """Only after the sender's own triage, and with the reason why the matter lies outside its boundary."""
    if not what.ask.strip():
        raise Invalid(f"Say what {to} is asked to do.")
    if not what.outside_because.strip():
        raise Invalid("Say why this lies outside your own boundary; the other desk reads it first.")
    with moving(case, "raise_onward", by=by, at=at, seen=seen) as thread:
        if refusal := policy.may_engage(case.owner, to):
            raise NotAllowed(refusal)
        if not to.hosted and not to.address:
            raise Invalid(f"{to} has no nominated address; record one in the directory first.")
        if case.legs.filter(to_desk=to, settled_at=None).exists():
            raise Invalid(f"{to} is already engaged on {case}; write to it there.")
        if case.restricted:
            restricting.admit(case, to, at)
        number = (case.legs.aggregate(last=Max("number"))["last"] or 0) + 1
        leg = Leg(
            case=case,
            number=number,
            from_desk=case.owner,
            to_desk=to,
            ask=what.ask.strip(),
            outside_because=what.outside_because.strip(),
            acknowledge_by=what.acknowledge_by or _within(to, at),
            answer_by=what.answer_by,
            created_at=at,
            sent_at=at,
            seats=sorted(case.seat_for(desk.seat_id) for desk in (case.owner, to)),
            stage=LegStage.DELIVERED if to.hosted else LegStage.SENDING,
        )
        leg.save(force_insert=True)
        disclosed = disclose(case, leg, what)
        record(
            thread,
            "leg.engage",
            audience=leg.audience(),
            by=by.author(case.owner_id),
            at=at,
            words=f"{leg.ask}\n\n{leg.outside_because}",
            detail={"to": str(to), "ask": leg.ask, "outside_because": leg.outside_because, "disclosed": disclosed},
            leg=leg.pk,
            to=to.pk,
            entries=list(what.entries),
            evidence=list(what.evidence),
            reference_sets=list(what.reference_sets),
        )
        record(
            thread,
            "case.engaged",
            audience=case.to_raiser(),
            by=by.author(case.owner_id),
            at=at,
            detail={"to": str(to)},
            leg=leg.pk,
        )
    return leg


def disclose(case: Case, leg: Leg, what: Engagement) -> dict[str, list[str]]:
    """Adds the new reader's seat to what was ticked and to nothing else; answers what that was, in words."""
    seat = case.seat_for(leg.to_desk.seat_id)
    entries = list(Entry.objects.filter(thread=case.pk, pk__in=what.entries).exclude(audience="internal"))
    if len(entries) != len(set(what.entries)):
        raise Invalid("One of the ticked items cannot be shared: it is internal, or not on this case.")
    disclose_entries([entry.pk for entry in entries], [seat])
    shared: dict[str, list[str]] = {"entries": [entry.kind for entry in entries], "evidence": [], "references": []}
    for evidence in Evidence.objects.filter(case=case, pk__in=what.evidence):
        _seat_added(evidence, seat)
        for chunk in EvidenceChunk.objects.filter(evidence=evidence).only("pk", "seats"):
            _seat_added(chunk, seat)
        shared["evidence"].append(evidence.name)
    for listed in ReferenceSet.objects.filter(case=case, pk__in=what.reference_sets):
        _seat_added(listed, seat)
        shared["references"].append(str(listed))
    return shared


def _seat_added(row: Evidence | EvidenceChunk | ReferenceSet, seat: int) -> None:
    row.seats = sorted({*row.seats, seat})
    row.save(update_fields=["seats"])


def _within(to: Desk, at: datetime) -> datetime | None:
    return at + to.answer_within if to.answer_within else None
