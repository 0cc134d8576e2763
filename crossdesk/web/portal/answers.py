"""Search first: what the rules know about a raiser's own words, before any form."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.explain import Explanation, explain, find_codes
from crossdesk.rulebook.model import Scenario
from crossdesk.rulebook.search import Suggestion, search, stems

ALIKE = 3
"""How many words of a scenario's trigger must be said before it is worth showing."""


@dataclass(frozen=True)
class Answers:
    suggestions: tuple[Suggestion, ...]
    codes: tuple[Explanation, ...]
    scenarios: tuple[Scenario, ...]

    @property
    def count(self) -> int:
        return len(self.suggestions) + len(self.codes) + len(self.scenarios)


def answers(book: Rulebook, words: str) -> Answers:
    words = words[:2000]
    found = tuple(each for each in search(book, words, 6) if each.kind != "code")
    codes = tuple(each for code in find_codes(words)[:4] if (each := explain(book, code)))
    said = stems(words)
    near = sorted(
        ((len(said & stems(each.trigger)), each) for each in book.scenarios.values()), key=lambda pair: -pair[0]
    )
    return Answers(found, codes, tuple(each for alike, each in near[:2] if alike >= ALIKE))
