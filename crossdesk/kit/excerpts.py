"""The part of a text that was found, with the words that were sought marked."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from crossdesk.kit import terms

PIECE = re.compile(r"\w+(?:[-'’]\w+)*", re.UNICODE)
USUAL, BEFORE, LONGEST = 220, 60, 20_000


@dataclass(frozen=True)
class Piece:
    words: str
    marked: bool = False


def marked(text: str, sought: Container[str]) -> tuple[Piece, ...]:
    """The whole text in pieces."""
    return tuple(_joined(_pieces(text, sought)))


def excerpt(text: str, sought: Container[str], length: int = USUAL) -> tuple[Piece, ...]:
    """About so many characters around where most of the words stand."""
    plain = " ".join(text[:LONGEST].split())
    places = [found.start() for found in PIECE.finditer(plain) if _is_sought(found[0], sought)]
    start = _densest(places, length)
    if start:
        start = plain.rfind(" ", 0, start) + 1
    end = len(plain) if len(plain) <= start + length else plain.rfind(" ", start, start + length)
    end = end if end > start else start + length
    cut = f"{'…' if start else ''}{plain[start:end]}{'…' if end < len(plain) else ''}"
    return marked(cut, sought)


def _densest(places: list[int], length: int) -> int:
    if not places or places[-1] < length:
        return 0
    best = max(places, key=lambda at: (sum(at <= other < at + length - BEFORE for other in places), -at))
    return max(0, best - BEFORE)


def _is_sought(word: str, sought: Container[str]) -> bool:
    return any(each in sought for each in terms.terms(word))


def _pieces(text: str, sought: Container[str]) -> Iterator[Piece]:
    at = 0
    for found in PIECE.finditer(text):
        if _is_sought(found[0], sought):
            yield Piece(text[at : found.start()])
            yield Piece(found[0], marked=True)
            at = found.end()
    yield Piece(text[at:])


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    return (each for each in pieces if each.words)
