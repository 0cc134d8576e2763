"""What happens on a leg once it is out: delivery, acknowledgement, questions, answers, resolution, refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crossdesk.access import Invalid
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Assignment, Question
from crossdesk.cases.moving import moving_leg
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs


def _settle(leg: Leg, move: str, by: Viewer, at: datetime, words: str, **more: Any) -> None:
    """The last step of a leg also ends whatever its desk had assigned."""
    with verbs():
        _step(leg, move, by, at, words, **more)
        Assignment.objects.filter(leg=leg, ended_at=None).update(ended_at=at)


def _step(leg: Leg, move: str, by: Viewer, at: datetime, words: str = "", **more: Any) -> Entry:
    """One move with one entry for the two desks of the leg."""
    with moving_leg(leg, move, by=by, at=at) as thread:
        leg.case.bounces += more.pop("bounce", 0)
        for name, value in more.pop("set", {}).items():
            setattr(leg, name, value)
        return record(
            thread,
            f"leg.{move}",
            audience=leg.audience(),
            by=_author(leg, by),
            at=at,
            words=words.strip(),
            happened_at=more.pop("happened_at", None),
            detail=more.pop("detail", None),
            leg=leg.pk,
            **more,
        )


def _author(leg: Leg, by: Viewer) -> Any:
    desk = (
        leg.to_desk_id if by.works_at(leg.to_desk_id) else leg.from_desk_id if by.works_at(leg.from_desk_id) else None
    )
    return by.author(desk)


def deliver(leg: Leg, *, by: Viewer, at: datetime) -> None:
    _step(leg, "deliver", by, at)


def bounce(leg: Leg, *, by: Viewer, at: datetime, words: str) -> None:
    """The channel gave up: the sender has to reach the desk another way."""
    _step(leg, "bounce", by, at, words, set={"undeliverable": True})


def acknowledge(leg: Leg, *, by: Viewer, at: datetime, their_reference: str = "", words: str = "") -> Entry:
    """Received: their number, or a person's word that they have it."""
    return _step(
        leg,
        "acknowledge",
        by,
        at,
        words,
        detail={"their_reference": their_reference},
        set={
            "received_at": at,
            "their_reference": their_reference or leg.their_reference,
            "silent": False,
            "undeliverable": False,
        },
    )


def start(leg: Leg, *, by: Viewer, at: datetime, words: str = "") -> None:
    _step(leg, "start", by, at, words, set={"received_at": leg.received_at or at, "understood_at": at})


def update(
    leg: Leg, *, by: Viewer, at: datetime, words: str, happened_at: datetime | None = None, **facts: Any
) -> Entry:
    if not words.strip():
        raise Invalid("Write something first; nothing was sent.")
    return _step(leg, "update", by, at, words, happened_at=happened_at, **facts)


def ask(leg: Leg, *, by: Viewer, at: datetime, words: str, due_at: datetime) -> Question:
    """A question across the leg: from whoever asks, to the desk at its other end, with a due time."""
    if not words.strip():
        raise Invalid("Write the question; the other desk is asked nothing yet.")
    if due_at <= at:
        raise Invalid("Give the question a due time that lies ahead.")
    theirs = by.works_at(leg.to_desk_id)
    asking, asked = (leg.to_desk, leg.from_desk) if theirs else (leg.from_desk, leg.to_desk)
    with verbs():
        entry = _step(leg, "ask_us" if theirs else "ask_them", by, at, words, due=due_at.isoformat())
        return Question.objects.create(
            case=leg.case,
            leg=leg,
            asked_by=asking,
            addressee=asked.seat,
            entry=entry,
            due_at=due_at,
            seats=leg.seats,
        )


def answer(leg: Leg, *, by: Viewer, at: datetime, words: str) -> Entry:
    """Words that also answer what this end of the leg was asked."""
    if not words.strip():
        raise Invalid("Write the answer first; nothing was sent.")
    ours = leg.to_desk if by.works_at(leg.to_desk_id) else leg.from_desk
    with verbs():
        Question.objects.filter(leg=leg, addressee=ours.seat_id, answered_at=None).update(answered_at=at)
        waited_for = LegStage.PENDING_THEM if ours.pk == leg.to_desk_id else LegStage.PENDING_US
        if leg.stage == waited_for:
            return _step(leg, "carry_on", by, at, words)
        return update(leg, by=by, at=at, words=words)


def resolve(leg: Leg, *, by: Viewer, at: datetime, words: str) -> None:
    if not words.strip():
        raise Invalid("Say what was found and done; the other desk has to confirm it.")
    _step(
        leg,
        "resolve",
        by,
        at,
        words,
        set={"understood_at": leg.understood_at or at, "received_at": leg.received_at or at},
    )


def confirm(leg: Leg, *, by: Viewer, at: datetime, words: str = "") -> None:
    _settle(leg, "confirm", by, at, words)


def dispute(leg: Leg, *, by: Viewer, at: datetime, why: str) -> None:
    if not why.strip():
        raise Invalid("Say what is still wrong; the other desk works on it again.")
    _step(leg, "dispute", by, at, why)


def decline(leg: Leg, *, by: Viewer, at: datetime, why: str, to: Desk | None = None, to_words: str = "") -> None:
    """Not theirs, with the right desk if they know it. The owner's bounce count rises."""
    if not why.strip():
        raise Invalid("Say why it is not yours, with the evidence, so that it does not come back.")
    where = str(to) if to else to_words.strip()
    _settle(
        leg,
        "decline",
        by,
        at,
        why,
        bounce=1,
        detail={"to": where},
        to=to.pk if to else None,
        set={"redirect_to": to, "redirect_words": where[:200]},
    )


def withdraw(leg: Leg, *, by: Viewer, at: datetime, why: str) -> None:
    if not why.strip():
        raise Invalid("Say why the engagement is withdrawn; the other desk closes its own ticket with that.")
    _settle(leg, "withdraw", by, at, why)
