"""The market's own reference as something to search: interfaces, events, stages, codes, queries, desks, words.

It needs no row of a database: it is there from the first start, from the edition in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from . import ranking
from .asking import Asked
from .book import Rulebook
from .ranking import Weighed, weighed
from .worked_out import once

EVENTS = "events"
"""Not a kind of row: what the interfaces carry, each with those that carry it."""
EXACT = 60.0
DESK, MEANING = 1.5, 1.35


@dataclass(frozen=True)
class Entry:
    """`kind` and `key` name it; `what` says in a word or two what it is."""

    kind: str
    key: str
    what: str
    title: str
    text: str
    also: tuple[str, ...] = ()
    favoured: float = 1.0
    """Of two that go by the same words, what people are more often after."""


@dataclass(frozen=True)
class Hit:
    entry: Entry
    score: float


@dataclass(frozen=True)
class Index:
    entries: tuple[Entry, ...]
    texts: tuple[Weighed, ...]
    says: Mapping[str, float]
    held_by: Mapping[str, tuple[int, ...]]
    by_code: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def search(book: Rulebook, asked: Asked, at_most: int) -> list[Hit]:
    """Best first."""
    index = indexed(book)
    exact = {at for word in asked.written for at in index.by_code.get(word, ())}
    hits = []
    for at in sorted({*_holding(index, asked), *exact}):
        entry = index.entries[at]
        found = ranking.score(asked, index.texts[at], index.says) * entry.favoured * _after(asked, entry)
        if at in exact:
            found += EXACT
        if found:
            hits.append(Hit(entry, found))
    hits.sort(key=lambda hit: -hit.score)
    return hits[:at_most]


def _holding(index: Index, asked: Asked) -> Iterator[int]:
    for term, ways in asked.groups:
        yield from index.held_by.get(term, ())
        for way in ways:
            yield from index.held_by.get(way[0], ())
    if asked.groups:
        last = asked.groups[-1][0]
        if len(last) >= 3 and last not in index.held_by:
            yield from (at for term, held in index.held_by.items() if term.startswith(last) for at in held)


def _after(asked: Asked, entry: Entry) -> float:
    if asked.after_desk and entry.kind in {"query_types", "desks"}:
        return DESK
    return MEANING if asked.after_meaning and entry.kind in {"terms", "codes", "systems", "roles", EVENTS} else 1.0


def entry_of(book: Rulebook, kind: str, key: str) -> Entry | None:
    return next((each for each in indexed(book).entries if (each.kind, each.key) == (kind, key)), None)


@once
def keys(book: Rulebook) -> frozenset[tuple[str, str]]:
    """Kind and key of everything that has a page of its own."""
    return frozenset((each.kind, each.key) for each in indexed(book).entries)


@once
def indexed(book: Rulebook) -> Index:
    entries = tuple(_entries(book))
    texts = tuple(weighed(each.title, (each.key, *each.also), each.text) for each in entries)
    held: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        for term in text.counts:
            held.setdefault(term, []).append(at)
    codes: dict[str, list[int]] = {}
    for at, each in enumerate(entries):
        if each.kind in {"codes", "interfaces", EVENTS}:
            codes.setdefault(each.key.lower().replace("-", ""), []).append(at)
    return Index(
        entries,
        texts,
        ranking.tells_apart(texts),
        {term: tuple(places) for term, places in held.items()},
        {code: tuple(places) for code, places in codes.items()},
    )


def _entries(book: Rulebook) -> Iterator[Entry]:
    yield from _queries(book)
    yield from _desks(book)
    yield from _messages(book)
    yield from _codes(book)
    yield from _journal(book)
    yield from _systems(book)
    yield from _terms(book)
    yield from _ways_of_working(book)


def _queries(book: Rulebook) -> Iterator[Entry]:
    for query in book.query_types.values():
        desks = ", ".join(desk.name for desk in book.desks_covering(query.key))
        system = book.systems[query.system].name if query.system else ""
        asks = ", ".join(book.evidence[key].label for key in query.evidence if key in book.evidence)
        whom = f"Ask the {desks}." if desks else "A help desk, or knowledge articles."
        text = f"{query.nature} query. {whom} Bring: {asks}. {system}"
        yield Entry("query_types", query.key, "Who to ask", query.name, text, query.words, 1.25)


def _desks(book: Rulebook) -> Iterator[Entry]:
    for desk in book.desks.values():
        covers = ", ".join(book.query_types[key].name for key in desk.covers if key in book.query_types)
        whose = (
            desk.owner,
            desk.provider,
            *([book.roles[desk.owner_role].name] if desk.owner_role in book.roles else []),
        )
        yield Entry("desks", desk.key, "Desk", desk.name, f"Covers {covers}. {desk.difference}", whose)


def _messages(book: Rulebook) -> Iterator[Entry]:
    carried: dict[str, list[str]] = {}
    for row in book.interfaces.values():
        both = f"From {', '.join(row.senders)} to {', '.join(row.receivers) or 'not published'}."
        also = (row.key.replace("IF-", "PUB-"), *row.events)
        favoured = 0.7 if row.key.startswith("REP") else 1.1
        yield Entry(
            "interfaces",
            row.key,
            "Interface",
            f"{row.key} {row.name}",
            f"{both} {' '.join(row.events)}",
            also,
            favoured,
        )
        for event in row.events:
            carried.setdefault(event, []).append(row.key)
    for event, keys in carried.items():
        names = ", ".join(f"{key} {book.interfaces[key].name}" for key in keys)
        yield Entry(EVENTS, event, "Event", event, f"An event of the DIP, carried by {names}.", tuple(keys), 0.9)


def _codes(book: Rulebook) -> Iterator[Entry]:
    for code in book.codes.values():
        family = book.families[code.family]
        text = f"{code.meaning} {family.name}. Answered by the {family.answered_by}."
        yield Entry("codes", code.key, "Response code", f"{code.key}: {code.meaning}", text, (), 0.8)
    for row in book.families.values():
        text = f"{row.range}. Answered by the {row.answered_by}. {row.help_desk}"
        yield Entry(
            "families",
            row.key,
            "Rejection codes",
            f"{row.name} ({row.range})",
            text,
            ("rejection codes", row.range.split("-")[0].rstrip("0123456789")),
        )


def _journal(book: Rulebook) -> Iterator[Entry]:
    for row in book.journal.values():
        yield Entry(
            "journal",
            row.key,
            "Stage of the DIP's journal",
            f"{row.name} in the DIP's journal",
            f"A message there is: {', '.join(row.statuses)}.",
            (*row.statuses, "message tracker", "DIP Portal"),
        )
    for reading in book.readings.values():
        yield Entry(
            "readings",
            reading.key,
            "How to read the journal",
            f"{', '.join(reading.statuses)}: {reading.means}",
            reading.look_at,
            ("journal", "delivery status", "DIP Portal"),
        )


def _systems(book: Rulebook) -> Iterator[Entry]:
    for system in book.systems.values():
        run_by = book.roles[system.run_by].name
        yield Entry(
            "systems",
            system.key,
            "System",
            f"{system.name} ({system.code})",
            f"Run by {run_by}. Governed by {system.governed_by}. {system.note}",
            (system.code, *system.words),
        )
    for role in book.roles.values():
        yield Entry(
            "roles", role.key, "Market role", role.name, f"Code {role.code}." if role.code else "", (role.code,), 0.8
        )
    for row in book.distributors.values():
        yield Entry(
            "distributors",
            row.key,
            "Distributor",
            f"{row.key} {row.name}",
            f"MPID {row.mpid}. {row.area} {row.gsp_group}. MPANs that begin with {row.key}.",
            (row.mpid, "distributor", "MPAN area"),
            0.8,
        )


def _terms(book: Rulebook) -> Iterator[Entry]:
    for term in book.terms.values():
        yield Entry("terms", term.key, "Word", term.name, term.meaning, term.also, 0.75)


def _ways_of_working(book: Rulebook) -> Iterator[Entry]:
    for row in book.scenarios.values():
        edges = f"Cross-party from: {row.cross_party.text}. Major incident from: {row.major.text}."
        text = f"{edges} First investigator: {row.first_investigator_as_written}."
        yield Entry(
            "scenarios",
            row.key,
            "Scenario and threshold",
            row.trigger,
            text,
            (f"row {row.row}", "threshold", "cross-party", "major incident threshold"),
            0.8,
        )
    for process in book.processes.values():
        yield Entry(
            "processes",
            process.key,
            "Process",
            process.name,
            f"{process.purpose} {process.procedure} {process.cross_party}",
            process.words,
            0.85,
        )
    for evidence in book.evidence.values():
        yield Entry(
            "evidence", evidence.key, "Evidence", evidence.label, f"{evidence.what} {evidence.how}", ("evidence",), 0.8
        )
    for each in book.outcomes.values():
        yield Entry(
            "outcomes", each.key, "Outcome of triage", each.name, f"{each.finding} {each.then}", ("triage",), 0.8
        )
    for stage in book.stages.values():
        yield Entry("stages", stage.key, "Stage of a case", stage.name, stage.meaning, ("case stage",), 0.8)
    for priority in book.priorities.values():
        yield Entry("priorities", priority.key, "Priority", priority.name, priority.meaning, (priority.key,), 0.9)
    for mode in book.modes.values():
        yield Entry(
            "modes", mode.key, "Operations", mode.name, f"{mode.meaning} {' '.join(mode.applies_when)}", (), 0.8
        )
