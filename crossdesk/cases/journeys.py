"""A journey: a redirected case carried on to the right desk as a new case, with all that its raiser may read of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crossdesk.access import Invalid
from crossdesk.cases import evidence, policy, references
from crossdesk.cases.lifecycle import Outcome
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case, CaseLink
from crossdesk.cases.moving import moving
from crossdesk.cases.raising import Report, raise_case
from crossdesk.desks.models import Desk
from crossdesk.parties.models import ListPlace
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Pack:
    """What a raiser takes from a redirected case to the next desk: only what the raiser may read."""

    case: Case
    reported: dict[str, Any]
    proof: str
    to: Desk | None
    to_words: str
    redirected_at: datetime | None
    redirected_by: str
    evidence: list[Evidence] = field(default_factory=list)
    references: list[ReferenceSet] = field(default_factory=list)

    @property
    def hosted(self) -> bool:
        return self.to is not None and self.to.hosted


def pack_of(case: Case) -> Pack:
    """Read as the raiser: the words of the report, the proof of the desk that sent it on, files and lists."""
    said = Entry.objects.filter(thread=case.pk, kind__in=("case.raised", "case.redirect")).select_related("body")
    latest = {entry.kind: entry for entry in said.order_by("seq")}
    raised, redirect = latest.get("case.raised"), latest.get("case.redirect")
    if redirect is None or case.outcome != Outcome.REDIRECTED:
        raise Invalid(f"{case} was not sent on to another desk, so there is nothing to carry on.")
    return Pack(
        case=case,
        reported=raised.body.detail if raised else {},
        proof=redirect.body.words,
        to=Desk.objects.select_related("owner").filter(pk=redirect.facts.get("to") or 0).first(),
        to_words=redirect.body.detail.get("to", ""),
        redirected_at=redirect.happened_at,
        redirected_by=redirect.body.organisation,
        evidence=list(case.evidence.exclude(entry__audience="internal").order_by("pk")),
        references=list(case.reference_sets.exclude(entry__audience="internal").order_by("pk")),
    )


def carried_as(case: Case) -> Case | None:
    """The case this one goes on as, for those who may see it."""
    link = case.links_down.filter(kind=CaseLink.Kind.CARRIED).select_related("child__owner").first()
    return link.child if link else None


def waiting(case: Case, viewer: Viewer) -> Pack | None:
    """What its raiser still has to carry on; nothing for anybody else."""
    if case.outcome != Outcome.REDIRECTED or policy.why_not(viewer, "carry", case) or carried_as(case):
        return None
    return pack_of(case)


def carry_on(case: Case, *, by: Viewer, at: datetime, seen: int | None = None) -> Case:
    """One click: a new case of the same journey at the desk that was named, with the whole case pack."""
    pack = pack_of(case)
    policy.require(by, "carry", case)
    if pack.to is None or not pack.hosted:
        raise Invalid(f"{pack.to_words} does not work here; take the case pack there yourself.")
    steps = [step.told() for step in journey_of(case)]
    with verbs(), moving(case, "carry", by=by, at=at, seen=seen) as thread:
        carried = raise_case(
            _report(pack), raiser=case.raiser, to=pack.to, by=by, at=at, carried_from=case, only=_named(case)
        )
        with moving(carried, "add", by=by, at=at) as onward:
            record(
                onward,
                "case.carried",
                audience=carried.to_raiser(),
                by=by,
                at=at,
                words=pack.proof,
                detail={"from": pack.redirected_by, "reference": case.reference, "journey": steps},
                desk=case.owner_id,
            )
        for listed in pack.references:
            references.copy(listed, carried, by=by, at=at)
        for each in pack.evidence:
            evidence.copy(each, carried, by=by, at=at)
        record(
            thread,
            "case.carry",
            audience=case.to_raiser(),
            by=by,
            at=at,
            detail={"to": str(pack.to)},
            to=pack.to.pk,
        )
    return carried


def _named(case: Case) -> list[str] | None:
    """A restricted case is carried on as one: for the same people of the raiser."""
    if not case.restricted:
        return None
    places = ListPlace.objects.filter(seat=case.seat_for(case.raiser.seat_id), until=None)
    return list(places.values_list("membership__person__email", flat=True))


def _report(pack: Pack) -> Report:
    case, said = pack.case, pack.reported
    started = said.get("started_at")
    return Report(
        summary=case.summary,
        query_type=case.query_type,
        impact=said.get("impact", ""),
        suspected_cause=said.get("suspected_cause", ""),
        investigated=said.get("investigated", ""),
        own_reference=said.get("own_reference", ""),
        system=case.system,
        scenario=case.scenario,
        kind=case.kind,
        started_at=datetime.fromisoformat(started) if started else None,
        change_reference=said.get("change_reference", ""),
        edition=case.edition,
    )


@dataclass(frozen=True)
class Step:
    """One desk of a journey; `reference` is empty where its reader knows of the case by hearsay only."""

    desk: str
    since: datetime | None
    until: datetime | None
    outcome: str
    bounced: bool
    reference: str = ""
    here: bool = False

    def told(self) -> dict[str, Any]:
        return {
            "desk": self.desk,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "outcome": self.outcome,
            "bounced": self.bounced,
        }

    @classmethod
    def of(cls, case: Case, here: bool) -> Step:
        outcome = Outcome(case.outcome).label.lower() if case.outcome else case.get_stage_display().lower()
        return cls(
            str(case.owner),
            case.raised_at,
            case.closed_at,
            outcome,
            case.outcome == Outcome.REDIRECTED,
            case.reference,
            here,
        )

    @classmethod
    def heard(cls, told: dict[str, Any]) -> Step:
        since, until = (datetime.fromisoformat(told[name]) if told.get(name) else None for name in ("since", "until"))
        return cls(told["desk"], since, until, told["outcome"], told["bounced"])


def journey_of(case: Case) -> list[Step]:
    """Read as the viewer, oldest first. A desk sees its own case, and of the others what the raiser brought along."""
    rows = Case.objects.filter(journey=case.journey).select_related("owner").order_by("raised_at", "pk")
    own = [Step.of(each, each.pk == case.pk) for each in rows]
    said = Entry.objects.filter(thread=case.pk, kind__in=("case.carried", "case.carry")).select_related("body")
    return _merged(own, list(said.order_by("seq")))


def _merged(own: list[Step], said: list[Entry]) -> list[Step]:
    heard: list[Step] = []
    after: list[Step] = []
    for entry in said:
        detail = entry.body.detail
        if entry.kind == "case.carried":
            heard = [Step.heard(told) for told in detail.get("journey", [])]
        else:
            after = [Step(str(detail.get("to", "")), entry.happened_at, None, "carried on there", False)]
    known = {(step.desk, step.since) for step in own}
    return [
        *_unknown(heard, known),
        *own,
        *(step for step in after if all((step.desk, step.since) != (each.desk, each.since) for each in own)),
    ]


def _unknown(steps: list[Step], known: set[tuple[str, datetime | None]]) -> Iterator[Step]:
    return (step for step in steps if (step.desk, step.since) not in known)
