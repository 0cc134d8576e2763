"""What the rules make of the measures: pure, so that a past case can be judged by an edited rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.rows.handling import Phrase, Scenario
from crossdesk.rulebook.rows.row import Threshold

CROSS_PARTY, MAJOR = "cross-party", "major"
COLUMNS = (CROSS_PARTY, MAJOR)


@dataclass(frozen=True)
class Finding:
    """One threshold of one row: crossed, not crossed, or not answered yet."""

    scenario: Scenario
    column: str
    threshold: Threshold
    phrase: Phrase | None
    crossed: bool | None
    because: str
    counted: Threshold | None = None
    found: int = 0

    @property
    def asks(self) -> bool:
        return self.crossed is None

    @property
    def to_go(self) -> int:
        """How many more would cross it; nothing where no count decides."""
        if self.counted is None:
            return 0
        return max(self.counted.count + (0 if self.counted.inclusive else 1) - self.found, 0)


def judge(
    book: Rulebook, scenarios: Iterable[str], measures: Mapping[str, int], answers: Mapping[str, bool]
) -> Iterator[Finding]:
    """Every threshold of the rows that apply. Trigger, cross-party and major conditions stay apart."""
    for key in dict.fromkeys(scenarios):
        scenario = book.scenarios.get(key)
        if scenario is None:
            continue
        for column, threshold in ((CROSS_PARTY, scenario.cross_party), (MAJOR, scenario.major)):
            yield _finding(book, scenario, column, threshold, measures, answers)


def triggered(scenario: Scenario, measures: Mapping[str, int]) -> bool | None:
    """Whether the number inside the trigger itself is reached; None where the trigger has none."""
    return scenario.starts_at.crossed(measures) if scenario.starts_at else None


def _finding(
    book: Rulebook,
    scenario: Scenario,
    column: str,
    threshold: Threshold,
    measures: Mapping[str, int],
    answers: Mapping[str, bool],
) -> Finding:
    phrase = book.phrase(scenario.key, column) if threshold.phrase else None
    counted = phrase.measured if phrase else threshold
    if counted is not None:
        crossed, found = counted.crossed(measures), measures.get(counted.measure, 0)
        words = f"{found:,} {noun(counted.measure)}; the threshold is {counted.text}"
        if phrase:
            words = f"{phrase.as_written}: {words}"
        return Finding(scenario, column, threshold, phrase, crossed, words, counted, found)
    key = phrase.key if phrase else ""
    answer = answers.get(key)
    words = f"{threshold.phrase}: {'not answered yet' if answer is None else 'yes' if answer else 'no'}"
    return Finding(scenario, column, threshold, phrase, answer, words)


def noun(measure: str) -> str:
    return "MPANs" if measure == "mpans" else measure
