"""The rulebook: every kind of row by its key, and the few questions that need only one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .rows.desks import Desk, Distributor, Home, Process, QueryType, Role, Stakeholder, System, Tier
from .rows.handling import Content, Evidence, MarketProcess, Mode, Outcome, Phrase, Scenario, Stage, Step, Widening
from .rows.noticing import Detector, JournalStage, Reading, Recurrence, SignalFigure
from .rows.reference import Code, Family, Interface, Term, Unloaded
from .rows.requests import Approval, FormField, FulfilmentTask, ServiceRequest
from .rows.row import Row
from .rows.telling import Audience, Brake, Fallback, Plan, Reach
from .rows.times import CaseReview, Deadline, Escalation, Fault, Level, MatrixCell, Priority, Reroute, Target


@dataclass(frozen=True)
class Rulebook:
    stakeholders: Mapping[str, Stakeholder]
    roles: Mapping[str, Role]
    tiers: Mapping[str, Tier]
    processes: Mapping[str, Process]
    systems: Mapping[str, System]
    desks: Mapping[str, Desk]
    query_types: Mapping[str, QueryType]
    stages: Mapping[str, Stage]
    steps: Mapping[str, Step]
    outcomes: Mapping[str, Outcome]
    contents: Mapping[str, Content]
    evidence: Mapping[str, Evidence]
    scenarios: Mapping[str, Scenario]
    phrases: Mapping[str, Phrase]
    market_processes: Mapping[str, MarketProcess]
    modes: Mapping[str, Mode]
    widenings: Mapping[str, Widening]
    homes: Mapping[str, Home]
    levels: Mapping[str, Level]
    priorities: Mapping[str, Priority]
    matrix: Mapping[str, MatrixCell]
    faults: Mapping[str, Fault]
    targets: Mapping[str, Target]
    escalations: Mapping[str, Escalation]
    brakes: Mapping[str, Brake]
    fallbacks: Mapping[str, Fallback]
    reaches: Mapping[str, Reach]
    reroutes: Mapping[str, Reroute]
    audiences: Mapping[str, Audience]
    plans: Mapping[str, Plan]
    deadlines: Mapping[str, Deadline]
    case_reviews: Mapping[str, CaseReview]
    recurrences: Mapping[str, Recurrence]
    requests: Mapping[str, ServiceRequest]
    fields: Mapping[str, FormField]
    approvals: Mapping[str, Approval]
    tasks: Mapping[str, FulfilmentTask]
    distributors: Mapping[str, Distributor]
    interfaces: Mapping[str, Interface]
    journal: Mapping[str, JournalStage]
    readings: Mapping[str, Reading]
    detectors: Mapping[str, Detector]
    signal_figures: Mapping[str, SignalFigure]
    families: Mapping[str, Family]
    codes: Mapping[str, Code]
    unloaded: Mapping[str, Unloaded]
    terms: Mapping[str, Term]

    def rows(self, kind: str) -> Mapping[str, Row]:
        rows: Mapping[str, Row] = getattr(self, kind)
        return rows

    def desks_covering(self, query_type: str) -> tuple[Desk, ...]:
        return tuple(desk for desk in self.desks.values() if query_type in desk.covers)

    def home_of(self, query_type: str) -> Home | None:
        return next((home for home in self.homes.values() if query_type in home.queries), None)

    def is_role(self, held: str, wanted: str) -> bool:
        """A smart metering service is a metering agent, and a metering agent is an agent."""
        seen: set[str] = set()
        while held and held not in seen:
            if held == wanted:
                return True
            seen.add(held)
            held = self.roles[held].within if held in self.roles else ""
        return False

    def may_raise(self, desk: str, roles: frozenset[str]) -> bool:
        return any(self.is_role(held, wanted) for held in roles for wanted in self.desks[desk].may_raise)

    def target(self, priority: str, measure: str, system: str = "") -> Target | None:
        """The figure to run a clock by: the system's own, else the general one, else none at all."""
        fitting = [
            target
            for target in self.targets.values()
            if target.priority == priority and target.measure == measure and target.system in (system, "")
        ]
        figures = [target for target in fitting if target.minutes]
        return max(figures, key=lambda target: target.system == system, default=None)

    def phrase(self, scenario: str, column: str) -> Phrase | None:
        rows = (each for each in self.phrases.values() if (each.scenario, each.column) == (scenario, column))
        return next(rows, None)

    def plan(self, audience: str, scenario: str = "") -> Plan | None:
        """How this audience is told: by the scenario's own row, else by the general one."""
        rows = [each for each in self.plans.values() if each.audience == audience and each.scenario in (scenario, "")]
        return max(rows, key=lambda row: row.scenario == scenario, default=None)

    def scenario_row(self, row: int) -> Scenario:
        return next(scenario for scenario in self.scenarios.values() if scenario.row == row)
