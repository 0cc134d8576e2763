"""Fields that an agreement names, ours beside theirs: what is said in them, and what is heard.

`category` beside `u_category` is a place; `category:missing-mpan-data` beside `Registration` what a value of ours is
called there. Where a field has such values, any other is kept as they wrote it and flagged, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crossdesk.desks.ways import Mapped
from crossdesk.exchange.channels import Ticket
from crossdesk.exchange.messages.message import MOST_SAID, About, Kind, Message, Reference, TheirField

NAMED = ("type", "priority", "category", "summary", "references", "affected")
REFERENCE = re.compile(r"\s*(?P<type>[a-z][a-z-]{1,40})\s*:\s*(?P<value>[^;,\n]{1,120})")
PRIORITIES = {**{f"P{number}": f"P{number}" for number in range(1, 5)}, **{f"{n}": f"P{n}" for n in range(1, 5)}}
"""Where the agreement names no values: as everybody writes them."""


def places(fields: Iterable[Mapped], *, outward: bool) -> list[Mapped]:
    """Those that go this way."""
    closed = "in" if outward else "out"
    return [each for each in fields if each.ours in NAMED and each.way != closed]


def said_in(message: Message, fields: Sequence[Mapped]) -> dict[str, str]:
    """Their fields with our values: all of a new ticket, later those that changed."""
    told = sent(message, fields)
    return {each.theirs: told[each.ours] for each in places(fields, outward=True) if each.ours in told}


def sent(message: Message, fields: Sequence[Mapped]) -> dict[str, str]:
    """By our name what we write there, so that it does not come back as news."""
    if message.about is None:
        return {each.name: each.raw for each in message.fields}
    return worded(values_of(message.about, message.references), fields)


def worded(ours: Mapping[str, str], fields: Sequence[Mapped]) -> dict[str, str]:
    """Values of ours as they stand there, by our names: those that go out and are something."""
    told = {name: _theirs_for(name, ours.get(name, ""), fields) for name in outward(fields)}
    return {name: value for name, value in told.items() if value}


def outward(fields: Iterable[Mapped]) -> list[str]:
    """By our names. A priority also goes out where the agreement says how it is asked for, `P1` beside
    `impact=1,urgency=1`."""
    every = list(fields)
    named = [each.ours for each in places(every, outward=True)]
    asked = any(each.ours in PRIORITIES and each.way != "in" for each in every)
    return [*named, *(["priority"] if asked and "priority" not in named else [])]


def heard_in(
    theirs: Mapping[str, str],
    known: Mapping[str, str],
    fields: Sequence[Mapped],
    on_the_way: Mapping[str, str] | None = None,
) -> list[TheirField]:
    """What changed against `known`, which is by our names. An emptied field says nothing; what of ours is `on_the_way`
    is ours, though nobody has told us yet that it arrived."""
    heard = []
    for each in places(fields, outward=False):
        raw, before = theirs.get(each.theirs, "").strip()[:MOST_SAID], known.get(each.ours, "")
        cut = each.ours == "summary" and before.startswith(raw)  # theirs has less room
        if raw and raw != before and not cut and raw != (on_the_way or {}).get(each.ours):
            heard.append(TheirField(name=each.ours, raw=raw, value=_ours_for(each.ours, raw, fields), owner=each.owner))
    return heard


def named(id: str, ticket: Ticket, heard: list[TheirField], at: datetime, number: str) -> Message:
    """The message that tells of them."""
    return Message(
        id=id,
        link=ticket.token,
        kind=Kind.UPDATE,
        seq=1,
        occurred_at=at,
        our_number=number,
        words=words_of(heard),
        judged=judged_in(heard),
        references=references_in(heard, ticket.fields),
        fields=heard,
    )


def words_of(heard: Iterable[TheirField]) -> str:
    """For the people on the leg. A known priority is told as their judgement, references as the lists they are."""
    return "\n".join(_sentence(each) for each in heard if not each.value or each.name not in {"priority", "references"})


def judged_in(heard: Iterable[TheirField]) -> int | None:
    found = next((each.value for each in heard if each.name == "priority" and each.value), "")
    return int(found[1:]) if found in PRIORITIES else None


def references_in(heard: Iterable[TheirField], known: Mapping[str, str]) -> list[Reference]:
    """Those that were not there before."""
    raw = next((each.raw for each in heard if each.name == "references"), "")
    before = set(_read_references(known.get("references", "")))
    return [Reference(type=kind, value=value) for kind, value in _read_references(raw) if (kind, value) not in before]


def _sentence(each: TheirField) -> str:
    if not each.value:
        return f"Their {each.name} is “{each.raw}”, which the agreement gives no meaning. It is kept as they wrote it."
    here = "" if each.value == each.raw else f", here {each.value}"
    counts = "theirs counts" if each.owner == "them" else "ours counts"
    return f"Their {each.name} is “{each.raw}” now{here}; by the agreement {counts}."


def values_of(about: About, references: Iterable[Reference]) -> dict[str, str]:
    return {
        "type": about.kind or "incident",
        "priority": f"P{about.priority}" if about.priority else "",
        "category": about.query_type,
        "summary": about.title,
        "references": "; ".join(f"{each.type}: {each.value}" for each in references)[:MOST_SAID],
        "affected": "" if about.affected is None else str(about.affected),
    }


def _values(name: str, fields: Iterable[Mapped]) -> dict[str, str]:
    """Of one field: ours and what they call it."""
    split = ((each.ours.partition(":"), each.theirs) for each in fields)
    return {value.strip(): theirs for (field, colon, value), theirs in split if colon and field.strip() == name}


def _theirs_for(name: str, value: str, fields: Iterable[Mapped]) -> str:
    """A value of ours that the agreement does not name is said as it is."""
    return _values(name, fields).get(value, value)


def _ours_for(name: str, raw: str, fields: Iterable[Mapped]) -> str:
    """Empty: no meaning was agreed."""
    values = {theirs: ours for ours, theirs in _values(name, fields).items()}
    if name == "priority":
        return values.get(raw, "") if values else PRIORITIES.get(raw, "")
    return values.get(raw, "") if values else raw


def _read_references(raw: str) -> list[tuple[str, str]]:
    return [(found["type"], found["value"].strip()) for found in REFERENCE.finditer(raw)]
