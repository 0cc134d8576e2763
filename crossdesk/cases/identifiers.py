"""What each kind of reference looks like, what is wrong with one that does not, and a pasted journal told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crossdesk.kit import mpan
from crossdesk.kit.columns import bare
from crossdesk.rulebook.explain import find_codes

KINDS = {
    "mpan": "MPANs",
    "meter": "meter ids",
    "transaction": "DIP transaction ids",
    "sender-reference": "sender references",
    "correlation": "correlation ids",
    "error-code": "error codes",
    "timestamp": "timestamps",
}
LONGEST_VALUE = 120
LONGEST_METER = 20
TIMES = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d %b %Y %H:%M", "%d %B %Y %H:%M", "%d %b %Y, %H:%M")
ALLOWED = re.compile(r"[A-Za-z0-9-]+")


class NotOne(Exception):
    """The rest of a sentence that begins with the value."""


@dataclass(frozen=True)
class Prefixed:
    """An identifier of the DIP: how it begins and how long it may be (Elexon's published interface file)."""

    prefix: str
    longest: int

    def __call__(self, value: str) -> str:
        if not value.upper().startswith(self.prefix):
            belongs = next((KINDS[kind] for kind, other in DIP.items() if value.upper().startswith(other.prefix)), "")
            raise NotOne(f"belongs with the {belongs}" if belongs else f"should begin with {self.prefix}")
        if len(value) > self.longest:
            raise NotOne(f"has {len(value)} characters, at most {self.longest} are allowed; one goes on each line")
        if not ALLOWED.fullmatch(value):
            raise NotOne("has signs other than letters, digits and hyphens; take it as it stands in the DIP Portal")
        return value


DIP = {
    "transaction": Prefixed("T-", 65),
    "sender-reference": Prefixed("S-", LONGEST_VALUE),
    "correlation": Prefixed("CI-", 60),
}


def code(value: str) -> str:
    found = find_codes(value)
    if not found:
        raise NotOne("holds no code such as REG0000; copy it from the response message")
    return found[0]


def timestamp(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        if not any(_reads_as(value, form) for form in TIMES):
            raise NotOne("is no date and time; write it as 2026-11-24 06:30, with +00:00 if it is UTC") from None
    return value


def meter(value: str) -> str:
    if len(value) > LONGEST_METER or not ALLOWED.fullmatch(value):
        raise NotOne(f"is no meter id; letters, digits and hyphens are allowed, at most {LONGEST_METER}")
    return value


READ: Mapping[str, Callable[[str], str]] = DIP | {"meter": meter, "error-code": code, "timestamp": timestamp}


def fault(value: str, kind: str) -> str | None:
    try:
        READ[kind](value)
    except NotOne as why:
        return str(why)
    return None


def _reads_as(value: str, form: str) -> bool:
    try:
        return bool(datetime.strptime(value, form))
    except ValueError:
        return False


def recognised(text: str, kind: str) -> dict[str, str]:
    """A list for each kind: of the kind it was given as, unless it is a table copied from the message journal."""
    return journal(text) or {kind: text}


def journal(text: str) -> dict[str, str] | None:
    """A table copied from the message journal of the DIP Portal: a list for each kind, or nothing if it is no table.

    Every list has one line per row of the table, so that what is said of line 7 is seen in row 7.
    """
    rows = [line.split("\t") for line in text.splitlines()]
    if sum(len(row) > 1 for row in rows) * 2 < len(rows) or not rows:
        return None
    found: dict[str, list[str]] = {kind: [""] * len(rows) for kind in KINDS}
    for number, row in enumerate(rows):
        for cell in map(str.strip, row):
            kind = _kind_of(cell)
            if kind and not found[kind][number]:
                found[kind][number] = cell
    if not any(any(found[kind]) for kind in DIP):
        return None
    return {kind: "\n".join(lines) for kind, lines in found.items() if any(lines)}


def _kind_of(cell: str) -> str:
    if len(bare(cell)) == mpan.CORE and bare(cell).isdecimal():
        return "mpan"
    if len(cell) > LONGEST_VALUE or not cell:
        return ""
    return next((kind for kind in ("transaction", "sender-reference", "correlation") if not fault(cell, kind)), "") or (
        "error-code"
        if find_codes(cell)
        else "timestamp"
        if cell[:4].isdecimal() and not fault(cell, "timestamp")
        else ""
    )
