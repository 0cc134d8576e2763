"""Triage and its three outcomes (principle c), each first-class: redirect, own, raise onward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Invalid, WrongStage
from crossdesk.cases import joint_triage
from crossdesk.cases.lifecycle import Outcome
from crossdesk.cases.models import Assignment, Case, CaseLink
from crossdesk.cases.moving import TRUTH, moving
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Judged:
    """A priority from 1 to 4 and the rule that gave it."""

    level: int
    why: str
    impact: str
    urgency: str


def take(case: Case, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    with moving(case, "take", by=by, at=at, seen=seen) as thread:
        record(thread, "case.take", audience=case.to_raiser(), by=by.author(case.owner_id), at=at)


def redirect(
    case: Case,
    *,
    by: Viewer,
    at: datetime,
    why: str,
    to: Desk | None = None,
    to_words: str = "",
    seen: int | None = None,
) -> None:
    """Not ours: closed and counted as resolved here, naming the right desk, with the proof in `why`.

    The second time along a journey it opens joint triage instead, and the case stays open.
    """
    if not why.strip():
        raise Invalid("Say why this is not yours, with the evidence; the raiser takes it to the next desk.")
    if not (to or to_words.strip()):
        raise Invalid("Name the right desk, from the directory or in words.")
    if to and to.pk == case.owner_id:
        raise Invalid(f"{case} is already with {to}; choose the desk it should go to instead.")
    where = str(to) if to else to_words.strip()
    with verbs():
        Thread.objects.select_for_update().get(pk=case.pk)
        case.refresh_from_db(from_queryset=TRUTH)
        if joint_triage.open_one(case):
            raise WrongStage(f"{case} is in joint triage; decide there whose it is, and it can be redirected.")
        agreed = joint_triage.settled_elsewhere(case)
        if case.bounces and not agreed:
            _bounce(case, where, to, by, at, why.strip(), seen)
            return
        with moving(case, "redirect", by=by, at=at, seen=seen) as thread:
            case.outcome, case.closed_at = Outcome.REDIRECTED, at
            case.bounces += 0 if agreed else 1
            case.resolved_at = case.resolved_at or at
            end_assignments(case, at)
            record(
                thread,
                "case.redirect",
                audience=case.to_raiser(),
                by=by.author(case.owner_id),
                at=at,
                words=why.strip(),
                detail={"to": where},
                to=to.pk if to else None,
                bounces=case.bounces,
            )


def _bounce(case: Case, where: str, to: Desk | None, by: Viewer, at: datetime, why: str, seen: int | None) -> None:
    """The raiser is not sent on a second time: the desks that sent it on so far settle between them whose it is."""
    with moving(case, "bounce", by=by, at=at, seen=seen) as thread:
        record(
            thread,
            "case.bounce",
            audience=case.to_raiser(),
            by=by.author(case.owner_id),
            at=at,
            words=why,
            detail={"to": where},
            to=to.pk if to else None,
        )
        joint_triage.count_bounce(thread, case, at)
        side = joint_triage.Side(joint_triage.NOT_OURS, f"{why}\n\nThe right desk: {where}.")
        joint_triage.say_for(thread, case.joint_triages.get(decided_at=None), case.owner, side, by, at)


def own(case: Case, *, by: Viewer, at: datetime, note: str = "", seen: int | None = None) -> None:
    with moving(case, "own", by=by, at=at, seen=seen) as thread:
        record(thread, "case.own", audience=case.to_raiser(), by=by.author(case.owner_id), at=at, words=note.strip())


def prioritise(case: Case, judged: Judged, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Priority follows from impact and urgency by the operator's matrix; the entry keeps the rule it came from."""
    with moving(case, "prioritise", by=by, at=at, seen=seen) as thread:
        before, case.priority = case.priority, judged.level
        record(
            thread,
            "case.prioritise",
            audience=case.to_everyone(),
            by=by.author(case.owner_id),
            at=at,
            detail={"why": judged.why},
            before=before,
            after=judged.level,
            impact=judged.impact,
            urgency=judged.urgency,
        )


def mark_duplicate(case: Case, *, of: Case, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Only within one party: another party's case is linked as a child and never closed for it."""
    if of.pk == case.pk:
        raise Invalid(f"{case} cannot be a duplicate of itself.")
    if of.raiser_id != case.raiser_id:
        raise Invalid(f"{of} was raised by another organisation; link {case} as its child instead.")
    with moving(case, "mark_duplicate", by=by, at=at, seen=seen) as thread:
        _open_to_all(of)
        case.outcome, case.closed_at = Outcome.DUPLICATE, at
        end_assignments(case, at)
        _link(of, case, CaseLink.Kind.DUPLICATE, "")
        record(
            thread,
            "case.mark_duplicate",
            audience=case.to_raiser(),
            by=by.author(case.owner_id),
            at=at,
            of_case=of.reference,
        )


def link(case: Case, *, parent: Case, by: Viewer, at: datetime, why: str = "", seen: int | None = None) -> None:
    """As child of another case. The link is the owning desk's knowledge: neither raiser learns of the other by it."""
    if parent.pk == case.pk:
        raise Invalid(f"{case} cannot be its own parent.")
    with moving(case, "link", by=by, at=at, seen=seen) as thread:
        _open_to_all(parent)
        if CaseLink.objects.filter(parent=case, child=parent).exists():
            raise Invalid(f"{parent} is already a child of {case}; a link goes one way.")
        _link(parent, case, CaseLink.Kind.CHILD, why)
        record(
            thread,
            "case.link",
            audience=case.internal(case.owner),
            by=by.author(case.owner_id),
            at=at,
            words=why,
            parent=parent.reference,
        )


def _open_to_all(other: Case) -> None:
    """A link names both cases to whoever reads one of them."""
    if other.restricted:
        raise Invalid(f"{other} is restricted: a link would tell of it those who are not named.")


def _link(parent: Case, child: Case, kind: str, why: str) -> None:
    CaseLink.objects.update_or_create(
        parent=parent,
        child=child,
        defaults={"kind": kind, "why": why[:300], "seats": [child.seat_for(child.owner.seat_id)]},
    )


def end_assignments(case: Case, at: datetime) -> None:
    Assignment.objects.filter(case=case, ended_at=None, leg=None).update(ended_at=at)
