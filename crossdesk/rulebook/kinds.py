"""The kinds of rows there are, and where each stands."""

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
class Kind:
    """A kind of row: the file and the table it stands in, and the class that reads it."""

    file: str
    table: str
    cls: type[Row]


KINDS: Mapping[str, Kind] = {
    "stakeholders": Kind("stakeholders", "stakeholder", Stakeholder),
    "roles": Kind("roles", "role", Role),
    "tiers": Kind("tiers", "tier", Tier),
    "processes": Kind("processes", "process", Process),
    "systems": Kind("systems", "system", System),
    "desks": Kind("desks", "desk", Desk),
    "query_types": Kind("query_types", "query_type", QueryType),
    "stages": Kind("lifecycle", "stage", Stage),
    "steps": Kind("lifecycle", "step", Step),
    "outcomes": Kind("outcomes", "outcome", Outcome),
    "contents": Kind("contents", "content", Content),
    "evidence": Kind("evidence", "evidence", Evidence),
    "scenarios": Kind("scenarios", "scenario", Scenario),
    "phrases": Kind("phrases", "phrase", Phrase),
    "market_processes": Kind("market_processes", "market_process", MarketProcess),
    "modes": Kind("operations", "mode", Mode),
    "widenings": Kind("operations", "widening", Widening),
    "homes": Kind("operations", "home", Home),
    "levels": Kind("priorities", "level", Level),
    "priorities": Kind("priorities", "priority", Priority),
    "matrix": Kind("priorities", "matrix", MatrixCell),
    "faults": Kind("priorities", "fault", Fault),
    "targets": Kind("priorities", "target", Target),
    "escalations": Kind("escalations", "escalation", Escalation),
    "brakes": Kind("exchange", "brake", Brake),
    "fallbacks": Kind("exchange", "fallback", Fallback),
    "reaches": Kind("exchange", "reach", Reach),
    "reroutes": Kind("rerouting", "reroute", Reroute),
    "audiences": Kind("comms", "audience", Audience),
    "plans": Kind("comms", "plan", Plan),
    "deadlines": Kind("reviews", "deadline", Deadline),
    "case_reviews": Kind("reviews", "case_review", CaseReview),
    "recurrences": Kind("problems", "recurrence", Recurrence),
    "requests": Kind("requests", "request", ServiceRequest),
    "fields": Kind("requests", "field", FormField),
    "approvals": Kind("requests", "approval", Approval),
    "tasks": Kind("requests", "task", FulfilmentTask),
    "distributors": Kind("distributors", "distributor", Distributor),
    "interfaces": Kind("interfaces", "interface", Interface),
    "journal": Kind("journal", "stage", JournalStage),
    "readings": Kind("journal", "reading", Reading),
    "detectors": Kind("signals", "detector", Detector),
    "signal_figures": Kind("signals", "figure", SignalFigure),
    "families": Kind("rejections", "family", Family),
    "codes": Kind("rejections", "code", Code),
    "unloaded": Kind("rejections", "unloaded", Unloaded),
    "terms": Kind("vocabulary", "term", Term),
}
