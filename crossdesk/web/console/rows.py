"""One row of the queue, as its template and its export take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.cases.lifecycle import SETTLED, LegStage, Stage
from crossdesk.cases.models import Standing
from crossdesk.kit.time import span
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.clocks import SOON

LEGS_SHOWN = 2
ROOM = 19
"""How many characters of leg names a row has room for; the others are counted, and named in the title."""


@dataclass(frozen=True)
class Mark:
    name: str
    state: str
    words: str

    def __str__(self) -> str:
        return f"{self.name}: {self.words}"


@dataclass(frozen=True)
class ClockMark:
    words: str
    share: float = 0
    state: str = "none"


@dataclass(frozen=True)
class Row:
    standing: Standing
    stage: str
    stage_words: str
    late: bool
    who: str
    marks: list[Mark]
    clock: ClockMark
    gone: bool = False

    @property
    def shown(self) -> list[Mark]:
        """As many legs as fit, and never none."""
        room = ROOM
        found: list[Mark] = []
        for mark in self.marks[:LEGS_SHOWN]:
            room -= len(mark.name)
            if found and room < 0:
                break
            found.append(mark)
        return found

    @property
    def further(self) -> list[Mark]:
        return self.marks[len(self.shown) :]


def row_of(standing: Standing, desk: str, viewer: Viewer, at: datetime, *, gone: bool = False) -> Row:
    stage, words = _stage(standing)
    late = standing.next_by is not None and standing.next_by < at
    marks = [_mark(each) for each in standing.legs]
    return Row(standing, stage, words, late, _who(standing, desk, viewer), marks, clock_of(standing, at), gone)


def clock_of(standing: Standing, at: datetime) -> ClockMark:
    """By the wall clock: how much of the time between start and due has passed. The case page tells working time."""
    since, due = standing.clock_since, standing.clock_due
    if standing.clock_paused:
        return ClockMark("paused", state="paused")
    if since is None or due is None:
        return ClockMark("no target")
    share = 100 * ((at - since) / (due - since)) if due > since else 100
    state = "over" if due < at else "warn" if share >= SOON else ""
    return ClockMark(span(due - at) + (" over" if due < at else ""), share, state)


def _who(standing: Standing, desk: str, viewer: Viewer) -> str:
    if standing.ball == Standing.Ball.NOBODY:
        return "Nobody yet"
    if standing.ball == Standing.Ball.US and standing.person == viewer.person and standing.next_who == viewer.name:
        return "You"
    return "Our desk" if standing.next_who == desk else standing.next_who


def _stage(standing: Standing) -> tuple[str, str]:
    """A leg's row shows the leg's stage; a case with an unsettled leg is engaged."""
    if standing.leg:
        resolved = standing.stage == LegStage.RESOLVED
        return "resolved" if resolved else "engaged", LegStage(standing.stage).label
    if standing.stage == Stage.ASSIGNED and any(leg["stage"] not in SETTLED for leg in standing.legs):
        return "engaged", "Engaged"
    return standing.stage, Stage(standing.stage).label


def _mark(leg: dict[str, str]) -> Mark:
    flag = leg.get("flag", "")
    return Mark(leg["party"], flag or leg["stage"], flag or LegStage(leg["stage"]).label.lower())
