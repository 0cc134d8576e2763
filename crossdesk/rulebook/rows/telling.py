"""How desks and audiences are reached: the exchange with other tools, and updates of a major incident."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row


@dataclass(frozen=True, kw_only=True)
class Brake(Row):
    """More than so many messages each way in so many minutes on one leg: two machines answer each other."""

    name: str
    messages: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Fallback(Row):
    """After how long a message of a case of this priority takes the next way of its agreement by itself."""

    priority: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Reach(Row):
    """For how many days a path to a desk or party is believed."""

    name: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Audience(Row):
    """Who may read a line of an update: everybody whose `order` is not above that of its mark."""

    name: str
    order: int
    meaning: str
    names_parties: bool
    holds_identifiers: bool
    market_wide: bool


@dataclass(frozen=True, kw_only=True)
class Plan(Row):
    """How an audience is told of a major incident. A scenario's own row stands before the one for every scenario."""

    audience: str
    declared: int  # minutes to the next update while it is declared; 0: nobody set a figure
    stood_down: int  # likewise after it was stood down
    channel: str
    approval: str
    scenario: str = ""
