"""What is noticed before anyone calls: the journal, its detectors, what recurs."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row


@dataclass(frozen=True, kw_only=True)
class Recurrence(Row):
    """So many cases of a desk with the same system and error code within so many days are proposed as a problem."""

    name: str
    cases: int
    days: int


@dataclass(frozen=True, kw_only=True)
class JournalStage(Row):
    name: str
    order: int
    statuses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reading(Row):
    """What a triager concludes from a status in the DIP's journal."""

    statuses: tuple[str, ...]
    means: str
    look_at: str
    side: str = ""  # whose fault it is; "nobody" settles the message, nothing: it is not settled yet


@dataclass(frozen=True, kw_only=True)
class Detector(Row):
    """When what stands in the journal is proposed as a fault: more than a figure in a window that slides.

    A figure of 0 is not judged. What is judged is grouped: one fault for each group.
    """

    name: str
    kind: str
    minutes: int  # how long a failing message counts, unless it is delivered before
    by: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    mpans: int = 0  # more than so many distinct ones; likewise below
    messages: int = 0
    senders: int = 0
    recipients: int = 0
    slower_than_seconds: int = 0  # of kind slow
    below_percent: int = 0  # of kind missing: of what is usual
    usually_at_least: int = 0  # of kind missing: a flow that is usually smaller is not missed
    times_usual: int = (
        0  # and more than so many times what is usual for that half-hour and weekday, where that is known
    )
    weeks: int = 4  # of history of the same half-hour and weekday that make something usual
    unless: tuple[str, ...] = ()  # it is no fault of its own while one of these is going on
    desk: str = ""  # to whom it is proposed
    query_type: str = ""
    system: str = ""
    scenario: str = ""


@dataclass(frozen=True, kw_only=True)
class SignalFigure(Row):
    """A figure of the reading of feeds."""

    name: str
    figure: int
    unit: str
