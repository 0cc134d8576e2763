"""The rules that thresholds, escalation and major incidents run by, as their readers see them."""

from __future__ import annotations

from typing import Any

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.escalating import ACTIONS, REACHED, ROLES
from crossdesk.rulebook.rerouting import BOUNCES, BOUNDARY
from crossdesk.web.rules.section import Section, duration, named, said


def what_it_may_read(row: Any) -> str:
    things = (
        ("the names of those affected", row.names_parties),
        ("MPANs and other identifiers", row.holds_identifiers),
    )
    return " and ".join(words for words, may in things if may) or "neither names of those affected nor identifiers"


def how_judged(row: Any) -> str:
    return row.question or f"Counted: {row.measured.text}"


def of_scenario(book: Rulebook, row: Any) -> str:
    return f"{book.scenarios[row.scenario].row}. “{row.as_written}”"


def told_by_mail(book: Rulebook, row: Any) -> str:
    return f"the service managers of {book.desks[row.desk].name}" if row.desk else REACHED[row.reaches]


def told_in_room(row: Any) -> str:
    return ", ".join(f"the {ROLES[role]}" for role in row.room) or "nobody"


def told_of_action(row: Any) -> str:
    return " and ".join(ACTIONS[each] for each in row.actions) or "nobody"


def rerouted_when(book: Rulebook, row: Any) -> str:
    if row.when == BOUNDARY:
        return f"The case is about {named(book.systems, row.systems)}"
    if row.when == BOUNCES:
        return f"It was sent on {row.at_least} times or more"
    return f"{named(book.desks, row.desks) or 'An engaged desk'} let the time to acknowledge pass"


def when_reviewed(book: Rulebook, row: Any) -> str:
    excused = ", excused or not" if row.even_excused else " without an excuse"
    return f"The promise to {row.measure} was missed{excused}, at {', '.join(row.priorities)}"


IN_MAJORS = (
    Section(
        "case_reviews",
        "Reviews of single cases",
        "When closing a case asks for a review. A service manager may ask for one at any closing.",
        {
            "Review": said("name"),
            "When": when_reviewed,
            "Due": lambda _, row: f"{row.days} days after closing",
        },
    ),
    Section(
        "recurrences",
        "What is proposed as a problem",
        "When a desk's cases of one system that name the same error code are proposed to it as one problem.",
        {
            "Recurrence": said("name"),
            "From": lambda _, row: f"{row.cases} cases",
            "Within": lambda _, row: f"{row.days} days",
        },
    ),
    Section(
        "phrases",
        "How worded thresholds are judged",
        "A threshold in words is counted where a count can say it, and asked of triage where it cannot.",
        {
            "Row and words": of_scenario,
            "Column": lambda _, row: row.column.replace("-", " "),
            "Judged by": lambda _, row: how_judged(row),
        },
    ),
    Section(
        "market_processes",
        "Market processes",
        "What an incident can delay, and the systems each runs on.",
        {"Process": said("name"), "Systems": lambda book, row: named(book.systems, row.systems)},
    ),
    Section(
        "escalations",
        "Escalation",
        "Who is told when so much of a target has passed.",
        {
            "Level": said("name"),
            "At": lambda _, row: f"{row.percent} % of the target",
            "Tier": said("tier"),
            "By mail": told_by_mail,
            "Of an incident's next update": lambda _, row: told_in_room(row),
            "Of an action of a problem or review": lambda _, row: told_of_action(row),
            "Meaning": said("meaning"),
        },
    ),
    Section(
        "brakes",
        "Brakes between machines",
        "When two machines answer each other too fast, what leaves on that leg is held until a person lets it go on.",
        {
            "Brake": said("name"),
            "More than": lambda _, row: f"{row.messages} messages each way",
            "Within": lambda _, row: f"{row.minutes} minutes",
        },
    ),
    Section(
        "fallbacks",
        "When a message takes another way",
        "Not delivered for so long, it goes by the next way of its agreement by itself, once, and a person is told.",
        {"Priority": lambda _, row: f"P{row.priority}", "After": lambda _, row: f"{row.minutes} minutes"},
    ),
    Section(
        "reaches",
        "Who counts as reachable",
        "After how many days a desk or a party is shown as one that cannot be reached, or is in doubt.",
        {"What": said("name"), "After": lambda _, row: f"{row.days} days"},
    ),
    Section(
        "reroutes",
        "Re-routing",
        "Which desk is proposed next to a case's owner. A person engages it; nothing moves until it accepts.",
        {
            "When": rerouted_when,
            "Next desk": lambda book, row: book.desks[row.to].name,
            "Why": said("because"),
        },
    ),
    Section(
        "audiences",
        "Who reads the updates of a major incident",
        "From narrow to wide. A line is read by the audience it is marked for and by narrower ones, never by wider.",
        {
            "Audience": said("name"),
            "Who": said("meaning"),
            "May read": lambda _, row: what_it_may_read(row),
        },
    ),
    Section(
        "plans",
        "Communications plan",
        "How soon each audience hears again, by which way, and who has to agree.",
        {
            "Audience": lambda book, row: book.audiences[row.audience].name,
            "Scenario": lambda book, row: f"Row {book.scenarios[row.scenario].row}" if row.scenario else "every",
            "While declared": lambda _, row: duration(row.declared),
            "After standing down": lambda _, row: duration(row.stood_down),
            "By": lambda _, row: row.channel.replace("-", " "),
            "Agreed by": lambda _, row: "two people" if row.approval == "second-person" else "the lead desk",
        },
    ),
    Section(
        "deadlines",
        "Review after a major incident",
        "By when what was learnt is published. A clock runs by it where there is a figure.",
        {
            "Deadline": said("name"),
            "Within": lambda _, row: duration(row.minutes),
            "Counted from": lambda _, row: f"when the incident is {row.counts_from.replace('-', ' ')}",
        },
    ),
)
