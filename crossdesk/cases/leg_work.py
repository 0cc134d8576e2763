"""What happens on a leg once it is out: delivery, acknowledgement, questions, answers, resolution, refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crossdesk.access import Invalid, Role
from crossdesk.cases import joint_triage, policy, standing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Assignment, Case, Question
from crossdesk.cases.moving import moving_leg
from crossdesk.cases.triage import Judged
from crossdesk.desks.models import Desk
from crossdesk.kit.time import clock_time
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer, verbs


def _settle(leg: Leg, move: str, by: Viewer, at: datetime, words: str, **more: Any) -> None:
    """The last step of a leg also ends what its desk had assigned and what was still asked on it."""
    with verbs():
        _end_of_work(leg, at)
        _step(leg, move, by, at, words, **more)


def _end_of_work(leg: Leg, at: datetime) -> None:
    Question.objects.filter(leg=leg, answered_at=None).update(answered_at=at)
    Assignment.objects.filter(leg=leg, ended_at=None).update(ended_at=at)


def _step(leg: Leg, move: str, by: Viewer, at: datetime, words: str = "", **more: Any) -> Entry:
    """One move with one entry for the two desks of the leg."""
    with moving_leg(leg, move, by=by, at=at, seen=more.pop("seen", None)) as thread:
        author = _author(leg, move, by)
        if author.desk == leg.to_desk_id:
            leg.silent = False
        for name, value in more.pop("set", {}).items():
            setattr(leg, name, value)
        return record(
            thread,
            f"leg.{move}",
            audience=leg.audience(),
            by=author,
            at=at,
            words=words.strip(),
            happened_at=more.pop("happened_at", None),
            detail=more.pop("detail", None),
            leg=leg.pk,
            **more,
        )


def _author(leg: Leg, move: str, by: Viewer) -> Author:
    """Somebody may work at both desks; a move of the sender is then the sender's."""
    ends = (leg.from_desk_id, leg.to_desk_id) if move in policy.SENDERS else (leg.to_desk_id, leg.from_desk_id)
    return by.author(next((desk for desk in ends if by.works_at(desk)), None))


def deliver(leg: Leg, *, by: Viewer, at: datetime) -> None:
    _step(leg, "deliver", by, at)


def bounce(leg: Leg, *, by: Viewer, at: datetime, words: str) -> None:
    """The channel gave up: the sender has to reach the desk another way."""
    _step(leg, "bounce", by, at, words, set={"undeliverable": True})


def acknowledge(
    leg: Leg, *, by: Viewer, at: datetime, their_reference: str = "", words: str = "", seen: int | None = None
) -> Entry:
    """Received: their number, or a person's word that they have it."""
    return _step(
        leg,
        "acknowledge",
        by,
        at,
        words,
        seen=seen,
        detail={"their_reference": their_reference},
        set={
            "received_at": at,
            "their_reference": their_reference or leg.their_reference,
            "undeliverable": False,
        },
    )


def start(leg: Leg, *, by: Viewer, at: datetime, words: str = "", seen: int | None = None) -> None:
    _step(leg, "start", by, at, words, seen=seen, set={"received_at": leg.received_at or at, "understood_at": at})


def update(
    leg: Leg,
    *,
    by: Viewer,
    at: datetime,
    words: str,
    happened_at: datetime | None = None,
    seen: int | None = None,
    **facts: Any,
) -> Entry:
    if not words.strip():
        raise Invalid("Write something first; nothing was sent.")
    return _step(leg, "update", by, at, words, seen=seen, happened_at=happened_at, **facts)


def ask(leg: Leg, *, by: Viewer, at: datetime, words: str, due_at: datetime, seen: int | None = None) -> Question:
    """A question across the leg: from whoever asks, to the desk at its other end, with a due time."""
    if not words.strip():
        raise Invalid("Write the question; the other desk is asked nothing yet.")
    if due_at <= at:
        raise Invalid("Give the question a due time that lies ahead.")
    theirs = by.works_at(leg.to_desk_id)
    asking, asked = (leg.to_desk, leg.from_desk) if theirs else (leg.from_desk, leg.to_desk)
    with verbs():
        entry = _step(leg, "ask_us" if theirs else "ask_them", by, at, words, seen=seen, due=due_at.isoformat())
        asked_now = Question.objects.create(
            case=leg.case,
            leg=leg,
            asked_by=asking,
            addressee=asked.seat,
            entry=entry,
            due_at=due_at,
            seats=leg.seats,
        )
        standing.refresh(leg.case, at)
        return asked_now


def answer(leg: Leg, *, by: Viewer, at: datetime, words: str, seen: int | None = None) -> Entry:
    """Words that also answer what this end of the leg was asked."""
    if not words.strip():
        raise Invalid("Write the answer first; nothing was sent.")
    ours = leg.to_desk if by.works_at(leg.to_desk_id) else leg.from_desk
    with verbs():
        Thread.objects.select_for_update().get(pk=leg.case_id)
        leg.refresh_from_db()
        Question.objects.filter(leg=leg, addressee=ours.seat_id, answered_at=None).update(answered_at=at)
        waited_for = LegStage.PENDING_THEM if ours.pk == leg.to_desk_id else LegStage.PENDING_US
        if leg.stage == waited_for:
            return _step(leg, "carry_on", by, at, words, seen=seen)
        return update(leg, by=by, at=at, words=words, seen=seen)


def resolve(leg: Leg, *, by: Viewer, at: datetime, words: str, seen: int | None = None) -> None:
    if not words.strip():
        raise Invalid("Say what was found and done; the other desk has to confirm it.")
    _step(
        leg,
        "resolve",
        by,
        at,
        words,
        seen=seen,
        set={"understood_at": leg.understood_at or at, "received_at": leg.received_at or at},
    )


def confirm(leg: Leg, *, by: Viewer, at: datetime, words: str = "", seen: int | None = None) -> None:
    _settle(leg, "confirm", by, at, words, seen=seen)


def dispute(leg: Leg, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    if not why.strip():
        raise Invalid("Say what is still wrong; the other desk works on it again.")
    _step(leg, "dispute", by, at, why, seen=seen, set={"resolved_at": None})


def prioritise(leg: Leg, judged: Judged, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """The engaged desk's own judgement, which only that desk is told the reason of."""
    with moving_leg(leg, "prioritise", by=by, at=at, seen=seen) as thread:
        before, leg.priority = leg.priority, judged.level
        record(
            thread,
            "leg.prioritise",
            audience=leg.case.internal(leg.to_desk),
            by=by.author(leg.to_desk_id),
            at=at,
            detail={"why": judged.why},
            before=before,
            after=judged.level,
            impact=judged.impact,
            urgency=judged.urgency,
            leg=leg.pk,
        )


def decline(
    leg: Leg,
    *,
    by: Viewer,
    at: datetime,
    why: str,
    to: Desk | None = None,
    to_words: str = "",
    seen: int | None = None,
) -> None:
    """Not theirs, with the right desk if they know it: a bounce, which counts along the journey."""
    if not why.strip():
        raise Invalid("Say why it is not yours, with the evidence, so that it does not come back.")
    where = str(to) if to else to_words.strip()
    with verbs(), moving_leg(leg, "decline", by=by, at=at, seen=seen) as thread:
        _end_of_work(leg, at)
        leg.redirect_to, leg.redirect_words = to, where[:200]
        record(
            thread,
            "leg.decline",
            audience=leg.audience(),
            by=_author(leg, "decline", by),
            at=at,
            words=why.strip(),
            detail={"to": where},
            leg=leg.pk,
            to=to.pk if to else None,
        )
        leg.save()
        joint_triage.count_bounce(thread, leg.case, at)


def withdraw(leg: Leg, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    if not why.strip():
        raise Invalid("Say why the engagement is withdrawn; the other desk closes its own ticket with that.")
    with verbs():
        _settle(leg, "withdraw", by, at, why, seen=seen)
        _let_go_onward(leg, at)


def give_up(leg: Leg, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    """A silent leg: what was promised for a time that has passed never came, and a person settles it with a reason."""
    if not why.strip():
        raise Invalid("Say how you tried to reach them and why you go on without their answer.")
    promised = leg.answer_by if leg.received_at else leg.acknowledge_by or leg.answer_by
    if promised is None or promised > at:
        until = f"until {clock_time(promised, at)}" if promised else "for as long as no time is set"
        raise Invalid(f"{leg.to_desk} is not silent: it has {until}; withdraw the engagement to end it sooner.")
    with verbs():
        _settle(leg, "give_up", by, at, why, seen=seen, set={"silent": True})
        _let_go_onward(leg, at)


def _let_go_onward(leg: Leg, at: datetime) -> None:
    """What a desk asked of others for a leg that is no more: withdrawn in its name, telling nothing of that leg."""
    words = "The work this was asked for is no longer needed; you can close your own case."
    for onward in leg.case.legs.filter(onward_of=leg, settled_at=None).select_related("from_desk__owner", "to_desk"):
        onward.case = leg.case
        _settle(onward, "let_go", product_at(onward.from_desk, leg.case), at, words)
        _let_go_onward(onward, at)


def product_at(desk: Desk, case: Case) -> Viewer:
    return Viewer(
        name=CROSSDESK.name,
        party=desk.owner_id,
        party_name=str(desk.owner),
        seats=(case.seat_for(desk.seat_id),),
        desks=(desk.pk,),
        desk_names={desk.pk: desk.name},
        roles=frozenset({Role.AGENT}),
        lists=tuple(case.lists.values()),
    )
