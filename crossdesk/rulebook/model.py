"""What the market folder says, as frozen values: one class per kind of row, each field typed as its TOML must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MEASURES = ("mpans", "meters", "parties", "systems", "processes")


@dataclass(frozen=True)
class Threshold:
    """Either a number with its edge, or a phrase that a person judges."""

    phrase: str = ""
    measure: str = ""
    count: int = 0
    inclusive: bool = False

    @property
    def text(self) -> str:
        if self.phrase:
            return self.phrase
        measure = "MPANs" if self.measure == "mpans" else self.measure
        return f"{'at least' if self.inclusive else 'more than'} {self.count:,} {measure}"

    def crossed(self, counts: Mapping[str, int]) -> bool | None:
        """None: the words of this threshold are judged by a person, no count decides."""
        if self.phrase:
            return None
        counted = counts.get(self.measure, 0)
        return counted >= self.count if self.inclusive else counted > self.count


@dataclass(frozen=True, kw_only=True)
class Row:
    key: str
    source: str
    since: date  # "from" in TOML: the day the row takes effect
    note: str = ""  # what is odd about the row as written, or who may set it
    published: bool = True


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


@dataclass(frozen=True, kw_only=True)
class Recurrence(Row):
    """So many cases of a desk with the same system and error code within so many days are proposed as a problem."""

    name: str
    cases: int
    days: int


@dataclass(frozen=True, kw_only=True)
class ServiceRequest(Row):
    """Something that can be asked for: by whom, and at which desk it becomes a case."""

    name: str
    group: str
    purpose: str
    desk: str
    query_type: str
    asked_by: tuple[str, ...]
    words: tuple[str, ...]
    system: str = ""
    priority: str = "P4"


@dataclass(frozen=True, kw_only=True)
class FormField(Row):
    """One question of a request's form. Its key is the request's, a dot, and its own name."""

    request: str
    label: str
    kind: str
    order: int
    required: bool = True
    help: str = ""
    choices: tuple[str, ...] = ()
    own: bool = False  # only what the asking party itself holds
    ahead: int = 0  # a date: at least so many days from today
    past: bool = False  # a date: may lie in the past
    partners: tuple[str, ...] = ()  # a party: one with any of these roles

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Approval(Row):
    """Whose word a request needs. Those of one order are asked together, the next order after them."""

    request: str
    by: str  # asker, desk or partner
    role: str
    because: str
    order: int = 1
    people: int = 1  # so many different people
    four_eyes: bool = True  # not whoever asked
    delegates: bool = False  # whoever acts for that party by a delegation may approve too
    named_in: str = ""  # the field that names the partner
    object_within_days: int = 0  # working days to object in; after them silence is consent


@dataclass(frozen=True, kw_only=True)
class FulfilmentTask(Row):
    """A step of the work. Those of one order stand open together, the next order after them."""

    request: str
    name: str
    order: int
    by: str  # asker, desk, or another desk's key
    what: str = ""  # what another desk is asked
    system: str = ""
    minutes: int = 0  # 0: nobody has published a figure, and the operator has set none
    calendar: str = ""
    proof: str = ""  # read off the records of that kind; nobody ticks it


@dataclass(frozen=True, kw_only=True)
class Term(Row):
    """A word of the market, and what else people call it."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Distributor(Row):
    mpid: str
    name: str
    area: str = ""
    gsp_group: str = ""
    independent: bool = False


@dataclass(frozen=True, kw_only=True)
class Interface(Row):
    name: str
    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    events: tuple[str, ...] = ()


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
