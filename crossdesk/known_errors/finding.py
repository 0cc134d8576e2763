"""Finding known errors as the viewer: by words that somebody typed, and by what a new case says and brings.

The index is asked for ids under the viewer's seats, and only then are rows read, under their policy.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from crossdesk.kit import caseref
from crossdesk.known_errors.codes import codes_like
from crossdesk.known_errors.models import KnownError
from crossdesk.rulebook.explain import find_codes
from crossdesk.threads.search import plain
from crossdesk.threads.viewer import Viewer, viewing

INTERFACE = re.compile(r"\b(IF|PUB)[ -]?(\d{3})\b", re.IGNORECASE)
LONGEST = 4_000
"""Signs of what a case says that are looked at: its beginning tells what it is about."""
MOST_SIGNS = 200


@dataclass(frozen=True)
class Likely:
    """A known error that may be what a case is about, and what they share."""

    known: KnownError
    because: str
    score: float


def named(words: str, viewer: Viewer, at_most: int) -> list[KnownError]:
    """By its reference, or by words, best first: only what this viewer may read, and only what is published."""
    written = plain(words)
    if not written:
        return []
    with viewing(viewer):
        if reference := caseref.parse(written):
            return list(_rows().filter(reference=reference)[:at_most])
        with connection.cursor() as cursor:
            cursor.execute("select known_error from search_known_errors(%s, %s)", [written, at_most])
            return _read([row[0] for row in cursor.fetchall()])


def likely(
    text: str,
    systems: Iterable[str],
    interfaces: Iterable[str],
    codes: Collection[str],
    references: Iterable[str],
    viewer: Viewer,
    at_most: int,
) -> list[Likely]:
    """Best first. Interfaces and codes, of the catalogue or not, are found in the text too. References find only
    the viewer's own desk's."""
    said = text.replace("\0", " ")[:LONGEST]
    asked: list[Any] = [
        said,
        sorted({each for each in systems if each}),
        sorted({*interfaces, *interfaces_in(said)}),
        sorted({*codes, *map(str.upper, codes), *find_codes(said), *events_in(said), *codes_like(said)}),
        list(dict.fromkeys(references))[:MOST_SIGNS],
        at_most,
    ]
    with viewing(viewer):
        with connection.cursor() as cursor:
            cursor.execute("select * from likely_known_errors(%s, %s, %s, %s, %s, %s)", asked)
            found = {row[0]: row[1:] for row in cursor.fetchall()}
        return [Likely(known, _because(*found[known.pk][:5]), found[known.pk][5]) for known in _read(list(found))]


def interfaces_in(text: str) -> set[str]:
    return {f"{kind.upper()}-{number}" for kind, number in INTERFACE.findall(text)}


def events_in(text: str) -> set[str]:
    """Words that look like an event's name, such as ChangeOfSupplier."""
    return set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][A-Za-z]+)+\b", text))


def _because(signs: int, codes: Sequence[str], interfaces: Sequence[str], systems: Sequence[str], words: int) -> str:
    shared = [f"{signs} reference{'' if signs == 1 else 's'}"] if signs else []
    shared += [*codes, *interfaces]
    shared += ["the system"] if systems else []
    shared += ["words"] if words > 1 else []
    return f"Shares {', '.join(shared)}"


def _read(ids: Sequence[UUID]) -> list[KnownError]:
    rows = _rows().in_bulk(list(ids))
    return [rows[each] for each in ids if each in rows]


def _rows() -> QuerySet[KnownError]:
    return KnownError.objects.select_related("desk").defer("tsv")
