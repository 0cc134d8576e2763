"""The life of an article as a table one can read aloud; docs/lifecycles.md is drawn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from crossdesk.access import WrongStage
from crossdesk.desks.lifecycle import Move

if TYPE_CHECKING:
    from crossdesk.knowledge.models import Article


class State(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


S = State
MOVES = {
    "publish": Move(frozenset({S.DRAFT, S.PUBLISHED, S.RETIRED}), S.PUBLISHED),
    "write": Move(frozenset({S.DRAFT, S.PUBLISHED, S.RETIRED}), None),
    "attach": Move(frozenset({S.DRAFT, S.PUBLISHED, S.RETIRED}), None),
    "remove": Move(frozenset({S.DRAFT, S.PUBLISHED, S.RETIRED}), None),
    "review": Move(frozenset({S.PUBLISHED}), None),
    "retire": Move(frozenset({S.DRAFT, S.PUBLISHED}), S.RETIRED),
    "answer": Move(frozenset({S.PUBLISHED}), None),
}
WORDS = {
    "publish": "publish it",
    "write": "write its draft",
    "attach": "attach a file",
    "remove": "take a file off",
    "review": "say that it still holds",
    "retire": "retire it",
    "answer": "say whether it solved something",
}


def advance(article: Article, name: str) -> str | None:
    """The state this move leads to, or WrongStage naming what can be done instead."""
    step = MOVES[name]
    if article.state in step.origin:
        return step.to
    if name == "answer":
        raise WrongStage(f"{article} is no longer published, so what it says may not hold; search again.")
    can = [WORDS[each] for each, move in MOVES.items() if article.state in move.origin]
    label = State(article.state).label.lower()
    raise WrongStage(f"{article} is {label}, so you cannot {WORDS[name]}; you can still {', '.join(can)}.")
