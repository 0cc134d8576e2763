"""The desk gate: which desk a query belongs to, decided before a case is raised, with the clause that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .book import Rulebook
from .rows.desks import Desk, Home, Process, QueryType

Kind = Literal["raise", "choose", "existing route", "procedure"]

INTEGRATION = "dip-technical-integration"
MANY_MESSAGES = "dip-message-failure"  # what rejected messages are once there are many
MANY_MPANS = "missing-mpan-data"  # the scenario whose threshold says how many MPANs are many
KNOWLEDGE, SDEP, HELP_DESK = "knowledge", "SDEP", "LDSO help desk"


@dataclass(frozen=True)
class Question:
    """What a raiser has told the gate so far. Empty means that it was not said."""

    query_type: str
    roles: frozenset[str] = frozenset()
    nature: str = ""
    area: str = ""  # a distributor's number, an MPAN, or the party suspected
    mpans: int = 0
    technical_integration: bool = False
    bulk: bool = False
    on: date | None = None  # the day it is asked; without one, no home is open yet


@dataclass(frozen=True)
class Offer:
    desk: str
    name: str
    difference: str = ""  # said only where there is a choice
    of: str = ""  # whose desk, where every party of a role runs its own
    ask: str = ""  # what is still needed to know whose


@dataclass(frozen=True)
class Withheld:
    desk: str
    because: str


@dataclass(frozen=True)
class Gate:
    desks: tuple[Offer, ...]
    kind: Kind
    why: str
    source: str
    existing_route: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    notes: tuple[str, ...] = ()


def gate(book: Rulebook, question: Question) -> Gate:
    process = outside_process(book, question.query_type)
    if process is not None:
        return Gate((), "procedure", f"{process.name} keeps its own procedure. {process.procedure}", process.source)
    if question.technical_integration or question.query_type == INTEGRATION:
        return integration(book, question)
    query = book.query_types[question.query_type]
    if home := book.home_of(query.key):
        return homeless(book, question, home)
    nature = question.nature or query.nature
    single = "message" in (nature, query.nature) and not is_many(book, question)
    # "business" moves a technical query off the service desk; what is covered as business stays with its desk
    if single or (nature == "business" and query.nature == "technical"):
        return existing_route(book, question, query, single=single)
    if query.nature == "message":
        return many_messages(book, question, query)
    return covered(book, question, query)


def outside_process(book: Rulebook, key: str) -> Process | None:
    """The process with a procedure of its own that this query belongs to, if any."""
    name = book.query_types[key].process if key in book.query_types else key
    process = book.processes.get(name)
    return process if process and not process.inside else None


def is_many(book: Rulebook, question: Question) -> bool:
    scenario = book.scenarios.get(MANY_MPANS)
    crossed = scenario.cross_party.crossed({"mpans": question.mpans}) if scenario else None
    return question.bulk or bool(crossed)


def integration(book: Rulebook, question: Question) -> Gate:
    query = book.query_types[INTEGRATION]
    offers, withheld = sort_out(book, question, book.desks_covering(INTEGRATION))
    why = (
        "Technical integration, such as DIP connectivity, certificates and endpoints, is always raised to Elexon "
        "Service Management, not to a distributor or another participant."
    )
    return Gate(offers, kind_of(offers), why, query.source, withheld=withheld)


def homeless(book: Rulebook, question: Question, home: Home) -> Gate:
    """What fits no desk: the Programme's while it runs, and afterwards that of the desk the rules name."""
    if not home.is_open(question.on):
        day = f"It closes on {home.closes:%-d %b %Y}. " if home.closes else "The day it closes is not published. "
        return Gate((), "existing route", f"No desk covers this. {home.until_then} {day}".strip(), home.source)
    offers, withheld = sort_out(book, question, [book.desks[home.desk]])
    why = f"No desk covers this, so the {book.desks[home.desk].name} takes it as {home.name}."
    return Gate(offers, kind_of(offers), why, home.source, withheld=withheld)


def existing_route(book: Rulebook, question: Question, query: QueryType, *, single: bool) -> Gate:
    helping = [desk for desk in book.desks_covering(query.key) if desk.kind == "help"]
    offers, withheld = sort_out(book, question, helping)
    what = "One message refused while the system works" if single else "A question of business process or data"
    why = f"{what} is not for a service desk: use the knowledge articles or the route that the parties already have."
    routes = (KNOWLEDGE, SDEP, HELP_DESK)
    return Gate(offers, "existing route", why, "CPSD Approach v0.7, section 1.4 (b)", routes, withheld)


def many_messages(book: Rulebook, question: Question, query: QueryType) -> Gate:
    offers, withheld = sort_out(book, question, book.desks_covering(MANY_MESSAGES))
    why = (
        "Many messages refused together are no longer a single message: the system may not be operating as expected, "
        "and that is for the service desk."
    )
    notes = mpan_notes(book, question, query)
    return Gate(offers, kind_of(offers), why, "CPSD Approach v0.7, section 1.4 (a)", (KNOWLEDGE,), withheld, notes)


def covered(book: Rulebook, question: Question, query: QueryType) -> Gate:
    keys = (query.key, *query.confused_with)
    desks = list(dict.fromkeys(desk for key in keys for desk in book.desks_covering(key)))
    offers, withheld = sort_out(book, question, desks)
    notes = mpan_notes(book, question, query)
    if offers:
        source = "; ".join(book.desks[offer.desk].source for offer in offers)
        return Gate(offers, kind_of(offers), covered_words(query, offers), source, (), withheld, notes)
    instead = [desk for desk in helping_instead(book, desks) if is_open(book, desk, question.roles)]
    offers, _ = sort_out(book, question, instead)
    why = "No desk that covers this is open to your role. " + " ".join(desk.because for desk in withheld)
    source = "; ".join(book.desks[desk.desk].source for desk in withheld)
    routes = (HELP_DESK,) if instead else (KNOWLEDGE, SDEP)
    return Gate(offers, "existing route", why, source, routes, withheld, notes)


def covered_words(query: QueryType, offers: tuple[Offer, ...]) -> str:
    names = " and the ".join(offer.name for offer in offers)
    if len(offers) == 1:
        return f"The {names} covers this: {query.name}."
    return f"The {names} may each cover this: {query.name}. Choose by the difference."


def helping_instead(book: Rulebook, desks: Iterable[Desk]) -> list[Desk]:
    """The help desks of the owners whose service desks face inward."""
    owners = {desk.owner_role for desk in desks if not desk.outsiders}
    return [desk for desk in book.desks.values() if desk.kind == "help" and desk.owner_role in owners]


def is_open(book: Rulebook, desk: Desk, roles: frozenset[str]) -> bool:
    """Before a raiser has said a role, every desk that outsiders may use stands open."""
    return book.may_raise(desk.key, roles) if roles else desk.outsiders


def sort_out(
    book: Rulebook, question: Question, desks: Iterable[Desk]
) -> tuple[tuple[Offer, ...], tuple[Withheld, ...]]:
    desks = tuple(desks)
    opened = [desk for desk in desks if is_open(book, desk, question.roles)]
    offers = tuple(offer(book, question, desk, choice=len(opened) > 1) for desk in opened)
    return offers, tuple(Withheld(desk.key, why_not(book, desk)) for desk in desks if desk not in opened)


def why_not(book: Rulebook, desk: Desk) -> str:
    who = ", ".join(book.roles[role].name for role in desk.may_raise)
    inward = "faces inward and " if not desk.outsiders else ""
    return f"The {desk.name} {inward}takes cases only from: {who}."


def offer(book: Rulebook, question: Question, desk: Desk, *, choice: bool) -> Offer:
    of, ask = whose(book, desk, question.area) if desk.each else ("", "")
    return Offer(desk.key, desk.name, desk.difference if choice else "", of, ask)


def whose(book: Rulebook, desk: Desk, area: str) -> tuple[str, str]:
    """Whose desk it is, or the question that would tell."""
    if desk.owner_role != "ldso":
        return area, "" if area else f"Say which {book.roles[desk.owner_role].name.lower()} it is."
    if not area[:2].isdecimal():
        return area, "" if area else "Give the MPAN, or its first two digits: they name the distributor."
    distributor = book.distributors.get(area[:2])
    if distributor is None:
        return "", f"No distributor {area[:2]} is on the list: say which one it is."
    return f"{distributor.key} {distributor.mpid} {distributor.area or distributor.name}", ""


def kind_of(offers: tuple[Offer, ...]) -> Kind:
    if not offers:
        return "existing route"
    return "choose" if len(offers) > 1 else "raise"


def mpan_notes(book: Rulebook, question: Question, query: QueryType) -> tuple[str, ...]:
    scenario = book.scenarios.get(MANY_MPANS)
    if scenario is None or "mpan" not in query.evidence:
        return ()
    thresholds = (("cross-party", scenario.cross_party), ("major incident", scenario.major))
    return tuple(
        f"{question.mpans:,} MPANs crosses the {name} threshold for incorrect or missing MPAN data: {threshold.text} "
        f"({scenario.source})."
        for name, threshold in thresholds
        if threshold.crossed({"mpans": question.mpans})
    )
