"""The catalogue of requests: the parts of each, whether they fit together, and what says that a form was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple

from .book import Rulebook
from .operations import Wrong
from .rows.requests import Approval, FormField, FulfilmentTask

GROUPS = ("access", "certificates", "dip", "information", "onboarding")
FIELDS = ("text", "words", "email", "date", "choice", "mpid", "dip-id", "role", "domain", "party")
ROLES = ("administrator", "service_manager")
PROOFS = ("", "contacts", "people", "agreement", "conformance")
ASKER, DESK, PARTNER = "asker", "desk", "partner"


def fields_of(book: Rulebook, request: str) -> list[FormField]:
    return sorted((each for each in book.fields.values() if each.request == request), key=lambda row: row.order)


def approvals_of(book: Rulebook, request: str) -> list[Approval]:
    return sorted((each for each in book.approvals.values() if each.request == request), key=_place)


def tasks_of(book: Rulebook, request: str) -> list[FulfilmentTask]:
    return sorted((each for each in book.tasks.values() if each.request == request), key=_place)


def _place(row: Approval | FulfilmentTask) -> tuple[int, str]:
    return row.order, row.key


def edition_of(book: Rulebook, request: str) -> str:
    """Another where anything was changed that somebody who fills in the form has read; other rules do not matter."""
    row = book.requests[request]
    read = (row.name, row.purpose, row.desk, [astuple(each) for each in fields_of(book, request)])
    agreed = [(each.by, each.role, each.people, each.named_in) for each in approvals_of(book, request)]
    return hashlib.sha256(repr((read, agreed)).encode()).hexdigest()[:16]


def unfit(book: Rulebook) -> Iterator[Wrong]:
    for key, row in book.requests.items():
        if not row.asked_by:
            yield "requests", key, "Nobody may ask for it.", "List roles in `asked_by`."
        if not fields_of(book, key):
            yield "requests", key, "Its form has no field.", f'Add a [[field]] with request = "{key}".'
        if not tasks_of(book, key):
            yield "requests", key, "Nothing is done for it.", f'Add a [[task]] with request = "{key}".'
    yield from _fields(book)
    yield from _approvals(book)
    yield from _tasks(book)


def _fields(book: Rulebook) -> Iterator[Wrong]:
    for key, row in book.fields.items():
        if not key.startswith(f"{row.request}.") or not row.name:
            yield "fields", key, "Its key does not begin with its request.", f"Call it {row.request}.{row.name or key}."
        if (row.kind == "choice") != bool(row.choices):
            yield "fields", key, "Only a choice has choices, and it has some.", "Correct `kind` or `choices`."
        if (row.kind == "party") != bool(row.partners):
            yield "fields", key, "Only a party has partners, and it has some.", "Correct `kind` or `partners`."
        if row.ahead < 0 or (row.ahead and row.past):
            yield "fields", key, "No day is both ahead and past.", "Give `ahead` days of 0 or more, or `past`."


def _approvals(book: Rulebook) -> Iterator[Wrong]:
    for key, row in book.approvals.items():
        if row.by not in (ASKER, DESK, PARTNER):
            yield "approvals", key, f"`by` is {row.by}.", f"Use one of: {ASKER}, {DESK}, {PARTNER}."
        if row.order < 1 or not 1 <= row.people <= 3 or row.object_within_days < 0:
            yield "approvals", key, "Its figures do not fit.", "Give `order` from 1 and `people` from 1 to 3."
        named = book.fields.get(row.named_in)
        if (row.by == PARTNER) != (named is not None and named.kind == "party" and named.request == row.request):
            yield "approvals", key, "A partner is named in a field of the form.", "Name a field of kind party."


def _tasks(book: Rulebook) -> Iterator[Wrong]:
    for key, row in book.tasks.items():
        if row.by not in (ASKER, DESK) and (row.by not in book.desks or book.desks[row.by].each):
            yield "tasks", key, f"`by` is {row.by}.", f"Use {ASKER}, {DESK}, or a desk there is only one of."
        if row.order < 1 or row.minutes < 0:
            yield "tasks", key, "Its figures do not fit.", "Give `order` from 1 and `minutes` from 0."
