"""Who there is in the market, which desks, and what each is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .row import Row


@dataclass(frozen=True, kw_only=True)
class Stakeholder(Row):
    name: str
    description: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Role(Row):
    name: str
    code: str = ""
    within: str = ""  # the wider role that this one also is: a smart metering service is a metering agent


@dataclass(frozen=True, kw_only=True)
class Tier(Row):
    number: int
    function: str
    participants: str
    platform: str


@dataclass(frozen=True, kw_only=True)
class Process(Row):
    name: str
    inside: bool
    words: tuple[str, ...]
    purpose: str = ""
    cross_party: str = ""
    tools: str = ""
    procedure: str = ""  # where a query of an outside process goes instead


@dataclass(frozen=True, kw_only=True)
class Desk(Row):
    name: str
    kind: str
    owner: str
    provider: str
    owner_role: str
    covers: tuple[str, ...]
    outsiders: bool
    may_raise: tuple[str, ...]
    covers_as_written: str
    each: bool = False  # one such desk per party of the owner role
    difference: str = ""  # when another desk covers the same query: how to choose this one
    asks_for: tuple[str, ...] = ()  # evidence this desk asks for whatever the query


@dataclass(frozen=True, kw_only=True)
class QueryType(Row):
    name: str
    nature: str
    words: tuple[str, ...]
    evidence: tuple[str, ...]
    system: str = ""
    process: str = "incident"
    confused_with: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class System(Row):
    name: str
    code: str
    run_by: str
    governed_by: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Home(Row):
    """A desk that takes queries which fit no desk, from the day the Programme has closed on and without end."""

    name: str
    meaning: str
    mode: str
    desk: str
    queries: tuple[str, ...]
    until_then: str  # where such a query goes before
    closes: date | None = None

    def is_open(self, on: date | None) -> bool:
        return self.closes is not None and on is not None and on >= self.closes


@dataclass(frozen=True, kw_only=True)
class Distributor(Row):
    mpid: str
    name: str
    area: str = ""
    gsp_group: str = ""
    independent: bool = False
