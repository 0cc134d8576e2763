"""The catalogue of requests as tables: what can be asked for, whose word it needs, the steps of its work."""

from __future__ import annotations

from typing import Any

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.requesting import ASKER, DESK
from crossdesk.web.rules.section import Section, duration, named, said


def request_of(book: Rulebook, row: Any) -> str:
    return book.requests[row.request].name


def asked_how(book: Rulebook, row: Any) -> str:
    kind = {"dip-id": "DIP ID", "mpid": "MPID", "words": "several lines"}.get(row.kind, row.kind)
    notes = [kind, "" if row.required else "may stay empty", "the party's own" if row.own else ""]
    return ", ".join(filter(None, [*notes, *row.choices, named(book.roles, row.partners)]))


def whose(book: Rulebook, row: Any) -> str:
    by = {ASKER: "whoever asks", DESK: "the desk"}.get(row.by, "the organisation named in the form")
    people = f"{row.people} different people, each a" if row.people > 1 else "a"
    return f"{people} {row.role.replace('_', ' ')} of {by}"


def done_by(book: Rulebook, row: Any) -> str:
    if row.proof:
        return "read off what is recorded"
    return {ASKER: "whoever asks", DESK: "the desk"}.get(row.by) or book.desks[row.by].name


IN_REQUESTS = (
    Section(
        "requests",
        "What can be asked for",
        "Each item of the catalogue becomes a case at its desk.",
        {
            "Request": said("name"),
            "Purpose": said("purpose"),
            "Desk": lambda book, row: book.desks[row.desk].name,
            "Asked for by": lambda book, row: named(book.roles, row.asked_by),
            "Priority": said("priority"),
        },
    ),
    Section(
        "fields",
        "Forms of requests",
        "What is filled in, and how it is checked.",
        {"Request": request_of, "Question": said("label"), "Answer": asked_how},
    ),
    Section(
        "approvals",
        "Whose word a request needs",
        "Those of one order are asked together, the next order after them. One refusal closes the case.",
        {
            "Request": request_of,
            "Order": lambda _, row: str(row.order),
            "Approved by": whose,
            "Because": said("because"),
            "Days to object": lambda _, row: str(row.object_within_days or ""),
        },
    ),
    Section(
        "tasks",
        "Steps of a request's work",
        "Those of one order stand open together. Only a figure that somebody set runs a clock.",
        {
            "Request": request_of,
            "Order": lambda _, row: str(row.order),
            "Step": said("name"),
            "Done by": done_by,
            "Within": lambda _, row: duration(row.minutes),
        },
    ),
)
