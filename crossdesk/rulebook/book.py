"""The rulebook: every kind of row by its key, and the few questions that need only one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import model


@dataclass(frozen=True)
class Rulebook:
    stakeholders: Mapping[str, model.Stakeholder]
    roles: Mapping[str, model.Role]
    tiers: Mapping[str, model.Tier]
    processes: Mapping[str, model.Process]
    systems: Mapping[str, model.System]
    desks: Mapping[str, model.Desk]
    query_types: Mapping[str, model.QueryType]
    stages: Mapping[str, model.Stage]
    steps: Mapping[str, model.Step]
    outcomes: Mapping[str, model.Outcome]
    contents: Mapping[str, model.Content]
    evidence: Mapping[str, model.Evidence]
    scenarios: Mapping[str, model.Scenario]
    phrases: Mapping[str, model.Phrase]
    market_processes: Mapping[str, model.MarketProcess]
    modes: Mapping[str, model.Mode]
    widenings: Mapping[str, model.Widening]
    homes: Mapping[str, model.Home]
    levels: Mapping[str, model.Level]
    priorities: Mapping[str, model.Priority]
    matrix: Mapping[str, model.MatrixCell]
    faults: Mapping[str, model.Fault]
    targets: Mapping[str, model.Target]
    escalations: Mapping[str, model.Escalation]
    brakes: Mapping[str, model.Brake]
    fallbacks: Mapping[str, model.Fallback]
    reaches: Mapping[str, model.Reach]
    reroutes: Mapping[str, model.Reroute]
    audiences: Mapping[str, model.Audience]
    plans: Mapping[str, model.Plan]
    deadlines: Mapping[str, model.Deadline]
    case_reviews: Mapping[str, model.CaseReview]
    recurrences: Mapping[str, model.Recurrence]
    requests: Mapping[str, model.ServiceRequest]
    fields: Mapping[str, model.FormField]
    approvals: Mapping[str, model.Approval]
    tasks: Mapping[str, model.FulfilmentTask]
    distributors: Mapping[str, model.Distributor]
    interfaces: Mapping[str, model.Interface]
    journal: Mapping[str, model.JournalStage]
    readings: Mapping[str, model.Reading]
    detectors: Mapping[str, model.Detector]
    signal_figures: Mapping[str, model.SignalFigure]
    families: Mapping[str, model.Family]
    codes: Mapping[str, model.Code]
    unloaded: Mapping[str, model.Unloaded]
    terms: Mapping[str, model.Term]

    def rows(self, kind: str) -> Mapping[str, model.Row]:
        rows: Mapping[str, model.Row] = getattr(self, kind)
        return rows

    def desks_covering(self, query_type: str) -> tuple[model.Desk, ...]:
        return tuple(desk for desk in self.desks.values() if query_type in desk.covers)

    def home_of(self, query_type: str) -> model.Home | None:
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

    def target(self, priority: str, measure: str, system: str = "") -> model.Target | None:
        """The figure to run a clock by: the system's own, else the general one, else none at all."""
        fitting = [
            target
            for target in self.targets.values()
            if target.priority == priority and target.measure == measure and target.system in (system, "")
        ]
        figures = [target for target in fitting if target.minutes]
        return max(figures, key=lambda target: target.system == system, default=None)

    def phrase(self, scenario: str, column: str) -> model.Phrase | None:
        rows = (each for each in self.phrases.values() if (each.scenario, each.column) == (scenario, column))
        return next(rows, None)

    def plan(self, audience: str, scenario: str = "") -> model.Plan | None:
        """How this audience is told: by the scenario's own row, else by the general one."""
        rows = [each for each in self.plans.values() if each.audience == audience and each.scenario in (scenario, "")]
        return max(rows, key=lambda row: row.scenario == scenario, default=None)

    def scenario_row(self, row: int) -> model.Scenario:
        return next(scenario for scenario in self.scenarios.values() if scenario.row == row)
