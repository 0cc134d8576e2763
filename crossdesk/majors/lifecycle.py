"""The life of a major incident as a table. Standing down ends the emergency; closing waits until the parties agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from crossdesk.access.moves import Move, Table, move

if TYPE_CHECKING:
    from crossdesk.majors.models import MajorIncident


class State(TextChoices):
    CANDIDATE = "candidate", "Candidate"
    DECLARED = "declared", "Declared"
    STOOD_DOWN = "stood_down", "Stood down"
    CLOSED = "closed", "Closed"
    REVIEWED = "reviewed", "Reviewed"
    REJECTED = "rejected", "Rejected"


S = State
LIVE = {S.CANDIDATE, S.DECLARED, S.STOOD_DOWN}
ANY_TIME = LIVE | {S.CLOSED}
MOVES: dict[str, Move] = {
    "declare": move({S.CANDIDATE}, S.DECLARED, "Declared"),
    "reject": move({S.CANDIDATE}, S.REJECTED, "Rejected"),
    "restore": move({S.DECLARED}, None, "Service restored"),
    "stand_down": move({S.DECLARED}, S.STOOD_DOWN, "Stood down"),
    "resend": move({S.DECLARED, S.STOOD_DOWN}, None, "What was missed has been sent"),
    "agree": move({S.STOOD_DOWN}, None, "A party agrees that its records are reconciled"),
    "object": move({S.STOOD_DOWN}, None, "A party objects: its records are not reconciled"),
    "answer_objection": move({S.STOOD_DOWN}, None, "An objection was answered"),
    "close": move({S.STOOD_DOWN}, S.CLOSED, "Closed"),
    "review": move({S.CLOSED}, S.REVIEWED, "Review published"),
    "declare_again": move({S.STOOD_DOWN}, S.DECLARED, "Declared again"),
    "add_case": move(LIVE, None, "A case was put under it"),
    "remove_case": move(LIVE, None, "A case was taken out"),
    "bring_in": move(LIVE, None, "A party was brought into the room"),
    "offer_role": move(LIVE, None, "A role was offered"),
    "take_role": move(LIVE, None, "A role was accepted"),
    "refuse_role": move(LIVE, None, "A role was refused"),
    "describe": move(LIVE, None, "The situation was written anew"),
    "bridge": move(LIVE, None, "The bridge was named"),
    "decide": move(ANY_TIME, None, "Decided"),
    "note": move(ANY_TIME, None, "Noted"),
    "give_action": move(ANY_TIME, None, "An action was given"),
    "finish_action": move(ANY_TIME, None, "An action was done"),
    "reach": move(LIVE, None, "A party was reached"),
    "draft_update": move({S.DECLARED, S.STOOD_DOWN}, None, "An update was drafted"),
    "ask_second": move({S.DECLARED, S.STOOD_DOWN}, None, "An update waits for a second person"),
    "release_update": move({S.DECLARED, S.STOOD_DOWN}, None, "An update is about to leave"),
    "stop_update": move(ANY_TIME, None, "An update was stopped before it left"),
    "hold_update": move(ANY_TIME, None, "An update was held back"),
    "brief": move({S.DECLARED, S.STOOD_DOWN}, None, "An update was published"),
    "promise": move({S.DECLARED, S.STOOD_DOWN}, None, "The next update was promised"),
}
WORDS = {
    "stand_down": "stand it down",
    "declare_again": "declare it again",
    "restore": "say that service is restored",
    "resend": "say that what was missed has been sent",
    "agree": "agree that records are reconciled",
    "object": "object to the reconciliation",
    "answer_objection": "answer an objection",
    "add_case": "put a case under it",
    "remove_case": "take a case out",
    "bring_in": "bring a party into the room",
    "offer_role": "offer a role",
    "take_role": "accept a role",
    "refuse_role": "refuse a role",
    "describe": "write the situation",
    "bridge": "name the bridge",
    "decide": "record a decision",
    "note": "add a note",
    "give_action": "give an action",
    "finish_action": "finish an action",
    "reach": "record that a party was reached",
    "draft_update": "draft an update",
    "ask_second": "ask a second person",
    "release_update": "send an update",
    "stop_update": "stop an update",
    "hold_update": "hold an update back",
    "brief": "publish an update",
    "promise": "promise the next update",
}


TABLE = Table(MOVES, WORDS)


def advance(incident: MajorIncident, name: str) -> str | None:
    return TABLE.advance(name, incident.state, str(incident), State(incident.state).label.lower())
