"""Search first: what the rules know about a raiser's own words, before any form."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.explain import Explanation, explain, find_codes
from crossdesk.rulebook.rows.handling import Scenario
from crossdesk.rulebook.search import Suggestion, search, stems
from crossdesk.threads.viewer import Viewer
from crossdesk.web.finding import everything
from crossdesk.web.finding.everything import Hit

ALIKE = 3
SHORTEST, SHOWN = 3, 5
TOLD_BESIDE = frozenset({"query_types", "desks", "codes", "scenarios", "processes", "known error"})
"""How many words of a scenario's trigger must be said before it is worth showing."""


@dataclass(frozen=True)
class Answers:
    suggestions: tuple[Suggestion, ...]
    codes: tuple[Explanation, ...]
    scenarios: tuple[Scenario, ...]
    knowledge: tuple[Hit, ...] = ()
    """Articles, known errors and rows of the market's reference that may answer it by themselves."""

    @property
    def count(self) -> int:
        return len(self.suggestions) + len(self.codes) + len(self.scenarios) + len(self.knowledge)


def answers(book: Rulebook, words: str, viewer: Viewer) -> Answers:
    words = words[:2000]
    found = tuple(each for each in search(book, words, 6) if each.kind != "code")
    codes = tuple(each for code in find_codes(words)[:4] if (each := explain(book, code)))
    said = stems(words)
    near = sorted(
        ((len(said & stems(each.trigger)), each) for each in book.scenarios.values()), key=lambda pair: -pair[0]
    )
    scenarios = tuple(each for alike, each in near[:2] if alike >= ALIKE)
    return Answers(found, codes, scenarios, tuple(suggested(book, words, viewer)))


def suggested(book: Rulebook, words: str, viewer: Viewer) -> list[Hit]:
    """What is told beside them by the other lists is not told twice."""
    if len(words.strip()) < SHORTEST:
        return []
    hits = everything.suggested(book, words, viewer)
    return [hit for hit in hits if hit.kind not in TOLD_BESIDE][:SHOWN]
