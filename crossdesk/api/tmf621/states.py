"""The states of a ticket beside the stages of a case and a leg, as tables one can read aloud.

TMF621 names eight states and no transitions. What a party may write, and which verb that is, stands here; what it may
not is refused with what it can write instead. Nothing is guessed from a state that is not in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crossdesk.cases.lifecycle import LegStage, Outcome, Stage
from crossdesk.threads.models import Entry


class Status(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    RESOLVED = "resolved"


A, P, H, I = Status.ACKNOWLEDGED, Status.PENDING, Status.HELD, Status.IN_PROGRESS  # noqa: E741 - read as a table
TERMINAL = frozenset({Status.REJECTED, Status.CANCELLED, Status.CLOSED})

OF_CASE: Mapping[str, Status] = {Stage.RAISED: A, Stage.TRIAGE: I, Stage.ASSIGNED: I, Stage.RESOLVED: Status.RESOLVED}
"""As its raiser reads it; an open question to the raiser makes it pending. Other desks that work on it leave it in
progress: the raiser is owed an answer by its owner alone."""
OF_OUTCOME: Mapping[str, Status] = {
    Outcome.FIXED: Status.CLOSED,
    Outcome.REDIRECTED: Status.REJECTED,
    Outcome.DUPLICATE: Status.CLOSED,
    Outcome.WITHDRAWN: Status.CANCELLED,
    Outcome.REFUSED: Status.REJECTED,
}
OF_LEG: Mapping[str, Status] = {
    LegStage.DRAFT: A,
    LegStage.SENDING: A,
    LegStage.DELIVERED: A,
    LegStage.ACKNOWLEDGED: A,
    LegStage.IN_PROGRESS: I,
    LegStage.PENDING_US: P,
    LegStage.PENDING_THEM: H,
    LegStage.RESOLVED: Status.RESOLVED,
    LegStage.CONFIRMED: Status.CLOSED,
    LegStage.DISPUTED: I,
    LegStage.DECLINED: Status.REJECTED,
    LegStage.WITHDRAWN: Status.CANCELLED,
}
"""As the engaged party reads it: pending waits for whoever engaged it, held waits for its own answer to a question."""


def status_of_case(stage: str, outcome: str, asked: bool) -> Status:
    if stage == Stage.CLOSED:
        return OF_OUTCOME[outcome]
    return P if asked and stage != Stage.RESOLVED else OF_CASE[stage]


@dataclass(frozen=True)
class Write:
    """What writing this state does: the verb, and whether it needs words that say why."""

    verb: str
    words: str = ""


BY_RAISER: Mapping[tuple[Status, Status], Write] = {
    (Status.RESOLVED, Status.CLOSED): Write("confirm"),
    (Status.RESOLVED, I): Write("dispute", "what is still wrong"),
    (P, I): Write("answer", "the answer to what was asked"),
    (A, Status.CANCELLED): Write("withdraw", "why it is withdrawn"),
    (I, Status.CANCELLED): Write("withdraw", "why it is withdrawn"),
    (P, Status.CANCELLED): Write("withdraw", "why it is withdrawn"),
}
ASKS, FIXED, NOT_OURS = "what you need to know", "what was found and done", "why it is not yours, with the evidence"
BY_ENGAGED: Mapping[tuple[Status, Status], Write] = {
    (A, A): Write("acknowledge"),
    (A, I): Write("start"),
    (A, P): Write("ask", ASKS),
    (I, P): Write("ask", ASKS),
    (H, P): Write("ask", ASKS),
    (H, I): Write("answer", "the answer to what was asked"),
    (A, Status.RESOLVED): Write("resolve", FIXED),
    (I, Status.RESOLVED): Write("resolve", FIXED),
    (P, Status.RESOLVED): Write("resolve", FIXED),
    (H, Status.RESOLVED): Write("resolve", FIXED),
    (A, Status.REJECTED): Write("decline", NOT_OURS),
    (I, Status.REJECTED): Write("decline", NOT_OURS),
    (P, Status.REJECTED): Write("decline", NOT_OURS),
    (H, Status.REJECTED): Write("decline", NOT_OURS),
}


def possible(table: Mapping[tuple[Status, Status], Write], now: Status) -> list[str]:
    return [to.value for (origin, to) in table if origin == now and to != now]


# What became of it, read off the entries its reader may read


@dataclass(frozen=True)
class Turned:
    """A state, and the entry that brought it."""

    status: Status
    entry: Entry


CASE_TURNS: Mapping[str, Status] = {
    "case.raised": A,
    "case.take": I,
    "case.ask": P,
    "case.answer": I,
    "case.resolve": Status.RESOLVED,
    "case.dispute": I,
    "case.confirm": Status.CLOSED,
    "case.close": Status.CLOSED,
    "case.redirect": Status.REJECTED,
    "case.mark_duplicate": Status.CLOSED,
    "case.withdraw": Status.CANCELLED,
    "case.turn_down": Status.REJECTED,
    "case.reopen": I,
}
LEG_TURNS: Mapping[str, Status] = {
    "leg.engage": A,
    "leg.acknowledge": A,
    "leg.start": I,
    "leg.ask_us": P,
    "leg.ask_them": H,
    "leg.carry_on": I,
    "leg.resolve": Status.RESOLVED,
    "leg.dispute": I,
    "leg.confirm": Status.CLOSED,
    "leg.decline": Status.REJECTED,
    "leg.withdraw": Status.CANCELLED,
    "leg.give_up": Status.CANCELLED,
    "leg.let_go": Status.CANCELLED,
}
TURNS: Mapping[str, Status] = {**CASE_TURNS, **LEG_TURNS}


def history(entries: Iterable[Entry]) -> list[Turned]:
    """Oldest first. A step that leaves the state as it was is told once, and an answer only ends a question."""
    told: list[Turned] = []
    for entry in entries:
        to, before = TURNS.get(entry.kind), told[-1].status if told else None
        if to is None or to == before or (entry.kind == "case.answer" and before != P):
            continue
        told.append(Turned(to, entry))
    return told
