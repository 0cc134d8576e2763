"""A word that nobody knows, and the one that was probably meant: from the market's words and others that are public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crossdesk.kit import terms

from .book import Rulebook
from .reference import indexed
from .worked_out import once

CLOSEST = 24
Alike = Callable[[str], Iterable[str]]
"""Public words from elsewhere that look like this one, itself among them where it is known there."""


@dataclass(frozen=True)
class Words:
    """Every word as it is written, how often, and by the pairs of letters in it."""

    counts: Mapping[str, int]
    stems: frozenset[str]
    by_pair: Mapping[str, tuple[str, ...]]


def corrected(book: Rulebook, text: str, elsewhere: Alike = lambda _: ()) -> str | None:
    """The text with its slips put right; None where it needs none, or nobody can say what was meant."""
    known, changed = words_of(book), {}
    for word in dict.fromkeys(terms.WORD.findall(terms.folded(text))):
        if _is_known(word, known):
            continue
        others = set(elsewhere(word))
        if word not in others and (meant := _meant(word, known, others)):
            changed[word] = meant
    if not changed:
        return None
    return " ".join(changed.get(each, each) for each in terms.WORD.findall(terms.folded(text)))


def _is_known(word: str, known: Words) -> bool:
    if not terms.slips_allowed(word) or word in terms.STOPPED or word in known.counts:
        return True
    return terms.stem(word) in known.stems or any(each.startswith(word) for each in _alike(word, known))


def _meant(word: str, known: Words, others: Iterable[str]) -> str | None:
    allowed = terms.slips_allowed(word)
    near = [
        (slips, each[0] != word[0], -known.counts.get(each, 0), each)
        for each in {*_alike(word, known), *others}
        if len(each) > 2 and (slips := terms.distance(word, each, allowed)) <= allowed
    ]
    return min(near)[3] if near else None


def _alike(word: str, known: Words) -> list[str]:
    shared = Counter(each for pair in _pairs(word) for each in known.by_pair.get(pair, ()))
    most = sorted(shared, key=lambda each: (-2 * shared[each] / (len(each) + len(word) + 2), each))
    return most[:CLOSEST]


def _pairs(word: str) -> set[str]:
    bounded = f"^{word}$"
    return {bounded[at : at + 2] for at in range(len(bounded) - 1)}


@once
def words_of(book: Rulebook) -> Words:
    entries = indexed(book).entries
    every = (terms.folded(f"{each.title} {' '.join(each.also)} {each.text}") for each in entries)
    counts = Counter(word for text in every for word in terms.WORD.findall(text) if word.isalpha())
    pairs: dict[str, list[str]] = {}
    for word in counts:
        if len(word) > 3:
            for pair in _pairs(word):
                pairs.setdefault(pair, []).append(word)
    stems = frozenset(terms.stem(word) for word in counts)
    return Words(counts, stems, {pair: tuple(words) for pair, words in pairs.items()})
