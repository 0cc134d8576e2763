"""The life of a review as a table. Written by the lead desk, then by every party for itself, then published once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from crossdesk.access.moves import Move, Table, move

if TYPE_CHECKING:
    from crossdesk.reviews.models import Review


class State(TextChoices):
    DRAFTING = "drafting", "Drafting"
    WITH_PARTIES = "with_parties", "With the parties"
    PUBLISHED = "published", "Published"
    SET_ASIDE = "set_aside", "Set aside"


S = State
UNPUBLISHED = {S.DRAFTING, S.WITH_PARTIES}
MOVES: dict[str, Move] = {
    "circulate": move({S.DRAFTING}, S.WITH_PARTIES, "Given to the parties"),
    "draw_back": move({S.WITH_PARTIES}, S.DRAFTING, "Drawn back"),
    "publish": move({S.WITH_PARTIES}, S.PUBLISHED, "Published"),
    "set_aside": move(UNPUBLISHED, S.SET_ASIDE, "Set aside"),
    "take_up": move({S.SET_ASIDE}, S.DRAFTING, "Taken up again"),
    "describe": move(UNPUBLISHED, None, "The account was written anew"),
    "word_event": move(UNPUBLISHED, None, "A line of the timeline was worded"),
    "say_when": move(UNPUBLISHED, None, "A moment was corrected"),
    "write_section": move({S.WITH_PARTIES}, None, "A section was written"),
    "name": move({S.WITH_PARTIES}, None, "A party said under which name others read it"),
    "sign": move({S.WITH_PARTIES}, None, "A section was signed"),
    "unsign": move({S.WITH_PARTIES}, None, "A signature was taken back"),
    "state_fact": move({S.WITH_PARTIES}, None, "A fact was stated"),
    "answer_fact": move({S.WITH_PARTIES}, None, "A fact was answered"),
    "withdraw_fact": move({S.WITH_PARTIES}, None, "A fact was withdrawn"),
    "give_action": move({*UNPUBLISHED, S.PUBLISHED}, None, "An action was given"),
    "word_action": move(UNPUBLISHED, None, "An action was worded anew"),
    "finish_action": move({*UNPUBLISHED, S.PUBLISHED}, None, "An action was done"),
    "move_action": move({*UNPUBLISHED, S.PUBLISHED}, None, "An action is due at another time"),
    "withdraw_action": move({*UNPUBLISHED, S.PUBLISHED}, None, "An action was withdrawn"),
}
WORDS = {
    "circulate": "give it to the parties",
    "draw_back": "draw it back",
    "take_up": "take it up again",
    "set_aside": "set it aside",
    "describe": "write its account",
    "word_event": "word a line of its timeline",
    "say_when": "correct a moment",
    "write_section": "write a section",
    "name": "say under which name a section is read",
    "sign": "sign a section",
    "unsign": "take a signature back",
    "state_fact": "state a fact",
    "answer_fact": "agree with a fact or dispute it",
    "withdraw_fact": "withdraw a fact",
    "give_action": "give an action",
    "word_action": "word an action anew",
    "finish_action": "finish an action",
    "move_action": "move an action",
    "withdraw_action": "withdraw an action",
}
OF_ITSELF = frozenset({"set_aside", "take_up"})
"""These follow from the incident, which was declared again or stood down again; nobody is offered them."""
TABLE = Table(MOVES, WORDS, OF_ITSELF, "it waits until the incident is stood down again")


def advance(review: Review, name: str) -> str | None:
    return TABLE.advance(name, review.state, f"The review of {review}", State(review.state).label.lower())
