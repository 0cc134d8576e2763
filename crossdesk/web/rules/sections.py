"""The market's rules as tables for readers: which columns each kind of row shows, in the order of the page."""

from __future__ import annotations

from typing import Any

from crossdesk.rulebook import Rulebook
from crossdesk.web.rules.in_majors import IN_MAJORS
from crossdesk.web.rules.in_requests import IN_REQUESTS
from crossdesk.web.rules.section import Section, duration, named, said

REPORTER = "whoever reports it"


def covered_by(book: Rulebook, key: str) -> str:
    if home := book.home_of(key):
        return f"{book.desks[home.desk].name}, as {home.name}, once the Programme has closed"
    return ", ".join(desk.name for desk in book.desks_covering(key)) or "a help desk, or knowledge articles"


def first_investigators(book: Rulebook, scenario: Any) -> str:
    """As written, and the roles it is read as where the words differ."""
    roles = {**{key: row.name for key, row in book.roles.items()}, "reporter": REPORTER}
    written, read = scenario.first_investigator_as_written, [roles[key] for key in scenario.first_investigators]
    same = written.casefold().rstrip("s") == " / ".join(read).casefold()
    return written if same else f"{written} ({', '.join(read)})"


def target_of(book: Rulebook, row: Any) -> str:
    where = book.systems[row.system].name if row.system else "any system"
    return f"{row.priority}, {row.measure}, {where}"


SIDES = {
    "sender": "the sender's",
    "recipient": "the recipient's own system",
    "endpoint": "the recipient's endpoint",
    "dip": "the DIP's",
    "nobody": "nobody's: it is settled",
}


def noticed_from(row: Any) -> str:
    if row.kind == "missing":
        return f"below {row.below_percent} % of what is usual, where that is at least {row.usually_at_least:,}"
    measures = {"mpans": "MPANs", "messages": "messages", "senders": "senders", "recipients": "recipients"}
    figures = [f"{getattr(row, name):,} {words}" for name, words in measures.items() if getattr(row, name)]
    usual = f", and {row.times_usual} times what is usual" if row.times_usual else ""
    return f"more than {' or '.join(figures)} within {row.minutes} minutes{usual}"


SECTIONS = (
    Section(
        "desks",
        "Service desks and help desks",
        "Which desk takes what. Where two cover the same query both are offered, with the difference.",
        {
            "Desk": said("name"),
            "Owner, provider": lambda _, row: f"{row.owner}, {row.provider}",
            "Covers": lambda book, row: named(book.query_types, row.covers),
            "Takes cases from": lambda book, row: named(book.roles, row.may_raise),
            "When to choose it": said("difference"),
        },
    ),
    Section(
        "query_types",
        "Query types",
        "Technical faults go to a service desk; business and single-message queries go to a help desk.",
        {
            "Query": said("name"),
            "Nature": said("nature"),
            "Desk": lambda book, row: covered_by(book, row.key),
            "Evidence asked for": lambda book, row: named(book.evidence, row.evidence, "label"),
        },
    ),
    Section(
        "scenarios",
        "Scenarios and their thresholds",
        "Appendix B. A number is counted over distinct, valid MPANs; a phrase is judged by a person.",
        {
            "Trigger": lambda _, row: f"{row.row}. {row.trigger}",
            "First investigator": first_investigators,
            "Cross-party from": lambda _, row: row.cross_party.text,
            "Major incident from": lambda _, row: row.major.text,
        },
    ),
    Section(
        "matrix",
        "Priority from impact and urgency",
        "Nobody has published a matrix; the operator's own rows take the place of these.",
        {
            "Impact": lambda book, row: book.levels[row.impact].name,
            "Urgency": lambda book, row: book.levels[row.urgency].name,
            "Priority": said("priority"),
        },
    ),
    Section(
        "faults",
        "Faults whose priority is published",
        "For these the matrix is not asked.",
        {
            "Fault": said("name"),
            "System": lambda book, row: book.systems[row.system].name,
            "Priority": said("priority"),
        },
    ),
    Section(
        "targets",
        "Targets",
        "Only a published or set figure runs a clock.",
        {"Target": target_of, "Time": lambda _, row: duration(row.minutes)},
    ),
    Section(
        "outcomes",
        "Outcomes of triage",
        "Principle (c): every desk answers what is raised to it in one of three ways.",
        {
            "Outcome": said("name"),
            "When": said("finding"),
            "Then": said("then"),
        },
    ),
    Section(
        "stages",
        "Stages of a case",
        "From raised to closed.",
        {"Stage": said("name"), "Meaning": said("meaning")},
    ),
    Section(
        "steps",
        "Who is responsible in each step",
        "The swim lane of section 8.",
        {
            "Step": said("name"),
            "Responsible": lambda _, row: ", ".join(row.responsible).replace("-", " "),
        },
    ),
    Section(
        "contents",
        "What a case contains",
        "Outward: raised by the Elexon Service Desk to another. Inward: received by it.",
        {"Item": said("item"), "Direction": said("direction")},
    ),
    Section(
        "evidence",
        "Evidence by name",
        "What is missing is asked for once, in these words.",
        {"Evidence": said("label"), "What": said("what"), "How": said("how")},
    ),
    Section(
        "processes",
        "Processes inside and outside the desk",
        "A query of an outside process is sent to its own procedure.",
        {
            "Process": said("name"),
            "Here": lambda _, row: "inside" if row.inside else "outside",
            "Purpose or procedure": lambda _, row: row.purpose or row.procedure,
        },
    ),
    Section(
        "modes",
        "Kinds of operations",
        "Special operations widen the scope of the central desk, in rare circumstances only.",
        {
            "Operations": said("name"),
            "Meaning": said("meaning"),
            "When": lambda _, row: "; ".join(row.applies_when),
            "Declared by": lambda book, row: named(book.desks, row.declared_by),
            "At most": lambda _, row: f"{row.at_most_hours} hours" if row.at_most_hours else "",
        },
    ),
    Section(
        "widenings",
        "What special operations widen",
        "On the cases in their scope and only inside their period; whose they are now stands under Operations.",
        {
            "What": said("name"),
            "Meaning": said("meaning"),
            "Senders": lambda book, row: named(book.roles, row.senders),
            "Engage": lambda book, row: named(book.desks, row.engages),
        },
    ),
    Section(
        "homes",
        "Queries that fit no desk",
        "Taken by one desk from the day the Programme has closed on, without end.",
        {
            "Home": said("name"),
            "Desk": lambda book, row: named(book.desks, (row.desk,)),
            "Queries": lambda book, row: named(book.query_types, row.queries),
            "From": lambda _, row: row.closes or "not published; set by operator",
            "Meaning": said("meaning"),
        },
    ),
    Section(
        "tiers",
        "Tiers",
        "The layers of the desk.",
        {
            "Tier": lambda _, row: f"Tier {row.number}",
            "Function": said("function"),
            "Participants": said("participants"),
            "Platform": said("platform"),
        },
    ),
    *IN_MAJORS,
    *IN_REQUESTS,
    Section(
        "stakeholders",
        "Stakeholders",
        "Who takes part.",
        {"Stakeholder": said("name"), "Part": said("description")},
    ),
    Section(
        "systems",
        "Systems",
        "The services of the target operating model.",
        {
            "System": lambda _, row: f"{row.name} ({row.code})",
            "Run by": lambda book, row: book.roles[row.run_by].name,
            "Governed by": said("governed_by"),
        },
    ),
    Section(
        "roles",
        "Market roles",
        "A role within another counts as that one too.",
        {
            "Role": said("name"),
            "Code": said("code"),
            "Within": lambda book, row: named(book.roles, [row.within] if row.within else []),
        },
    ),
    Section(
        "distributors",
        "Distributors",
        "The first two digits of an MPAN name one.",
        {
            "Distributor": lambda _, row: f"{row.key} {row.name}",
            "MPID": said("mpid"),
            "Area": lambda _, row: f"{row.area} {row.gsp_group}".strip() or "independent, in any area",
        },
    ),
    Section(
        "families",
        "Rejection families",
        "Who answers a rejection code.",
        {
            "Family": said("name"),
            "Codes": said("range"),
            "Answered by": said("answered_by"),
        },
    ),
    Section(
        "codes",
        "Rejection codes",
        "In short; the words of DES-138 count.",
        {
            "Code": said("key"),
            "Meaning": said("meaning"),
            "Family": lambda book, row: book.families[row.family].name,
        },
    ),
    Section(
        "unloaded",
        "Codes that are not loaded",
        "Seen somewhere and not believed.",
        {"Range": said("key"), "Because": said("because")},
    ),
    Section(
        "interfaces",
        "Interfaces of the DIP",
        "Messages and reports by their number.",
        {
            "Interface": lambda _, row: f"{row.key} {row.name}",
            "From": lambda _, row: ", ".join(row.senders),
            "To": lambda _, row: ", ".join(row.receivers),
            "Events": lambda _, row: ", ".join(row.events),
        },
    ),
    Section(
        "journal",
        "Stages of the DIP's journal",
        "What the Message Tracker can say of a message.",
        {"Stage": said("name"), "Statuses": lambda _, row: ", ".join(row.statuses)},
    ),
    Section(
        "readings",
        "How to read the journal",
        "What a triager concludes from a status.",
        {
            "Status": lambda _, row: ", ".join(row.statuses),
            "Means": said("means"),
            "On whose side": lambda _, row: SIDES.get(row.side, "not settled yet"),
            "Look at": said("look_at"),
        },
    ),
    Section(
        "detectors",
        "What is noticed in the journal",
        "From when on failing messages are proposed as a fault, to be confirmed or dismissed by a person.",
        {
            "Fault": said("name"),
            "Noticed from": lambda _, row: noticed_from(row),
            "One for each": lambda _, row: ", ".join(row.by) or "market",
            "Proposed to": lambda book, row: book.desks[row.desk].name,
        },
    ),
    Section(
        "signal_figures",
        "Figures of reading the journal",
        "How long events are kept, and what is shown of them.",
        {"Figure": said("name"), "Set to": lambda _, row: f"{row.figure:,} {row.unit}"},
    ),
    Section(
        "levels",
        "Steps of impact and urgency",
        "What the two scales mean.",
        {"Step": lambda _, row: f"{row.scale.capitalize()}: {row.name}", "Meaning": said("meaning")},
    ),
    Section(
        "priorities",
        "Priorities",
        "What each priority means.",
        {"Priority": said("name"), "Meaning": said("meaning")},
    ),
    Section(
        "terms",
        "Words of the market",
        "What else people call a thing. The search reads them in both directions.",
        {"Word": said("name"), "Meaning": said("meaning"), "Also": lambda _, row: ", ".join(row.also)},
    ),
)
