"""A past case judged again by edited rules. Pure: what was recorded is walked in its order, and nothing is written.

The product counts and judges a moment after whatever may tip a threshold, and records both. So a change is judged here
together with the count that followed it, and where nothing was counted, at the change itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from crossdesk.impact.crossing import CROSSED, MEASURED
from crossdesk.impact.judging import COLUMNS, judge, triggered
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.rows.row import Threshold

TRIGGER = "trigger"
RAISED, LINKED, APPLIES, ANSWERED = "case.raised", "case.link", "impact.applies", "impact.answer"
WALKED = (RAISED, LINKED, APPLIES, ANSWERED, MEASURED, CROSSED)


class Verdict(StrEnum):
    SAME = "the same"
    NEWLY = "trips now"
    EARLIER = "earlier"
    LATER = "later"
    GONE = "trips no more"
    UNKNOWN = "not known"  # the edited rule asks a question that nobody was asked at the time


@dataclass(frozen=True)
class Event:
    """One recorded entry of one case of a family; `scenario` is the row that its case was raised under."""

    case: str
    scenario: str
    kind: str
    facts: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Verdicted:
    """One threshold that tripped then, would trip now, or both."""

    case: str
    scenario: str
    row: int
    column: str
    threshold: str
    before: datetime | None
    now: datetime | None
    verdict: Verdict


@dataclass(frozen=True)
class _Trip:
    step: int
    at: datetime


Key = tuple[str, str]


@dataclass
class _Group:
    """Cases that were linked by then: the rows that apply to them, what was counted of them, what was answered."""

    rows: dict[str, None] = field(default_factory=dict)
    measures: dict[str, int] = field(default_factory=dict)
    answers: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def take_in(self, other: _Group) -> None:
        """Until they are counted together, the larger count of the two is what is certain."""
        self.rows |= other.rows
        self.measures = {
            name: max(self.measures.get(name, 0), other.measures.get(name, 0))
            for name in {*self.measures, *other.measures}
        }
        for phrase, given in other.answers.items():
            self.answers[phrase] = max(given, self.answers.get(phrase, given))


class Family:
    """A case and everything that came to be linked to it, walked from the first entry to the last."""

    def __init__(self, head: str, then: Rulebook, edited: Rulebook) -> None:
        self.head, self.then, self.edited = head, then, edited
        self.before: dict[Key, _Trip] = {}
        self.now: dict[Key, _Trip] = {}
        self._groups: dict[str, _Group] = {}
        self._step = 0
        self._owed: tuple[_Group, _Trip] | None = None

    def follow(self, event: Event) -> None:
        group = self._group(event.case, event.scenario)
        counted = event.kind == MEASURED
        if not (counted and self._owed and self._owed[0] is group):
            self._settle()
        if event.kind == CROSSED:
            key = (event.facts["scenario"], event.facts["column"])
            self.before.setdefault(key, _Trip(self._step, event.at))
            return
        self._step += 1
        self._owed = self._change(group, event), _Trip(self._step, event.at)
        if counted:
            self._settle()

    def verdicts(self) -> Iterator[Verdicted]:
        self._settle()
        unanswered = {(each.scenario.key, each.column) for group in self._each() for each in self._open(group)}
        for key in sorted({*self.before, *self.now}, key=self._order):
            before, now = self.before.get(key), self.now.get(key)
            yield Verdicted(
                self.head,
                key[0],
                self._row(key[0]),
                key[1],
                _threshold(self.edited, *key) or _threshold(self.then, *key),
                before.at if before else None,
                now.at if now else None,
                _verdict(before, now, key in unanswered),
            )

    def _change(self, group: _Group, event: Event) -> _Group:
        match event.kind:
            case "case.link":
                return self._link(event.case, event.facts["parent"])
            case "impact.applies":
                group.rows[event.facts["scenario"]] = None
            case "impact.answer":
                group.answers[event.facts["phrase"]] = (self._step, event.facts["holds"])
            case "impact.measured":
                group.measures = dict(event.facts["measures"])
        return group

    def _group(self, case: str, scenario: str = "") -> _Group:
        group = self._groups.setdefault(case, _Group())
        if scenario:
            group.rows.setdefault(scenario)
        return group

    def _link(self, child: str, parent: str) -> _Group:
        kept, joined = self._group(parent), self._group(child)
        if kept is not joined:
            kept.take_in(joined)
            self._groups.update({case: kept for case, group in self._groups.items() if group is joined})
        return kept

    def _settle(self) -> None:
        if self._owed is None:
            return
        (group, trip), self._owed = self._owed, None
        for each in judge(self.edited, group.rows, group.measures, _holds(group)):
            if each.crossed:
                self.now.setdefault((each.scenario.key, each.column), trip)
        for book, tripped in ((self.then, self.before), (self.edited, self.now)):
            for row in group.rows:
                scenario = book.scenarios.get(row)
                if scenario and triggered(scenario, group.measures):
                    tripped.setdefault((row, TRIGGER), trip)

    def _each(self) -> Iterable[_Group]:
        return {id(group): group for group in self._groups.values()}.values()

    def _open(self, group: _Group) -> Iterator[Any]:
        return (each for each in judge(self.edited, group.rows, group.measures, _holds(group)) if each.asks)

    def _row(self, scenario: str) -> int:
        row = self.edited.scenarios.get(scenario) or self.then.scenarios.get(scenario)
        return row.row if row else 0

    def _order(self, key: Key) -> tuple[int, str, int]:
        return self._row(key[0]), key[0], (TRIGGER, *COLUMNS).index(key[1])


def _holds(group: _Group) -> dict[str, bool]:
    return {phrase: holds for phrase, (_, holds) in group.answers.items()}


def _verdict(before: _Trip | None, now: _Trip | None, unanswered: bool) -> Verdict:
    if before is None:
        return Verdict.NEWLY
    if now is None:
        return Verdict.UNKNOWN if unanswered else Verdict.GONE
    if before.step == now.step:
        return Verdict.SAME
    return Verdict.EARLIER if now.step < before.step else Verdict.LATER


def _threshold(book: Rulebook, scenario: str, column: str) -> str:
    row = book.scenarios.get(scenario)
    if row is None:
        return ""
    written: Threshold | None = {TRIGGER: row.starts_at, "cross-party": row.cross_party, "major": row.major}[column]
    phrase = book.phrase(scenario, column) if written and written.phrase else None
    return phrase.measured.text if phrase and phrase.measured else written.text if written else ""
