"""Engaging another desk: what leaves is previewed, a leg is made, and the message goes out through its channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import leg_work, policy, restricting
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LEG_MOVES, LegStage
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving, moving_leg
from crossdesk.cases.sharing import disclose
from crossdesk.cases.widened import opened_for
from crossdesk.desks.agreements import for_engagement
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Channel
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs


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
    _said(what, to)
    with moving(case, "raise_onward", by=by, at=at, seen=seen) as thread:
        leg = _send(thread, case, case.owner, None, to, what, by, at)
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


def engage_onward(leg: Leg, to: Desk, what: Engagement, *, by: Viewer, at: datetime, seen: int | None = None) -> Leg:
    """An engaged desk raises its part on: another leg of the same case, from that desk. Its sender reads nothing of it.

    Whoever raises onward has begun to work, so a leg that was not yet in progress is now.
    """
    _said(what, to)
    with verbs():
        Thread.objects.select_for_update().get(pk=leg.case_id)
        leg.refresh_from_db()
        if LegStage(leg.stage) in LEG_MOVES["start"].origin:
            leg_work.start(leg, by=by, at=at, seen=seen)
        with moving_leg(leg, "raise_onward", by=by, at=at, seen=seen) as thread:
            if to.pk in {leg.case.owner_id, leg.from_desk_id}:
                raise Invalid(f"{to} is on this case already; ask {leg.from_desk} on your own leg instead.")
            onward = _send(thread, leg.case, leg.to_desk, leg, to, what, by, at)
            record(
                thread,
                "leg.raise_onward",
                audience=leg.case.internal(leg.to_desk),
                by=by.author(leg.to_desk_id),
                at=at,
                detail={"to": str(to)},
                leg=leg.pk,
                onward=onward.pk,
            )
    return onward


def _reached_otherwise(to: Desk, sender: Desk, at: datetime) -> bool:
    terms = for_engagement(to, sender.owner_id, at)
    return terms is not None and terms.exchange.channel != Channel.MAIL


def _said(what: Engagement, to: Desk) -> None:
    if not what.ask.strip():
        raise Invalid(f"Say what {to} is asked to do.")
    if not what.outside_because.strip():
        raise Invalid("Say why this lies outside your own boundary; the other desk reads it first.")


def _send(
    thread: Thread,
    case: Case,
    sender: Desk,
    onward_of: Leg | None,
    to: Desk,
    what: Engagement,
    by: Viewer,
    at: datetime,
) -> Leg:
    """The leg itself and its first entry, which only its two desks read."""
    opened = opened_for(sender, case, at)
    if refusal := policy.may_engage(sender, to, opened):
        raise NotAllowed(refusal)
    special: dict[str, Any] = {} if policy.may_engage(sender, to) is None else {"special": opened[to.rule]}
    if not to.hosted and not to.address and not _reached_otherwise(to, sender, at):
        raise Invalid(f"{to} has no nominated address and no agreed way; record one of them first.")
    if case.legs.filter(from_desk=sender, to_desk=to, settled_at=None).exists():
        raise Invalid(f"{to} is already engaged on {case}; write to it there.")
    if case.restricted:
        restricting.admit(case, to, at)
    number = (case.legs.aggregate(last=Max("number"))["last"] or 0) + 1
    leg = Leg(
        case=case,
        number=number,
        from_desk=sender,
        to_desk=to,
        onward_of=onward_of,
        ask=what.ask.strip(),
        outside_because=what.outside_because.strip(),
        acknowledge_by=what.acknowledge_by,
        answer_by=what.answer_by,
        created_at=at,
        sent_at=at,
        seats=sorted(case.seat_for(desk.seat_id) for desk in (sender, to)),
        stage=LegStage.DELIVERED if to.hosted else LegStage.SENDING,
    )
    leg.save(force_insert=True)
    disclosed = disclose(case, [leg.to_desk], what, by)
    record(
        thread,
        "leg.engage",
        audience=leg.audience(),
        by=by.author(sender.pk),
        at=at,
        words=f"{leg.ask}\n\n{leg.outside_because}",
        detail={"to": str(to), "ask": leg.ask, "outside_because": leg.outside_because, "disclosed": disclosed},
        leg=leg.pk,
        to=to.pk,
        entries=list(what.entries),
        evidence=list(what.evidence),
        reference_sets=list(what.reference_sets),
        **special,
    )
    leg.refresh_from_db(fields=["acknowledge_by", "answer_by"])  # its clocks have started, and say when it is due
    return leg


def show_legs(case: Case, *, to: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Who besides its two desks sees a leg's desk and stage. What is written on it stays with the two."""
    if to not in Case.LegsShown.values:
        raise Invalid("Choose who sees which desks work on it.")
    with moving(case, "show_legs", by=by, at=at, seen=seen) as thread:
        case.legs_shown = to
        record(
            thread,
            "case.show_legs",
            audience=case.internal(case.owner),
            by=by.author(case.owner_id),
            at=at,
            detail={"to": Case.LegsShown(to).label},
            shown=to,
        )
