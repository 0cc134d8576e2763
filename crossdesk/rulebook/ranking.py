"""How well something goes by what was asked: BM25 over weighted fields, and how much of the question it answers.

One measure for rules, articles, cases and names, so that one list can hold them all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crossdesk.kit import terms

from .asking import Asked, in_terms

TITLE, ALSO, BODY = 4.0, 3.0, 1.0
K, B = 1.4, 0.35
USUAL_LENGTH = 60
"""Weighted terms of a usual row of the rules."""
OTHER_WAY, BEGUN = 0.75, 0.6
"""What another way to say it counts against the word itself; and a word that is only begun."""
RARE = 7.0
"""How much a word says that no row holds."""
WHOLE_TITLE, WHOLE_NAME, ALL_IN_TITLE = 1.8, 1.5, 1.3


@dataclass(frozen=True)
class Weighed:
    """The terms of one text with their weights."""

    title: tuple[str, ...]
    names: frozenset[frozenset[str]]
    """What else it goes by as a whole."""
    counts: Mapping[str, float]
    length: float


def weighed(title: str, also: Iterable[str], body: str) -> Weighed:
    counts: dict[str, float] = {}
    also = tuple(also)
    for weight, text in ((TITLE, title), *((ALSO, each) for each in also), (BODY, body)):
        for term in terms.terms(text):
            counts[term] = counts.get(term, 0.0) + weight
    names = frozenset(frozenset(in_terms(each)) for each in also)
    return Weighed(in_terms(title), names, counts, sum(counts.values()))


def score(asked: Asked, text: Weighed, says: Mapping[str, float]) -> float:
    """`says` is how much each term tells apart. 0 where the text holds nothing of what was asked."""
    total = met = most = 0.0
    for at, (term, ways) in enumerate(asked.groups):
        worth = says.get(term, RARE)
        most += worth
        own = _weight(text, term)
        other = max((_way(text, way) for way in ways), default=0.0) * OTHER_WAY
        begun = _begun(text, term) * BEGUN if not (own or other) and at == len(asked.groups) - 1 else 0.0
        if best := max(own, other, begun):
            total += worth * best
            met += worth * (1.0 if own else OTHER_WAY if other else BEGUN)
    if not total:
        return 0.0
    share = met / most
    return total * share * share * _title(asked, text)


def _weight(text: Weighed, term: str) -> float:
    count = text.counts.get(term, 0.0)
    return count * (K + 1) / (count + K * (1 - B + B * text.length / USUAL_LENGTH)) if count else 0.0


def _way(text: Weighed, way: tuple[str, ...]) -> float:
    return min(_weight(text, each) for each in way)


def _begun(text: Weighed, term: str) -> float:
    if len(term) < 3:
        return 0.0
    return max((_weight(text, each) for each in text.counts if each.startswith(term)), default=0.0)


def _title(asked: Asked, text: Weighed) -> float:
    if not text.title:
        return 1.0
    if set(asked.terms) == set(text.title):
        return WHOLE_TITLE
    if frozenset(asked.terms) in text.names:
        return WHOLE_NAME
    return ALL_IN_TITLE if set(asked.terms) <= set(text.title) else 1.0


def tells_apart(texts: Iterable[Weighed]) -> Mapping[str, float]:
    held: dict[str, int] = {}
    every = 0
    for text in texts:
        every += 1
        for term in text.counts:
            held[term] = held.get(term, 0) + 1
    return {term: math.log(1 + (every - count + 0.5) / (count + 0.5)) for term, count in held.items()}
