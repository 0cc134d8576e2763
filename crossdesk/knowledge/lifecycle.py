"""The life of an article as a table one can read aloud; docs/lifecycles.md is drawn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from crossdesk.access import WrongStage
from crossdesk.access.moves import Table, move

if TYPE_CHECKING:
    from crossdesk.knowledge.models import Article


class State(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


S = State
MOVES = {
    "publish": move(set(S), S.PUBLISHED, "Published"),
    "write": move(set(S), None, "The draft was written"),
    "attach": move(set(S), None, "A file was attached"),
    "remove": move(set(S), None, "A file was taken off"),
    "review": move({S.PUBLISHED}, None, "It still holds"),
    "retire": move({S.DRAFT, S.PUBLISHED}, S.RETIRED, "Retired"),
    "answer": move({S.PUBLISHED}, None, "Somebody said whether it solved something"),
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
TABLE = Table(MOVES, WORDS)


def advance(article: Article, name: str) -> str | None:
    if name == "answer" and article.state != S.PUBLISHED:
        raise WrongStage(f"{article} is no longer published, so what it says may not hold; search again.")
    return TABLE.advance(name, article.state, str(article), State(article.state).label.lower())
