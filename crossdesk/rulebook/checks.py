"""Rows that read well one by one may still not fit together: these checks look across the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .book import Rulebook
from .escalating import ACTIONS, REACHES, ROOM
from .exchanging import brakes, fallbacks, reaches
from .kinds import KINDS
from .operations import misfits
from .problem import Problem
from .requesting import FIELDS, GROUPS, PROOFS, ROLES, unfit
from .rerouting import WHENS, reroutes
from .rows.row import Row, Threshold
from .signals import KINDS as DETECTS
from .signals import SIDES, faults

NATURES = ("technical", "business", "message")
DESK_KINDS = ("service", "help")
MEASURED = ("respond", "update", "resolve")
DIRECTIONS = ("outward", "inward")
REPORTER = "reporter"
COLUMNS = ("cross-party", "major")
CHANNELS = ("letter", "status-page")
COUNTS_FROM = ("stood-down", "closed")
APPROVALS = ("lead", "second-person")

# (kind of row, its field, the kind of row that the field names)
REFERENCES = (
    ("stakeholders", "roles", "roles"),
    ("roles", "within", "roles"),
    ("systems", "run_by", "roles"),
    ("desks", "owner_role", "roles"),
    ("desks", "may_raise", "roles"),
    ("desks", "covers", "query_types"),
    ("desks", "asks_for", "evidence"),
    ("query_types", "system", "systems"),
    ("query_types", "process", "processes"),
    ("query_types", "evidence", "evidence"),
    ("query_types", "confused_with", "query_types"),
    ("contents", "evidence", "evidence"),
    ("scenarios", "systems", "systems"),
    ("scenarios", "evidence", "evidence"),
    ("phrases", "scenario", "scenarios"),
    ("modes", "declared_by", "desks"),
    ("widenings", "mode", "modes"),
    ("widenings", "senders", "roles"),
    ("widenings", "engages", "desks"),
    ("homes", "mode", "modes"),
    ("homes", "desk", "desks"),
    ("homes", "queries", "query_types"),
    ("market_processes", "systems", "systems"),
    ("matrix", "impact", "levels"),
    ("matrix", "urgency", "levels"),
    ("matrix", "priority", "priorities"),
    ("faults", "system", "systems"),
    ("faults", "priority", "priorities"),
    ("targets", "system", "systems"),
    ("targets", "priority", "priorities"),
    ("escalations", "desk", "desks"),
    ("reroutes", "to", "desks"),
    ("reroutes", "desks", "desks"),
    ("reroutes", "systems", "systems"),
    ("case_reviews", "priorities", "priorities"),
    ("plans", "audience", "audiences"),
    ("plans", "scenario", "scenarios"),
    ("requests", "desk", "desks"),
    ("requests", "query_type", "query_types"),
    ("requests", "system", "systems"),
    ("requests", "priority", "priorities"),
    ("requests", "asked_by", "roles"),
    ("fields", "request", "requests"),
    ("fields", "partners", "roles"),
    ("approvals", "request", "requests"),
    ("approvals", "named_in", "fields"),
    ("tasks", "request", "requests"),
    ("tasks", "system", "systems"),
    ("detectors", "unless", "detectors"),
    ("detectors", "desk", "desks"),
    ("detectors", "query_type", "query_types"),
    ("detectors", "system", "systems"),
    ("detectors", "scenario", "scenarios"),
    ("families", "desks", "desks"),
    ("codes", "family", "families"),
)
CHOICES = (
    ("desks", "kind", DESK_KINDS),
    ("query_types", "nature", NATURES),
    ("targets", "measure", MEASURED),
    ("case_reviews", "measure", MEASURED),
    ("contents", "direction", DIRECTIONS),
    ("levels", "scale", ("impact", "urgency")),
    ("phrases", "column", COLUMNS),
    ("escalations", "reaches", REACHES),
    ("escalations", "room", ROOM),
    ("escalations", "actions", tuple(ACTIONS)),
    ("reroutes", "when", WHENS),
    ("plans", "channel", CHANNELS),
    ("plans", "approval", APPROVALS),
    ("deadlines", "counts_from", COUNTS_FROM),
    ("requests", "group", GROUPS),
    ("fields", "kind", FIELDS),
    ("approvals", "role", ROLES),
    ("tasks", "proof", PROOFS),
    ("readings", "side", ("", "nobody", *SIDES)),
    ("detectors", "kind", DETECTS),
)


@dataclass(frozen=True)
class Checking:
    book: Rulebook
    names: Mapping[str, frozenset[str]]  # every key written, also of rows that could not be read
    files: Mapping[tuple[str, str], str]

    def problem(self, kind: str, key: str, what: str, remedy: str) -> Problem:
        file = self.files.get((kind, key), f"{KINDS[kind].file}.toml")
        return Problem(file, f"{KINDS[kind].table} {key}", what, remedy)


def check(book: Rulebook, names: Mapping[str, frozenset[str]], files: Mapping[tuple[str, str], str]) -> list[Problem]:
    checking = Checking(book, names, files)
    return [
        *references(checking),
        *choices(checking),
        *owners(checking),
        *coverage(checking),
        *choosing(checking),
        *scenarios(checking),
        *numbers(checking),
        *matrix(checking),
        *escalations(checking),
        *brakes(checking),
        *fallbacks(checking),
        *reaches(checking),
        *recurrences(checking),
        *reroutes(checking),
        *phrases(checking),
        *communications(checking),
        *(checking.problem(*wrong) for wrong in (*misfits(book), *unfit(book), *faults(book))),
        *circles(checking),
    ]


def named(row: Row, field: str) -> tuple[str, ...]:
    value = getattr(row, field)
    if isinstance(value, tuple):
        return value
    return (value,) if value else ()


def references(checking: Checking) -> Iterator[Problem]:
    for kind, field, target in REFERENCES:
        for key, row in checking.book.rows(kind).items():
            for name in named(row, field):
                if name not in checking.names[target]:
                    thing = KINDS[target].table.replace("_", " ")
                    yield checking.problem(
                        kind,
                        key,
                        f"`{field}` names the {thing} {name}, which does not exist.",
                        f"Correct the name, or add the {thing} to {KINDS[target].file}.toml.",
                    )


def choices(checking: Checking) -> Iterator[Problem]:
    for kind, field, allowed in CHOICES:
        for key, row in checking.book.rows(kind).items():
            value = getattr(row, field)
            for each in value if isinstance(value, tuple) else (value,):
                if each not in allowed:
                    yield checking.problem(kind, key, f"`{field}` is {each}.", f"Use one of: {', '.join(allowed)}.")


def owners(checking: Checking) -> Iterator[Problem]:
    for key, desk in checking.book.desks.items():
        if not desk.owner.strip():
            yield checking.problem("desks", key, "Nobody owns this desk.", "Name its owner.")
        if not desk.may_raise:
            yield checking.problem("desks", key, "Nobody may raise a case here.", "List roles in may_raise.")
        if not desk.covers:
            yield checking.problem("desks", key, "The desk covers no query type.", "List what it covers.")


def coverage(checking: Checking) -> Iterator[Problem]:
    if len(checking.book.desks) < len(checking.names["desks"]):
        return  # a desk that cannot be read may be the one that covers it
    for key, query in checking.book.query_types.items():
        if query.nature != "message" and not checking.book.desks_covering(key) and not checking.book.home_of(key):
            yield checking.problem(
                "query_types", key, "No desk covers this query type.", "Add it to a desk's `covers`, or to a home."
            )


def choosing(checking: Checking) -> Iterator[Problem]:
    """Where two desks are offered for one query, each says when to choose it."""
    book = checking.book
    for key, query in book.query_types.items():
        offered = {desk.key: desk for name in (key, *query.confused_with) for desk in book.desks_covering(name)}
        for desk in offered.values() if len(offered) > 1 else ():
            if not desk.difference:
                yield checking.problem(
                    "desks",
                    desk.key,
                    f"Another desk is also offered for {key}, and this one does not say how to choose.",
                    "Add `difference`, one sentence.",
                )


def scenarios(checking: Checking) -> Iterator[Problem]:
    rows: dict[int, str] = {}
    for key, scenario in checking.book.scenarios.items():
        if not scenario.first_investigators:
            yield checking.problem(
                "scenarios", key, "Nobody investigates first.", f"Name roles, or {REPORTER}, in first_investigators."
            )
        for name in scenario.first_investigators:
            if name != REPORTER and name not in checking.names["roles"]:
                yield checking.problem(
                    "scenarios",
                    key,
                    f"`first_investigators` names the role {name}, which does not exist.",
                    f"Correct the name, use {REPORTER}, or add the role to roles.toml.",
                )
        if scenario.row in rows:
            yield checking.problem(
                "scenarios", key, f"Row {scenario.row} is also {rows[scenario.row]}.", "Give each scenario its own row."
            )
        rows.setdefault(scenario.row, key)
        if wrong_way_round(scenario.cross_party, scenario.major):
            yield checking.problem(
                "scenarios",
                key,
                "The major threshold lies below the cross-party threshold.",
                "Check which number belongs to which.",
            )


def wrong_way_round(cross_party: Threshold, major: Threshold) -> bool:
    return bool(cross_party.measure) and cross_party.measure == major.measure and major.count < cross_party.count


def numbers(checking: Checking) -> Iterator[Problem]:
    for key, target in checking.book.targets.items():
        if target.minutes < 0:
            yield checking.problem("targets", key, "`minutes` is below zero.", "Use 0 where no figure is set.")
        if target.published and not target.minutes:
            yield checking.problem(
                "targets", key, "A published target has no figure.", "Add minutes, or say published = false."
            )
    for key, deadline in checking.book.deadlines.items():
        if deadline.minutes < 0:
            yield checking.problem("deadlines", key, "`minutes` is below zero.", "Use 0 where no figure is set.")
    for key, asked in checking.book.case_reviews.items():
        if asked.days < 1:
            yield checking.problem("case_reviews", key, "`days` is below one.", "Give at least one day for the review.")
        if not asked.priorities:
            yield checking.problem("case_reviews", key, "It is for no priority.", "List priorities, such as P1 and P2.")


def matrix(checking: Checking) -> Iterator[Problem]:
    levels: Mapping[str, list[str]] = {"impact": [], "urgency": []}
    for level in checking.book.levels.values():
        levels.get(level.scale, []).append(level.key)
    cells = [(cell.impact, cell.urgency) for cell in checking.book.matrix.values()]
    for impact in levels["impact"]:
        for urgency in levels["urgency"]:
            if cells.count((impact, urgency)) != 1:
                found = "twice or more" if (impact, urgency) in cells else "not at all"
                yield checking.problem(
                    "matrix",
                    f"{impact} × {urgency}",
                    f"This pair stands in the matrix {found}.",
                    "Give each pair of impact and urgency exactly one priority.",
                )


def escalations(checking: Checking) -> Iterator[Problem]:
    tiers = {tier.number for tier in checking.book.tiers.values()}
    for key, level in checking.book.escalations.items():
        if not 1 <= level.percent <= 1000:
            yield checking.problem(
                "escalations", key, "`percent` is not between 1 and 1000.", "100 is the whole target, 200 twice of it."
            )
        if level.tier not in tiers:
            yield checking.problem(
                "escalations",
                key,
                f"Tier {level.tier} does not exist.",
                f"Use one of: {', '.join(str(number) for number in sorted(tiers))}.",
            )


def recurrences(checking: Checking) -> Iterator[Problem]:
    for key, rule in checking.book.recurrences.items():
        if rule.cases < 2 or not 1 <= rule.days <= 366:
            yield checking.problem(
                "recurrences",
                key,
                "`cases` is below 2, or `days` is not between 1 and 366.",
                "Give how many cases within how many days are one thing that recurs.",
            )


def phrases(checking: Checking) -> Iterator[Problem]:
    """Every worded threshold has exactly one reading, and it is of the words that stand there."""
    book = checking.book
    for key, phrase in book.phrases.items():
        counted = phrase.measured is not None and not phrase.measured.phrase
        if counted == bool(phrase.question):
            yield checking.problem(
                "phrases",
                key,
                "The phrase is judged by both a count and a question, or by neither.",
                "Keep one of them.",
            )
    for key, scenario in book.scenarios.items():
        for column, threshold in (("cross-party", scenario.cross_party), ("major", scenario.major)):
            readings = [each for each in book.phrases.values() if (each.scenario, each.column) == (key, column)]
            wanted = [threshold.phrase] if threshold.phrase else []
            if [each.as_written for each in readings] != wanted:
                written = f"“{threshold.phrase}”" if threshold.phrase else "a number, which needs no reading"
                yield checking.problem(
                    "scenarios",
                    key,
                    f"Its {column} threshold is {written}, and phrases.toml has {len(readings)} readings of it.",
                    "Give each worded threshold one row in phrases.toml with the same words in `as_written`.",
                )


def communications(checking: Checking) -> Iterator[Problem]:
    book, widths = checking.book, [each.order for each in checking.book.audiences.values()]
    for key, audience in book.audiences.items():
        if widths.count(audience.order) > 1:
            yield checking.problem(
                "audiences",
                key,
                f"Another audience has `order` {audience.order} too.",
                "Say which of the two is wider.",
            )
    pairs = [(plan.audience, plan.scenario) for plan in book.plans.values()]
    for key, plan in book.plans.items():
        if min(plan.declared, plan.stood_down) < 0:
            yield checking.problem("plans", key, "Its minutes are below zero.", "Use 0 where no figure is set.")
        if pairs.count((plan.audience, plan.scenario)) > 1:
            yield checking.problem("plans", key, "The same audience and scenario have two rows.", "Keep one of them.")
        told = book.audiences.get(plan.audience)
        if told and told.market_wide and plan.approval != "second-person":
            yield checking.problem(
                "plans",
                key,
                "A market-wide notice would leave on one person's word.",
                'Say approval = "second-person".',
            )


def circles(checking: Checking) -> Iterator[Problem]:
    for key, role in checking.book.roles.items():
        wider = role.within
        for _ in checking.book.roles:
            if wider == key:
                yield checking.problem("roles", key, "The role lies within itself.", "Break the circle of `within`.")
                break
            wider = checking.book.roles[wider].within if wider in checking.book.roles else ""
