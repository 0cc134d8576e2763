"""What somebody typed, as a search compares it: words with those that mean the same, codes, and what they are after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crossdesk.kit import terms

from .book import Rulebook
from .worked_out import once

LONGEST = 300
DESK = re.compile(r"\b(who|whom|desk|desks|contact|ask|report|raise|log|speak|call|help desk|number for)\b")
MEANING = re.compile(r"\b(what is|what are|whats|what does|meaning|mean|means|explain|define|definition|stand for)\b")

Way = tuple[str, ...]
"""One way to say something, as its terms."""
LONGEST_WAY = 5


@dataclass(frozen=True)
class Asked:
    """`groups` are its terms, each with the other ways to say it. `written` is every word, small ones too."""

    written: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Way, ...]], ...]
    after_desk: bool = False
    after_meaning: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(term for term, _ in self.groups)

    @property
    def marks(self) -> frozenset[str]:
        """Every term that is worth marking in what was found."""
        others = (each for _, ways in self.groups for way in ways for each in way)
        return frozenset((*self.terms, *others))


def asked(book: Rulebook, text: str) -> Asked:
    text = text[:LONGEST]
    written = tuple(terms.words(text))
    plain = " ".join(written)
    wanted = dict.fromkeys(terms.stem(each) for each in written if each not in terms.STOPPED) or dict.fromkeys(written)
    ways: dict[str, list[Way]] = {each: [] for each in wanted}
    for said, others in _said(book, written):
        for each in said:
            if each in ways:
                ways[each] += others
    groups = tuple((each, tuple(dict.fromkeys(ways[each]))) for each in wanted)
    return Asked(written, groups, bool(DESK.search(plain)), bool(MEANING.search(plain)))


def _said(book: Rulebook, written: tuple[str, ...]) -> Iterator[tuple[Way, list[Way]]]:
    """Each way of saying a term that stands in the words, and the other ways to say it."""
    ways = _ways(book)
    stems = [terms.stem(each) for each in written if each not in terms.STOPPED]
    for start in range(len(stems)):
        for end in range(start + 1, min(start + LONGEST_WAY, len(stems)) + 1):
            said = tuple(stems[start:end])
            yield from ((said, [each for each in others if each != said]) for others in ways.get(said, ()))


@once
def _ways(book: Rulebook) -> Mapping[Way, Sequence[Sequence[Way]]]:
    found: dict[Way, list[list[Way]]] = {}
    for term in book.terms.values():
        every = list(dict.fromkeys(way for each in (term.name, *term.also) if (way := in_terms(each))))
        for way in every:
            found.setdefault(way, []).append(every)
    return found


def in_terms(text: str) -> Way:
    return tuple(terms.stem(each) for each in terms.words(text) if each not in terms.STOPPED)
