"""Search first: from a person's own words to query types, desks, codes and outside procedures, best first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .book import Rulebook
from .explain import explain, find_codes

WORD = re.compile(r"[a-z0-9&-]+")
SMALL = frozenset({"and", "are", "for", "from", "has", "have", "not", "our", "the", "was", "with"})
ENDINGS = ("ing", "ies", "ed", "es", "s", "e")

CODE, PHRASE, NAMED, LOOSE = 100, 12, 6, 3


@dataclass(frozen=True)
class Suggestion:
    kind: Literal["code", "query type", "desk", "procedure"]
    key: str
    title: str
    detail: str
    score: int


def search(book: Rulebook, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
    wanted = stems(text)
    found = [
        *codes(book, text),
        *query_types(book, text, wanted),
        *procedures(book, text, wanted),
        *desks(book, wanted),
    ]
    found.sort(key=lambda suggestion: -suggestion.score)  # stable: equals stay in the order of the market folder
    return tuple(found[:limit])


def codes(book: Rulebook, text: str) -> Iterator[Suggestion]:
    for code in find_codes(text):
        explanation = explain(book, code)
        if explanation:
            yield Suggestion("code", code, code, explanation.meaning, CODE)


def query_types(book: Rulebook, text: str, wanted: frozenset[str]) -> Iterator[Suggestion]:
    for query in book.query_types.values():
        score = match(text, wanted, query.name, query.words)
        if score:
            covering = ", ".join(desk.name for desk in book.desks_covering(query.key))
            yield Suggestion("query type", query.key, query.name, covering or "Help desk or knowledge articles", score)


def procedures(book: Rulebook, text: str, wanted: frozenset[str]) -> Iterator[Suggestion]:
    for process in book.processes.values():
        score = 0 if process.inside else match(text, wanted, process.name.removesuffix(" management"), process.words)
        if score:
            yield Suggestion("procedure", process.key, process.name, process.procedure, score)


def desks(book: Rulebook, wanted: frozenset[str]) -> Iterator[Suggestion]:
    for desk in book.desks.values():
        score = NAMED * len(wanted & (stems(desk.name) - stems("service help desk")))
        if score:
            yield Suggestion("desk", desk.key, desk.name, desk.covers_as_written, score)


def match(text: str, wanted: frozenset[str], name: str, phrases: Iterable[str]) -> int:
    """A whole phrase counts most, then words of the name, then words of any phrase."""
    spaced = f" {' '.join(WORD.findall(text.lower()))} "
    loose = frozenset(word for phrase in phrases for word in stems(phrase))
    whole = sum(PHRASE for phrase in phrases if f" {' '.join(WORD.findall(phrase.lower()))} " in spaced)
    return whole + NAMED * len(wanted & stems(name)) + LOOSE * len(wanted & loose)


def stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(text.lower()) if len(word) > 2 and word not in SMALL)


def stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
