"""What the market calls things: interfaces, codes, words."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row


@dataclass(frozen=True, kw_only=True)
class Term(Row):
    """A word of the market, and what else people call it."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Interface(Row):
    name: str
    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    events: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Family(Row):
    name: str
    answered_by: str
    range: str
    desks: tuple[str, ...]
    help_desk: str


@dataclass(frozen=True, kw_only=True)
class Code(Row):
    family: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Unloaded(Row):
    """A range of codes seen somewhere but not believed."""

    prefix: str
    first: int
    last: int
    because: str
