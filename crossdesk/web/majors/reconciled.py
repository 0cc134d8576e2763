"""Who agreed that its records are reconciled, who objects, and who is silent, as far as the reader may know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import OnIt
from crossdesk.majors.questions import Room

ASKED = {State.STOOD_DOWN, State.CLOSED, State.REVIEWED}
OBJECTING, SILENT, ANSWERED, AGREED = "objecting", "silent", "objection answered", "agreed"
LOOKS = {OBJECTING: "awaiting", SILENT: "raised", ANSWERED: "triage", AGREED: "resolved"}
"""What is still to do stands first."""


@dataclass(frozen=True)
class PartyWord:
    place: OnIt
    state: str

    @property
    def look(self) -> str:
        return LOOKS[self.state]


@dataclass(frozen=True)
class Reconciled:
    lines: list[PartyWord]

    @property
    def summary(self) -> str:
        """Like “2 agreed, 1 objecting, 3 silent”."""
        counted = Counter(line.state for line in self.lines)
        return ", ".join(
            f"{counted[state]} {state}" for state in (AGREED, OBJECTING, ANSWERED, SILENT) if counted[state]
        )


def reconciled_of(room: Room) -> Reconciled | None:
    """None before anybody is asked."""
    if room.incident.state not in ASKED:
        return None
    order = list(LOOKS)
    lines = [PartyWord(place, state_of(place)) for place in room.parties]
    return Reconciled(sorted(lines, key=lambda line: order.index(line.state)))


def state_of(place: OnIt) -> str:
    if place.agreed_at:
        return AGREED
    if place.answered_at:
        return ANSWERED
    return OBJECTING if place.objecting else SILENT
