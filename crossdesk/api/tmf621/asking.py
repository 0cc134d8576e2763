"""What a list is asked for: filters that must all hold, an order, a page, and which attributes are shown.

An attribute that cannot be filtered by is refused: to leave a filter out would answer with more than was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from crossdesk.api.tmf621.errors import invalid
from crossdesk.api.tmf621.faces import Version
from crossdesk.api.tmf621.models import Given
from crossdesk.api.tmf621.tickets import Ticket, tickets_of, with_id
from crossdesk.cases.models import Standing
from crossdesk.threads.models import EntryBody
from crossdesk.threads.viewer import Viewer

USUAL, MOST, FARTHEST = 50, 200, 1_000_000
OPERATORS = {"": "exact", "eq": "exact", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte"}
PAGING = frozenset({"fields", "offset", "limit", "sort", "filter", "before", "after"})
OF_V5 = frozenset({"filter", "before", "after"})
MOMENTS = frozenset({"creationDate", "lastUpdate", "resolutionDate", "requestedResolutionDate"})


@dataclass(frozen=True)
class Asked:
    """A list as it was asked for."""

    offset: int
    limit: int
    wanted: frozenset[str] | None = None
    conditions: tuple[tuple[str, str, str], ...] = ()
    sort: tuple[str, ...] = ()
    cursor: str = ""
    backwards: bool = False


def asked(query: QueryDict, version: Version) -> Asked:
    conditions = [_condition(name, value) for name in query if name not in PAGING for value in query.getlist(name)]
    if version == "v4" and (of_v5 := sorted(OF_V5 & set(query))):
        raise invalid(f"“{of_v5[0]}” is known to v5 only; ask there.", "unexpectedProperty", propertyPath=of_v5[0])
    conditions += [each for written in query.getlist("filter") for each in json_path(written)]
    for name, _, _ in conditions:
        _known(name)
    sort = tuple(part.strip() for part in query.get("sort", "").split(",") if part.strip())
    for part in sort:
        _known(part.lstrip("-+"))
    before, after = query.get("before", ""), query.get("after", "")
    if (before or after) and (sort or (before and after)):
        raise invalid("A cursor goes with neither a sort nor the other cursor: it has an order of its own.")
    return replace(
        page_of(query),
        wanted=fields(query, version),
        conditions=tuple(conditions),
        sort=sort,
        cursor=before or after,
        backwards=bool(before),
    )


def page_of(query: QueryDict) -> Asked:
    return Asked(offset=_number(query, "offset", 0, FARTHEST), limit=_number(query, "limit", USUAL, FARTHEST))


def fields(query: QueryDict, version: Version) -> frozenset[str] | None:
    """First-level attributes by name; one that no ticket has shows nothing."""
    if "fields" not in query:
        return None
    return frozenset(part.strip() for part in query.get("fields", "").split(",") if part.strip()) or None


def _number(query: QueryDict, name: str, usual: int, most: int) -> int:
    written = query.get(name)
    if written is None:
        return usual
    if not re.fullmatch(r"[0-9]{1,9}", written) or int(written) > most:
        raise invalid(f"“{name}” is a whole number from 0 to {most}.", "invalidFormat", propertyPath=name)
    return int(written)


def _condition(name: str, value: str) -> tuple[str, str, str]:
    """`creationDate.gte=2026-11-24T00:00:00Z` as TMF630 writes it; without an operator it is equality."""
    attribute, dot, operator = name.rpartition(".")
    if dot and operator in OPERATORS:
        return attribute, OPERATORS[operator], value
    return name, "exact", value


def _known(name: str) -> None:
    if name not in EXPRESSIONS and name not in OTHERS:
        can = ", ".join(sorted({*EXPRESSIONS, *OTHERS}))
        raise invalid(
            f"A list is narrowed and sorted by {can}; not by “{name[:60]}”.",
            "unexpectedProperty",
            propertyPath=name[:60],
        )


# JSONPath: the comparisons of attributes, joined by &&, that the filters above can hold


COMPARED = re.compile(
    r"""@\.?(?P<name>[A-Za-z@.]+)\s*(?P<op>==|>=|<=|>|<)\s*(?:'(?P<one>[^']*)'|"(?P<two>[^"]*)"|(?P<bare>[\w.:+-]+))"""
)
SIGNS = {"==": "exact", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def json_path(written: str) -> list[tuple[str, str, str]]:
    inner = re.fullmatch(r"\s*\$?\s*\.{0,2}\[\?\((.*)\)\]\s*", written, re.DOTALL)
    parts = [COMPARED.fullmatch(part.strip()) for part in inner[1].split("&&")] if inner else [None]
    if any(part is None for part in parts):
        raise invalid(
            "Of JSONPath this list takes comparisons joined by &&, such as $[?(@.status=='pending' &&"
            " @.lastUpdate>'2026-11-24T00:00:00Z')].",
            "notOffered",
            propertyPath="filter",
        )
    found = []
    for part in parts:
        assert part is not None
        value = next(value for value in (part["one"], part["two"], part["bare"]) if value is not None)
        found.append((part["name"], SIGNS[part["op"]], value))
    return found


# Attributes as the database has them


def _given(column: str, viewer: Viewer) -> Subquery:
    rows = Given.objects.filter(case=OuterRef("case"), leg=OuterRef("leg"), party=viewer.party)
    return Subquery(rows.values(column)[:1])


def _text(column: str, otherwise: Combinable) -> Callable[[Viewer], Combinable]:
    return lambda viewer: Coalesce(
        NullIf(_given(column, viewer), Value("")), otherwise, Value(""), output_field=CharField()
    )


def _said() -> Subquery:
    """The words it was raised with."""
    bodies = EntryBody.objects.filter(entry__thread=OuterRef("case"), entry__seq=1)
    return Subquery(bodies.values("words")[:1])


EXPRESSIONS: Mapping[str, Callable[[Viewer], Combinable]] = {
    "status": lambda _: F("status"),
    "creationDate": lambda _: F("began"),
    "lastUpdate": lambda _: F("changed_at"),
    "resolutionDate": lambda _: F("case__resolved_at"),
    "requestedResolutionDate": lambda viewer: _given("requested_at", viewer),
    "name": _text("name", F("case__summary")),
    "description": lambda viewer: Coalesce(
        NullIf(_given("description", viewer), Value("")), _said(), output_field=CharField()
    ),
    "ticketType": _text("ticket_type", F("case__query_type")),
    "severity": _text("severity", Value("")),
    "priority": _text("priority", NullIf(Cast(F("case__priority"), CharField()), Value(""))),
}
OTHERS = frozenset({"id", "externalId", "externalIdentifier.id", "externalIdentifier.owner"})


def narrowed(tickets: QuerySet[Standing], conditions: tuple[tuple[str, str, str], ...], viewer: Viewer) -> Any:
    for number, (name, operator, value) in enumerate(conditions):
        if name == "id":
            tickets = with_id(_only_equal(tickets, name, operator), value)
        elif name in OTHERS:
            tickets = _by_number(_only_equal(tickets, name, operator), name, value, viewer)
        else:
            alias = f"asked_{number}"
            tickets = tickets.alias(**{alias: EXPRESSIONS[name](viewer)})
            tickets = tickets.filter(**{f"{alias}__{operator}": _value(name, value)})
    return tickets


def _only_equal(tickets: QuerySet[Standing], name: str, operator: str) -> QuerySet[Standing]:
    if operator != "exact":
        raise invalid(f"“{name}” is compared for equality only.")
    return tickets


def _by_number(tickets: QuerySet[Standing], name: str, value: str, viewer: Viewer) -> QuerySet[Standing]:
    """A number of theirs, ours of the case, or the one an engaged desk told us."""
    member = "owner" if name.endswith(".owner") else "id"
    rows = Given.objects.filter(case=OuterRef("case"), leg=OuterRef("leg"), party=viewer.party)
    holds = Q(Exists(rows.filter(external__contains=[{member: value}])))
    if member == "id":
        holds |= Q(case__reference=value)
    return tickets.filter(holds)


def _value(name: str, written: str) -> Any:
    if name not in MOMENTS:
        return written
    at = moment(written)
    if at is None:
        raise invalid(f"“{name}” is a date and time such as 2026-11-24T12:00:00Z.", "invalidFormat", propertyPath=name)
    return at


def moment(written: str) -> datetime | None:
    """With its zone; a time without one is taken as UTC, as TMF621's examples are. None for what is no moment."""
    try:
        at = parse_datetime(written.replace(" ", "+") if "T" in written else written)
        at = at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        return None


# The page


def ordered(tickets: Any, asked: Asked, viewer: Viewer) -> Any:
    """The one that changed last comes first. Equal ones keep an order, so that no page repeats or skips one."""
    keys = []
    for number, part in enumerate(asked.sort):
        name, alias = part.lstrip("-+"), f"sort_{number}"
        if name in OTHERS:
            raise invalid(f"A list is not sorted by “{name}”.", "unexpectedProperty", propertyPath="sort")
        tickets = tickets.alias(**{alias: EXPRESSIONS[name](viewer)})
        keys.append(f"-{alias}" if part.startswith("-") else alias)
    return tickets.order_by(*(keys or ["-changed_at"]), "-pk")


START = "start"


def by_cursor(tickets: Any, asked: Asked, viewer: Viewer) -> Any:
    """In the order in which they began, so that a ticket that changes meanwhile stays where it is. A cursor is the id
    of the ticket beside which the page lies."""
    beside = None if asked.cursor == START else with_id(tickets_of(viewer), asked.cursor).first()
    if beside is None and asked.cursor != START:
        raise invalid("This cursor was not made here; take the one of a Link header, or “start”.")
    order = ("-began", "-pk") if asked.backwards else ("began", "pk")
    if beside is None:
        return tickets.order_by(*order)
    at, key = beside.began, beside.pk  # type: ignore[attr-defined]
    if asked.backwards:
        return tickets.filter(Q(began__lt=at) | Q(began=at, pk__lt=key)).order_by(*order)
    return tickets.filter(Q(began__gt=at) | Q(began=at, pk__gt=key)).order_by(*order)


def links(url: str, query: QueryDict, asked: Asked, limit: int, total: int, page: list[Ticket]) -> str:
    """RFC 8288: where the neighbouring pages are. `limit` is how many a page holds, whatever was asked for."""
    found: dict[str, dict[str, str]] = {}
    if asked.cursor:
        if page and len(page) == limit:
            found["prev" if asked.backwards else "next"] = {
                "before" if asked.backwards else "after": str(page[0 if asked.backwards else -1].id)
            }
    elif limit:
        last = max(0, (total - 1) // limit * limit)
        places = {"first": 0, "prev": asked.offset - limit, "next": asked.offset + limit, "last": last}
        found = {
            name: {"offset": str(max(0, at)), "limit": str(limit)}
            for name, at in places.items()
            if (name != "prev" or asked.offset > 0) and (name != "next" or at < total)
        }
    return ", ".join(f'<{url}?{_with(query, more)}>; rel="{name}"' for name, more in found.items())


def _with(query: QueryDict, more: Mapping[str, str]) -> str:
    kept = [
        (name, value) for name in query if name not in {"offset", "before", "after"} for value in query.getlist(name)
    ]
    return urlencode([*(pair for pair in kept if pair[0] not in more), *more.items()])
