"""The two lifecycles as tables one can read aloud; docs/lifecycles.md is drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from crossdesk.access import WrongStage
from crossdesk.access import moves as tables
from crossdesk.access.moves import Move, move

if TYPE_CHECKING:
    from crossdesk.cases.legs import Leg
    from crossdesk.cases.models import Case


class Stage(TextChoices):
    RAISED = "raised", "Raised"
    TRIAGE = "triage", "Triage"
    ASSIGNED = "assigned", "Assigned"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class Outcome(TextChoices):
    FIXED = "fixed", "Fixed"
    REDIRECTED = "redirected", "Redirected"
    DUPLICATE = "duplicate", "Duplicate"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFUSED = "refused", "Refused"


class LegStage(TextChoices):
    DRAFT = "draft", "Draft"
    SENDING = "sending", "Sending"
    DELIVERED = "delivered", "Delivered"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    IN_PROGRESS = "in_progress", "In progress"
    PENDING_US = "pending_us", "Waiting for us"
    PENDING_THEM = "pending_them", "Waiting for them"
    RESOLVED = "resolved", "Resolved"
    CONFIRMED = "confirmed", "Confirmed"
    DISPUTED = "disputed", "Disputed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


S, L = Stage, LegStage
OPEN = {S.RAISED, S.TRIAGE, S.ASSIGNED}
MOVES = {
    "take": move({S.RAISED}, S.TRIAGE, "Taken into triage"),
    "redirect": move({S.TRIAGE, S.ASSIGNED}, S.CLOSED, "Redirected to the right desk"),
    "own": move({S.TRIAGE}, S.ASSIGNED, "Owned"),
    "raise_onward": move({S.TRIAGE, S.ASSIGNED}, S.ASSIGNED, "Raised onward"),
    "prioritise": move({S.TRIAGE, S.ASSIGNED}, None, "Priority set"),
    "assign": move({S.ASSIGNED}, None, "Offered to a group"),
    "accept": move({S.ASSIGNED}, None, "Accepted by the group"),
    "refuse": move({S.ASSIGNED}, None, "Refused by the group"),
    "link": move({S.RAISED, S.TRIAGE, S.ASSIGNED, S.RESOLVED}, None, "Linked"),
    "know": move(OPEN | {S.RESOLVED}, None, "Linked to a known error"),
    "unknow": move(OPEN | {S.RESOLVED}, None, "Taken off a known error"),
    "mark_duplicate": move({S.TRIAGE}, S.CLOSED, "Closed as a duplicate"),
    "write": move({S.RAISED, S.TRIAGE, S.ASSIGNED, S.RESOLVED, S.CLOSED}, None, "Wrote"),
    "add": move(OPEN | {S.RESOLVED}, None, "Added"),
    "ask": move(OPEN, None, "Asked"),
    "answer": move(OPEN | {S.RESOLVED}, None, "Answered"),
    "resolve": move({S.ASSIGNED}, S.RESOLVED, "Resolved"),
    "dispute": move({S.RESOLVED}, S.ASSIGNED, "Disputed"),
    "confirm": move({S.RESOLVED}, S.CLOSED, "Confirmed and closed"),
    "close": move({S.RESOLVED}, S.CLOSED, "Closed"),
    "withdraw": move(OPEN, S.CLOSED, "Withdrawn by the raiser"),
    "turn_down": move(OPEN, S.CLOSED, "Refused by whose approval it needed"),
    "excuse": move({S.RESOLVED, S.CLOSED}, None, "Excused breached clocks"),
    "take_review": move(OPEN | {S.RESOLVED, S.CLOSED}, None, "Took the review"),
    "conclude_review": move(OPEN | {S.RESOLVED, S.CLOSED}, None, "Concluded the review"),
    "erase": move(OPEN | {S.RESOLVED, S.CLOSED}, None, "Words erased"),
    "reopen": move({S.CLOSED}, S.TRIAGE, "Reopened"),
    "show_legs": move(OPEN, None, "Sight of the legs set"),
    "bounce": move({S.TRIAGE, S.ASSIGNED}, None, "Bounced into joint triage"),
    "say": move(OPEN, None, "Gave its side in joint triage"),
    "decide": move(OPEN, None, "Joint triage decided"),
    "carry": move({S.CLOSED}, None, "Carried on to the right desk"),
    "restrict": move(OPEN | {S.RESOLVED}, None, "Restricted to named people"),
    "name": move({S.RAISED, S.TRIAGE, S.ASSIGNED, S.RESOLVED, S.CLOSED}, None, "Changed who is named"),
}

WITH_THEM = {L.DELIVERED, L.ACKNOWLEDGED, L.IN_PROGRESS, L.PENDING_US, L.PENDING_THEM, L.DISPUTED}
LEG_MOVES = {
    "send": move({L.DRAFT}, L.SENDING, "Sending"),
    "deliver": move({L.SENDING}, L.DELIVERED, "Delivered"),
    "acknowledge": move({L.SENDING, L.DELIVERED, L.DISPUTED}, L.ACKNOWLEDGED, "Acknowledged"),
    "start": move({L.DELIVERED, L.ACKNOWLEDGED, L.DISPUTED}, L.IN_PROGRESS, "Work began"),
    "prioritise": move(WITH_THEM, None, "Priority set"),
    "assign": move(WITH_THEM, None, "Offered to a group"),
    "raise_onward": move({L.IN_PROGRESS, L.PENDING_US, L.PENDING_THEM}, None, "Raised onward"),
    "ask_them": move(WITH_THEM, L.PENDING_THEM, "Asked them"),
    "ask_us": move(WITH_THEM, L.PENDING_US, "They asked"),
    "carry_on": move({L.PENDING_US, L.PENDING_THEM}, L.IN_PROGRESS, "Answered, carried on"),
    "update": move(WITH_THEM | {L.SENDING, L.RESOLVED}, None, "Update"),
    "resolve": move(WITH_THEM | {L.SENDING}, L.RESOLVED, "Proposed as resolved"),
    "confirm": move({L.RESOLVED}, L.CONFIRMED, "Confirmed"),
    "dispute": move({L.RESOLVED}, L.DISPUTED, "Disputed"),
    "decline": move(WITH_THEM | {L.SENDING}, L.DECLINED, "Declined"),
    "withdraw": move(WITH_THEM | {L.DRAFT, L.SENDING}, L.WITHDRAWN, "Withdrawn"),
    "give_up": move(WITH_THEM | {L.SENDING}, L.WITHDRAWN, "Settled without an answer"),
    "let_go": move(WITH_THEM | {L.DRAFT, L.SENDING, L.RESOLVED}, L.WITHDRAWN, "Withdrawn with the work above it"),
    "bounce": move(WITH_THEM | {L.SENDING, L.RESOLVED}, None, "Could not be delivered"),
}
UNSAID = frozenset(
    {
        "write",
        "update",
        "deliver",
        "bounce",
        "restrict",
        "name",
        "show_legs",
        "say",
        "decide",
        "carry",
        "turn_down",
        "let_go",
        "erase",
        "know",
        "unknow",
        "excuse",
        "take_review",
        "conclude_review",
    }
)
"""Always possible, the channel's own, about who reads, or rarely open: no advice for somebody who was refused."""
SETTLED = frozenset({L.CONFIRMED, L.DECLINED, L.WITHDRAWN})
WORDS = {
    "take": "take it into triage",
    "raise_onward": "engage a desk",
    "mark_duplicate": "close it as a duplicate",
    "prioritise": "set its priority",
    "know": "link it to a known error",
    "unknow": "take it off a known error",
    "write": "write on it",
    "restrict": "restrict it to named people",
    "add": "add to it",
    "erase": "have words erased",
    "excuse": "excuse its breached clocks",
    "take_review": "take its review",
    "conclude_review": "conclude its review",
    "show_legs": "choose who sees its legs",
    "bounce": "send it to joint triage",
    "say": "give your side in joint triage",
    "decide": "decide joint triage",
    "carry": "carry it on",
    "turn_down": "refuse what it asks for",
    "give_up": "settle it without an answer",
}


def possible(stage: str, moves: dict[str, Move] = MOVES) -> list[str]:
    return tables.possible(stage, moves)


def advance(case: Case, name: str) -> str | None:
    """The stage this move leads to, or WrongStage naming what can be done instead."""
    label = "in triage" if case.stage == Stage.TRIAGE else Stage(case.stage).label.lower()
    return _advance(case.reference, case.stage, label, name, MOVES)


def advance_leg(leg: Leg, name: str) -> str | None:
    label = LegStage(leg.stage).label.lower()
    return _advance(f"The leg to {leg.to_desk}", leg.stage, label, name, LEG_MOVES)


def _advance(what: str, stage: str, label: str, name: str, moves: dict[str, Move]) -> str | None:
    step = moves[name]
    if stage in step.origin:
        return step.to
    can = [WORDS.get(each, each.replace("_", " ")) for each in possible(stage, moves) if each not in UNSAID]
    instead = f"you can still {', '.join(can)}" if can else "nothing more can be done with it"
    raise WrongStage(f"{what} is {label}, so you cannot {WORDS.get(name, name.replace('_', ' '))}; {instead}.")
