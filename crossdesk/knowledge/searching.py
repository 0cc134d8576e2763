"""Published articles by words, as the viewer: the index is asked for ids under their seats, then rows are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection

from crossdesk.kit import terms
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.questions import in_order
from crossdesk.rulebook import Rulebook, ranking, reference
from crossdesk.rulebook.asking import Asked

ENOUGH, CANDIDATES = 5, 24
MOST_TERMS, TELLING = 12, 5
BODY = 2_000
"""How much of a long text is weighed."""
FAVOURED = 1.25
"""An article answers; a row of the rules only says what something is."""


def best(book: Rulebook, asked: Asked, at_most: int) -> list[tuple[Article, float]]:
    """Weighed by the measure that the market's reference is weighed by, so that both can stand in one list."""
    says = reference.indexed(book).says
    rows = candidates(groups_of(asked, says), CANDIDATES)
    found = [(row, ranking.score(asked, weighed(row), says) * FAVOURED) for row in rows]
    return sorted(((row, score) for row, score in found if score), key=lambda pair: -pair[1])[:at_most]


def weighed(row: Article) -> ranking.Weighed:
    return ranking.weighed(row.title, (row.sought, row.summary), row.words[:BODY])


def groups_of(asked: Asked, says: Mapping[str, float]) -> list[list[str]]:
    """Those that tell most come first."""
    telling = sorted(asked.groups, key=lambda group: -says.get(group[0], ranking.RARE))
    return [[term, *(" ".join(way) for way in ways)] for term, ways in telling]


def candidates(groups: Sequence[Sequence[str]], at_most: int) -> list[Article]:
    """Articles that hold a word of every group; where they are few, also those that hold all but one; where there are
    none, those that hold one of the first few. `groups` are the words of a search, each with those that mean the same,
    those that tell most first."""
    asked = [_any(group) for group in groups[:MOST_TERMS] if _any(group)]
    if not asked:
        return []
    keys = _found(" & ".join(asked), at_most)
    if len(keys) < ENOUGH and len(asked) > 2:
        fewer = [" & ".join(asked[:at] + asked[at + 1 :]) for at in range(len(asked))]
        keys += _found(" | ".join(f"({each})" for each in fewer), at_most)
    if not keys and len(asked) > 1:
        keys += _found(" | ".join(asked[:TELLING]), at_most)
    return in_order(dict.fromkeys(keys))


def _any(group: Iterable[str]) -> str:
    """Only letters and digits reach the query's grammar; words that mean the same may be several together."""
    said = [" <-> ".join(words) for each in group if (words := terms.words(each))]
    return f"({' | '.join(dict.fromkeys(said))})" if said else ""


def _found(sought: str, at_most: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select article_id from search_articles(%s, %s)", [sought, at_most])
        return [row[0] for row in cursor.fetchall()]
