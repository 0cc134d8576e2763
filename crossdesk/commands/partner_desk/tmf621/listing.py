"""Which tickets a list holds. A filter that is not known is refused, as a list without it would be another one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from crossdesk.commands.partner_desk.tmf621.desk import Refused, Ticket
from crossdesk.commands.partner_desk.tmf621.reading import Version

MOST = 200
NOT_OFFERED = frozenset({"filter", "before", "after"})
PAGING = frozenset({"fields", "offset", "limit", "sort"})
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "": operator.eq,
    ".gt": operator.gt,
    ".gte": operator.ge,
    ".lt": operator.lt,
    ".lte": operator.le,
}
TEXTS: Mapping[str, Callable[[Ticket], set[str]]] = {
    "id": lambda ticket: {ticket.id},
    "status": lambda ticket: {ticket.status},
    "severity": lambda ticket: {ticket.said.texts.get("severity", "")},
    "ticketType": lambda ticket: {ticket.said.texts.get("ticketType", "")},
    "externalId": lambda ticket: {each[0] for each in ticket.said.numbers},
    "externalIdentifier.id": lambda ticket: {each[0] for each in ticket.said.numbers},
}
TIMES: Mapping[str, Callable[[Ticket], datetime]] = {
    "creationDate": lambda ticket: ticket.began_at,
    "lastUpdate": lambda ticket: ticket.changed_at,
}


def listed(tickets: list[Ticket], asked: Mapping[str, str], version: Version) -> tuple[list[Ticket], int]:
    """One page, and how many there are."""
    if version == "v5" and (name := next((each for each in asked if each in NOT_OFFERED), "")):
        raise Refused(400, "invalidQuery", f"“{name}” is not offered here; use attributes and offset.")
    for name, value in asked.items():
        if name not in PAGING:
            tickets = [each for each in tickets if _holds(name, value)(each)]
    found = _sorted(tickets, asked.get("sort", ""))
    offset, limit = _number(asked, "offset", 0), _number(asked, "limit", MOST)
    return found[offset : offset + min(limit, MOST)], len(found)


def _holds(name: str, value: str) -> Callable[[Ticket], bool]:
    if name in TEXTS:
        return lambda ticket: bool(TEXTS[name](ticket) & set(value.split(",")))
    attribute, dot, comparison = name.partition(".")
    if attribute not in TIMES or dot + comparison not in COMPARED:
        raise Refused(400, "invalidQuery", f"“{name}” cannot be filtered by here.")
    try:
        at = datetime.fromisoformat(value)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(400, "invalidQuery", f"“{name}” wants a date and time.") from None
    return lambda ticket: COMPARED[dot + comparison](TIMES[attribute](ticket), at)


def _sorted(tickets: list[Ticket], by: str) -> list[Ticket]:
    if not by:
        return tickets
    name = by.lstrip("+-")
    if name not in TIMES:
        raise Refused(400, "invalidQuery", f"A list can be sorted by {' and '.join(TIMES)}.")
    return sorted(tickets, key=TIMES[name], reverse=by.startswith("-"))


def _number(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    value = asked.get(name, str(otherwise))
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise Refused(400, "invalidQuery", f"“{name}” is a whole number from 0 on.")
    return int(value)
