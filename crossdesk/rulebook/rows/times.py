"""Priorities and what they promise, who is told when it is late, and by when a review is due."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row


@dataclass(frozen=True, kw_only=True)
class Level(Row):
    """A step of impact or of urgency."""

    scale: str
    name: str
    meaning: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Priority(Row):
    name: str
    meaning: str
    order: int


@dataclass(frozen=True, kw_only=True)
class MatrixCell(Row):
    impact: str
    urgency: str
    priority: str


@dataclass(frozen=True, kw_only=True)
class Fault(Row):
    """A kind of fault whose priority has been published, so that the matrix is not asked."""

    name: str
    system: str
    priority: str


@dataclass(frozen=True, kw_only=True)
class Target(Row):
    priority: str
    measure: str
    system: str = ""
    minutes: int = 0  # 0: nobody has published a figure, and the operator has set none
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Escalation(Row):
    """Who is told when so many percent of a target have passed."""

    name: str
    percent: int
    tier: int
    meaning: str
    reaches: str = "nobody"  # whom a letter goes to
    desk: str = ""  # whose people; none named: those of the desk that has the work
    room: tuple[str, ...] = ()  # roles of a war room that are told of the time to its next update
    actions: tuple[str, ...] = ()  # who is told of an action of a problem or a review: its owner, the desk that leads


@dataclass(frozen=True, kw_only=True)
class Reroute(Row):
    """Which desk is proposed next to the owner of a case. It only proposes; the case stays where it is."""

    when: str
    to: str
    because: str
    ask: str
    systems: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()  # the desks that are late; none named: any
    at_least: int = 0
    mailed: bool = False  # told once at the owner's nominated mailbox


@dataclass(frozen=True, kw_only=True)
class Deadline(Row):
    """By when a review is published, counted from a step of its incident."""

    name: str
    counts_from: str
    minutes: int = 0  # 0: nobody has published a figure, and the operator has set none
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReview(Row):
    """When closing a case asks for a review: its promise of this measure was missed, at one of these priorities."""

    name: str
    priorities: tuple[str, ...]
    measure: str
    days: int  # by when it is due, counted from closing
    even_excused: bool = False
    mailed: bool = False  # told once at the nominated mailbox of the desk that is asked
