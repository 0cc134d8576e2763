"""How a case is handled: its steps, outcomes and evidence, what makes it major, and what an operation widens."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row, Threshold


@dataclass(frozen=True, kw_only=True)
class Stage(Row):
    name: str
    meaning: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Step(Row):
    name: str
    order: int
    responsible: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome(Row):
    name: str
    finding: str
    then: str
    case_stays_open: bool


@dataclass(frozen=True, kw_only=True)
class Content(Row):
    direction: str
    item: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evidence(Row):
    label: str
    what: str
    how: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Scenario(Row):
    row: int
    trigger: str
    first_investigators: tuple[str, ...]
    first_investigator_as_written: str
    cross_party: Threshold
    major: Threshold
    starts_at: Threshold | None = None  # a number inside the trigger itself
    systems: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Phrase(Row):
    """How the words of one scenario's threshold are judged: by a count of the impact register, or by a question."""

    scenario: str
    column: str
    as_written: str
    measured: Threshold | None = None
    question: str = ""


@dataclass(frozen=True, kw_only=True)
class MarketProcess(Row):
    name: str
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mode(Row):
    name: str
    meaning: str
    applies_when: tuple[str, ...] = ()
    declared_by: tuple[str, ...] = ()  # the desks whose managers enter it; nobody enters the normal one
    at_most_hours: int = 0  # of one period; whoever needs longer enters it anew


@dataclass(frozen=True, kw_only=True)
class Widening(Row):
    """What special operations allow that normal ones do not, on the cases in their scope and in their period."""

    name: str
    meaning: str
    mode: str
    causes: tuple[str, ...]
    senders: tuple[str, ...]  # roles of the owners of the desks that may, beside those that always may
    engages: tuple[str, ...]  # the desks that they engage
