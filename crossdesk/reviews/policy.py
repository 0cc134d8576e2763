"""Who may do what in a review: the lead desk its account, each party its own section, and nobody another's."""

from __future__ import annotations

from crossdesk.access import NotAllowed, Role
from crossdesk.majors.policy import MANAGERS
from crossdesk.reviews.lifecycle import TABLE
from crossdesk.reviews.models import Part, Review
from crossdesk.threads.viewer import Viewer

DECIDING = frozenset({"circulate", "draw_back", "publish"})
LEADING = frozenset(
    {"describe", "word_event", "say_when", "give_action", "word_action", "move_action", "withdraw_action"}
)
OWN = frozenset({"write_section", "name", "sign", "unsign", "state_fact", "answer_fact", "withdraw_fact"})


def why_not(by: Viewer, move: str, review: Review, part: Part | None = None) -> str | None:
    """`part` is whose section, fact or action it is."""
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    at_lead, said = by.works_at(review.lead_id), TABLE.said(move)
    if move in DECIDING and not (at_lead and by.roles & MANAGERS):
        return f"Only a major incident manager or service manager of {review.lead}, which leads, can {said}."
    if move in LEADING and not at_lead:
        return f"Only {review.lead}, which leads, can {said}."
    if move in OWN and (part is None or by.party != part.party_id):
        return "Each party writes, signs and answers for itself; this is another party's to do."
    if move == "finish_action" and not at_lead and (part is None or by.party != part.party_id):
        return f"Only the party that owes it or {review.lead} says that this is done."
    return None


def require(by: Viewer, move: str, review: Review, part: Part | None = None) -> None:
    if sentence := why_not(by, move, review, part):
        raise NotAllowed(sentence)
