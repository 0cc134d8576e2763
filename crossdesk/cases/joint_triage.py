"""Joint triage: the second bounce of a journey brings the desks concerned together, with the evidence of each side.

Its audience is those desks alone. A desk joins because it sent the matter on itself; what it brings of the case's
earlier words and files it ticks, as for an engagement. Whoever owns the case decides, or a central provider's desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases.lifecycle import LegStage, Outcome
from crossdesk.cases.models import Case, JointTriage
from crossdesk.cases.moving import moving
from crossdesk.cases.sharing import disclose
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Viewer

BOUNCES = 2
OURS, NOT_OURS = "ours", "not_ours"
STANCES = {OURS: "It is ours", NOT_OURS: "It is not ours"}


@dataclass(frozen=True)
class Side:
    """What one desk brings: whose it says it is, why, and what of the case the other desks may read."""

    stance: str
    words: str
    entries: Sequence[int] = ()
    evidence: Sequence[int] = ()
    reference_sets: Sequence[int] = ()


def open_one(case: Case) -> JointTriage | None:
    return case.joint_triages.filter(decided_at=None).first()


def settled_elsewhere(case: Case) -> bool:
    """Joint triage found that the matter is another desk's, so sending it there is no further bounce."""
    latest = case.joint_triages.order_by("-pk").first()
    return latest is not None and latest.decided_at is not None and latest.decided_for_id != case.owner_id


def count_bounce(thread: Thread, case: Case, at: datetime) -> None:
    """Within the verb that sent it on, which holds the thread's lock and saves the case."""
    case.bounces += 1
    if case.bounces >= BOUNCES and open_one(case) is None:
        _open(thread, case, at)


def _open(thread: Thread, case: Case, at: datetime) -> None:
    concerned = [desk for desk in _concerned(case) if not case.restricted or str(desk.seat_id) in case.lists]
    joint = JointTriage.objects.create(
        case=case,
        desks=[desk.pk for desk in concerned],
        opened_at=at,
        seats=sorted({case.seat_for(desk.seat_id) for desk in concerned}),
    )
    names = ", ".join(str(desk) for desk in concerned)
    record(thread, "case.joint", audience=joint.audience(), by=CROSSDESK, at=at, detail={"desks": names})


def _concerned(case: Case) -> list[Desk]:
    """The owner; whoever closed an earlier case of the journey as not theirs; both ends of every declined leg."""
    earlier = Case.objects.filter(journey=case.journey, outcome=Outcome.REDIRECTED).exclude(pk=case.pk)
    keys = {case.owner_id, *earlier.values_list("owner", flat=True)}
    for ends in case.legs.filter(stage=LegStage.DECLINED).values_list("from_desk", "to_desk"):
        keys.update(ends)
    return list(Desk.objects.filter(pk__in=keys).order_by("pk"))


def say(case: Case, side: Side, *, by: Viewer, at: datetime, desk: Desk | None = None, seen: int | None = None) -> None:
    """One desk's side; a desk that keeps its own tool speaks by the owner's hand."""
    if side.stance not in STANCES:
        raise Invalid("Say whether it is yours or not.")
    if not side.words.strip():
        raise Invalid("Say why; the other desks concerned weigh it against theirs.")
    with moving(case, "say", by=by, at=at, seen=seen) as thread:
        joint = case.joint_triages.get(decided_at=None)
        speaker = _speaker(case, joint, by, desk)
        others = Desk.objects.filter(pk__in=joint.desks)
        disclosed = disclose(case, others, side, by)
        say_for(thread, joint, speaker, side, by, at, disclosed)


def say_for(
    thread: Thread,
    joint: JointTriage,
    speaker: Desk,
    side: Side,
    by: Viewer,
    at: datetime,
    disclosed: dict[str, list[str]] | None = None,
) -> None:
    joint.spoken = sorted({*joint.spoken, speaker.pk})
    joint.save(update_fields=["spoken"])
    own = speaker.pk if by.works_at(speaker.pk) else next((pk for pk in joint.desks if by.works_at(pk)), None)
    record(
        thread,
        "case.say",
        audience=joint.audience(),
        by=by.author(own),
        at=at,
        words=side.words.strip(),
        detail={"desk": str(speaker), "stance": STANCES[side.stance].lower(), "disclosed": disclosed or {}},
        joint=joint.pk,
        desk=speaker.pk,
        stance=side.stance,
        entries=list(side.entries),
        evidence=list(side.evidence),
        reference_sets=list(side.reference_sets),
    )


def _speaker(case: Case, joint: JointTriage, by: Viewer, desk: Desk | None) -> Desk:
    if desk is None:
        return Desk.objects.get(pk=next(pk for pk in joint.desks if by.works_at(pk)))
    for_them = not desk.hosted and by.works_at(case.owner_id)
    if desk.pk not in joint.desks or not (by.works_at(desk.pk) or for_them):
        raise NotAllowed(f"{desk} gives its own side; you cannot give it.")
    return desk


def decide(case: Case, *, desk: Desk, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Whose it is. What follows is the owner's to do: own it, engage that desk, or redirect it there."""
    if not why.strip():
        raise Invalid("Say what decided it; the desks concerned read that.")
    with moving(case, "decide", by=by, at=at, seen=seen) as thread:
        joint = open_one(case)
        if joint is None:
            raise WrongStage(f"No joint triage of {case} is open.")
        joint.decided_at, joint.decided_for = at, desk
        joint.save(update_fields=["decided_at", "decided_for"])
        author = by.author(next((pk for pk in (case.owner_id, *joint.desks) if by.works_at(pk)), None))
        record(
            thread,
            "case.decide",
            audience=joint.audience(),
            by=author,
            at=at,
            words=why.strip(),
            detail={"desk": str(desk)},
            joint=joint.pk,
            desk=desk.pk,
        )
        record(thread, "case.decided", audience=case.to_raiser(), by=author, at=at, detail={"desk": str(desk)})
