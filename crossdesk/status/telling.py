"""What a drawn status page needs beside the board: its sentences, and where its parts and neighbours are.

The pages of the product and those of the written site are the same templates, told other addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from crossdesk.kit.time import london
from crossdesk.status.board import DAYS, MAINTENANCE, NAMES, OPERATIONAL, Board, Run, SystemNow, named
from crossdesk.status.models import State

COUNTED = {
    State.MAJOR: "with a major incident",
    State.DEGRADED: "degraded",
    MAINTENANCE: "with maintenance",
    OPERATIONAL: "without anything published",
}


@dataclass(frozen=True)
class Places:
    """Where things are, seen from the page."""

    home: str
    past: str
    incident: Callable[[str], str]
    """Of a reference."""
    feed: str
    json: str
    calendar: str
    asset: Callable[[str], str]


@dataclass(frozen=True)
class Marked:
    """One system's days that were not as they should be, for the table beside the picture."""

    system: str
    state: str
    when: str


def common(places: Places, at: datetime) -> dict[str, Any]:
    """What every page of it needs."""
    return {"places": places, "at": at, "names": NAMES | dict(State.choices), "named": named}


def context(board: Board, places: Places) -> dict[str, Any]:
    first = london(board.at).date() - timedelta(days=DAYS - 1)
    return {
        **common(places, board.at),
        "board": board,
        "headline": headline(board),
        "days": DAYS,
        "first_day": day_words(first),
        "in_words": in_words,
        "marked": [
            Marked(system.name, NAMES[run.state], run_words(run))
            for system in board.systems
            for run in reversed(system.runs)
            if run.state != OPERATIONAL
        ],
    }


def headline(board: Board) -> str:
    """The one sentence that whoever opens the page came for."""
    for state, words in ((State.MAJOR, "Major incident"), (State.DEGRADED, "Degraded")):
        hit = [each for each in board.systems if each.state == state]
        if hit:
            return f"{words}: {_listed([each.name for each in hit])}"
        if any(each.state == state for each in board.current):
            return f"{words} that is not of one system"
    if board.worst == MAINTENANCE:
        return "All systems work, apart from planned maintenance"
    return "All systems are operational"


def in_words(system: SystemNow) -> str:
    """What the picture of a system's days shows, for whoever does not see it."""
    told = [f"{system.days_in(state)} {words}" for state, words in COUNTED.items() if system.days_in(state)]
    when = [run_words(run) for run in system.runs if run.state == State.MAJOR]
    return f"{system.name}, the last {DAYS} days: {', '.join(told)}{'; major on ' + _listed(when) if when else ''}."


def run_words(run: Run) -> str:
    return day_words(run.first) if run.days == 1 else f"{day_words(run.first)} to {day_words(run.last)}"


def day_words(day: date) -> str:
    return f"{day.day} {day:%b}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
