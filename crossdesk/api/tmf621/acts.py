"""The requester's own actions on a ticket, as MEF 124 has them: close, reopen and cancel are asked for, not written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crossdesk.access import Refused
from crossdesk.api.tmf621 import bodies
from crossdesk.api.tmf621.bodies import Body
from crossdesk.api.tmf621.states import Status
from crossdesk.api.tmf621.tickets import Ticket
from crossdesk.api.trouble import Trouble
from crossdesk.cases import closing
from crossdesk.threads.viewer import Viewer

FROM: Mapping[str, frozenset[Status]] = {
    "close": frozenset({Status.RESOLVED}),
    "reopen": frozenset({Status.RESOLVED, Status.CLOSED, Status.REJECTED, Status.CANCELLED}),
    "cancel": frozenset({Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.PENDING}),
}
NEEDS = {"reopen": "what is still wrong", "cancel": "why it is no longer needed"}


def act(name: str, ticket: Ticket, body: Body, *, by: Viewer, at: datetime) -> None:
    if ticket.leg:
        ends = ticket.leg.from_desk.owner
        raise _refused(f"Only {ends}, which asked for this, can {name} it; write a state or a note instead.")
    if ticket.status not in FROM[name]:
        can = [each for each, origin in FROM.items() if ticket.status in origin]
        instead = f"you can {' or '.join(can)} it" if can else "nothing more can be done with it here"
        raise _refused(f"This ticket is {ticket.status}, so you cannot {name} it; {instead}.")
    words = _words(body)
    if name in NEEDS and not words:
        raise Trouble(422, "missingProperty", f"Send a “reason”: {NEEDS[name]}.", more={"propertyPath": "reason"})
    try:
        DO[name](ticket, words, by, at)
    except Refused as refused:
        raise _refused(refused.sentence) from refused


def _refused(sentence: str) -> Trouble:
    return Trouble(422, "otherIssue", sentence)


def _words(body: Body) -> str:
    said = bodies.text(body, "reason", bodies.LONGEST) or bodies.text(body, "statusChangeReason", bodies.LONGEST)
    return (said or "\n\n".join(note["text"] for note in bodies.notes(body))).strip()


def _reopen(ticket: Ticket, words: str, by: Viewer, at: datetime) -> None:
    again = closing.dispute if ticket.status is Status.RESOLVED else closing.reopen
    again(ticket.case, by=by, at=at, why=words)


DO: Mapping[str, Any] = {
    "close": lambda ticket, words, by, at: closing.confirm(ticket.case, by=by, at=at, words=words),
    "reopen": _reopen,
    "cancel": lambda ticket, words, by, at: closing.withdraw(ticket.case, by=by, at=at, why=words),
}
