"""How cases are exchanged, in the fields of the form and in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from crossdesk.access import Invalid
from crossdesk.desks.ways import Channel, Mapped, Meaning, Ways, read_ways
from crossdesk.exchange.outgoing import why_not_callable

MB = 2**20
CHANNELS = [(each.value, each.label[0].upper() + each.label[1:]) for each in Channel]
MEANINGS = ", ".join(each.label for each in Meaning if each is not Meaning.UNKNOWN)
BY_LABEL = {each.label.lower(): each for each in Meaning} | {each.value: each for each in Meaning}


def fields_of(ways: Ways) -> dict[str, str]:
    return {
        "channel": ways.channel.value,
        "fallbacks": ", ".join(each.value for each in ways.fallbacks),
        "endpoint": ways.endpoint,
        "profile": ways.profile,
        "states": "\n".join(f"{theirs} = {Meaning(means).label}" for theirs, means in ways.states.items()),
        "fields": "\n".join(_line(each) for each in ways.fields),
        "largest_file": str(ways.largest_file // MB),
        "file_types": ", ".join(ways.file_types),
        "identifiers": "on" if ways.identifiers else "",
        "may_send": ", ".join(ways.may_send),
    }


def ways_from(given: dict[str, str], wrong: dict[str, str]) -> Ways | None:
    """None where everything is as it is without an agreement: by e-mail, nothing mapped."""
    if "channel" not in given:
        return None
    states = dict(_states(given.get("states", ""), wrong))
    fields = list(_fields(given.get("fields", ""), wrong))
    size = given.get("largest_file", "") or "8"
    if not size.isdecimal() or int(size[:4]) > 25:
        wrong["largest_file"] = "Give whole megabytes, 0 to 25."
    endpoint = given.get("endpoint", "")
    channel = Channel(given["channel"]) if given.get("channel") in Channel.values else Channel.MAIL
    if channel.by_machine and (why_not := why_not_callable(endpoint)):
        wrong["endpoint"] = why_not
    if wrong:
        return None
    said: dict[str, Any] = {
        "channel": channel,
        "fallbacks": _words(given.get("fallbacks", "")),
        "endpoint": endpoint,
        "profile": given.get("profile", ""),
        "states": states,
        "fields": fields,
        "largest_file": int(size) * MB,
        "file_types": [each.lower().lstrip(".") for each in _words(given.get("file_types", ""))],
        "identifiers": bool(given.get("identifiers")),
        "may_send": _words(given.get("may_send", "")),
    }
    try:
        ways = read_ways(said)
    except Invalid as refused:
        wrong["channel"] = refused.sentence
        return None
    return None if ways == Ways() else ways


def _states(text: str, wrong: dict[str, str]) -> Iterator[tuple[str, Meaning]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        theirs, equals, means = line.rpartition("=")
        meaning = BY_LABEL.get(means.strip().lower())
        if not equals or not theirs.strip() or meaning is None:
            wrong["states"] = f"“{line[:60]}”: write their state, “=”, and one of: {MEANINGS}."
            return
        yield theirs.strip(), meaning


ARROWS: dict[str, Literal["both", "out", "in"]] = {"<>": "both", ">": "out", "<": "in"}
ARROW = re.compile(r"^(?P<ours>.+?)\s+(?P<way><>|>|<)\s+(?P<theirs>.+?)(?P<owner>\s+\(theirs\))?$")


def _fields(text: str, wrong: dict[str, str]) -> Iterator[Mapped]:
    for line in filter(None, map(str.strip, text.splitlines())):
        found = ARROW.match(line)
        if found is None:
            wrong["fields"] = (
                f"“{line[:60]}”: write our field, one of > < <>, and theirs, such as category <> u_category."
            )
            return
        owner: Literal["us", "them"] = "them" if found["owner"] else "us"
        yield Mapped(ours=found["ours"][:200], theirs=found["theirs"][:200], way=ARROWS[found["way"]], owner=owner)


def _line(each: Mapped) -> str:
    arrow = next(arrow for arrow, way in ARROWS.items() if way == each.way)
    return f"{each.ours} {arrow} {each.theirs}{' (theirs)' if each.owner == 'them' else ''}"


def _words(text: str) -> list[str]:
    return [each for each in (part.strip() for part in text.replace("\n", ",").split(",")) if each]


def in_words(ways: Ways) -> list[tuple[str, str]]:
    """Heading and words of each thing that was agreed, for the page."""
    told = [("Cases go by", ways.channel.label + (f", {ways.profile}" if ways.profile else ""))]
    if ways.endpoint:
        told.append(("Where", ways.endpoint))
    if ways.fallbacks:
        told.append(("If that fails", ", then ".join(each.label for each in ways.fallbacks)))
    if ways.states:
        told.append(
            ("Their states", "; ".join(f"{raw} means {Meaning(each).label}" for raw, each in ways.states.items()))
        )
    if ways.fields:
        told.append(("Fields", "; ".join(_line(each) for each in ways.fields)))
    kinds = f", only {', '.join(ways.file_types)}" if ways.file_types else ""
    told.append(("Files", f"up to {ways.largest_file // MB} MB each{kinds}" if ways.largest_file else "none"))
    told.append(("Lists of MPANs", "cross where they are ticked" if ways.identifiers else "never cross"))
    if ways.may_send:
        told.append(("Who may send", ", ".join(ways.may_send)))
    return told
