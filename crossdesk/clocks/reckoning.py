"""What a clock says, worked out from nothing but its history: when it is due, what was spent, whether it is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crossdesk.clocks.opening import WorkingTime

HUNDRED = 100


class Turn(StrEnum):
    """What can happen to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    MEET = "meet"
    STOP = "stop"
    REOPEN = "reopen"
    """What was met is disputed: the clock goes on from what it had spent."""


@dataclass(frozen=True)
class Event:
    turn: Turn
    at: datetime
    until: datetime | None = None
    """A pause ends by itself at this moment, whether anybody says so or not."""


@dataclass(frozen=True)
class Target:
    length: timedelta
    hours: WorkingTime


@dataclass(frozen=True)
class Span:
    since: datetime
    until: datetime | None
    """None while it runs."""


@dataclass(frozen=True)
class Reckoning:
    """`due_at` is when the target is used up if nothing else happens: unknown while paused, unless it was passed."""

    spans: tuple[Span, ...]
    target: Target
    ended: Turn | None = None
    resumes_at: datetime | None = None

    @property
    def running(self) -> bool:
        return bool(self.spans) and self.spans[-1].until is None

    @property
    def ended_at(self) -> datetime | None:
        return self.spans[-1].until if self.ended and self.spans else None

    @property
    def due_at(self) -> datetime | None:
        return self.reaches(HUNDRED)

    def reaches(self, percent: int) -> datetime | None:
        """When so much of the target is used. Nothing where a pause or the end comes first."""
        rest = self.target.length * percent / HUNDRED
        for span in self.spans:
            moment = self.target.hours.after(span.since, rest)
            if span.until is None or moment < span.until:
                return moment
            rest -= self.target.hours.worked(span.since, span.until)
        return None

    def spent(self, at: datetime) -> timedelta:
        """Working time used by this moment."""
        worked = (self.target.hours.worked(span.since, min(span.until or at, at)) for span in self.spans)
        return sum(worked, timedelta())

    def late(self, at: datetime) -> bool:
        due = self.due_at
        return due is not None and due < at


def reckon(history: Iterable[Event], target: Target, at: datetime) -> Reckoning:
    """By the target and hours that hold now: changing either judges the whole history anew.

    Events come in the order they happened. One that makes no sense where it stands changes nothing: a second pause, a
    resume of what runs, anything after the end.
    """
    return _walk(history, target, at)


def _walk(history: Iterable[Event], target: Target, at: datetime) -> Reckoning:
    spans: list[Span] = []
    since: datetime | None = None
    ended: Turn | None = None
    until: datetime | None = None
    for event in history:
        if until and until <= event.at:  # the pause ended by itself, and nobody had to write it down
            since, until = until, None
        match event.turn:
            case Turn.START if not spans and since is None:
                since = event.at
            case Turn.REOPEN if ended:
                since, ended = event.at, None
            case Turn.RESUME if since is None and spans and not ended:
                since, until = event.at, None
            case Turn.PAUSE if since is not None:
                spans.append(Span(since, event.at))
                since, until = None, event.until
            case Turn.MEET | Turn.STOP if not ended and (since is not None or spans):
                spans.append(Span(since or event.at, event.at))
                since, ended, until = None, event.turn, None
    if until and until <= at:
        since, until = until, None
    if since is not None:
        spans.append(Span(since, None))
    return Reckoning(tuple(spans), target, ended, until)
