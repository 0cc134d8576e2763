"""Published articles by words, as the viewer: the index is asked for ids under their seats, then rows are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from crossdesk.kit import terms
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.questions import in_order

ENOUGH = 5
MOST_TERMS = 12


def candidates(groups: Sequence[Sequence[str]], at_most: int) -> list[Article]:
    """Articles that hold a word of every group; where they are few, also those that hold some. `groups` are the words
    of a search, each with those that mean the same."""
    asked = [_any(group) for group in groups[:MOST_TERMS] if _any(group)]
    if not asked:
        return []
    keys = _found(" & ".join(asked), at_most)
    if len(keys) < ENOUGH and len(asked) > 2:
        fewer = [" & ".join(asked[:at] + asked[at + 1 :]) for at in range(len(asked))]
        keys += _found(" | ".join(f"({each})" for each in fewer), at_most)
    if len(keys) < ENOUGH and len(asked) > 1:
        keys += _found(" | ".join(asked), at_most)
    return in_order(dict.fromkeys(keys))


def _any(group: Iterable[str]) -> str:
    """Only letters and digits reach the query's grammar; words that mean the same may be several together."""
    said = [" <-> ".join(words) for each in group if (words := terms.words(each))]
    return f"({' | '.join(dict.fromkeys(said))})" if said else ""


def _found(sought: str, at_most: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select article_id from search_articles(%s, %s)", [sought, at_most])
        return [row[0] for row in cursor.fetchall()]
