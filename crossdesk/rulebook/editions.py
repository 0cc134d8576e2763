"""A rulebook as one JSON value that can be kept and read again, its digest, and what an edit changes in plain words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from .book import Rulebook
from .kinds import KINDS
from .load import Sheet, build
from .problem import RulesError
from .reading import cells
from .rows.row import Row, Threshold

Edition = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Difference:
    kind: str
    key: str
    change: Literal["added", "removed", "changed"]
    words: str


def as_json(book: Rulebook) -> Edition:
    return {kind: {key: row_as_json(row) for key, row in book.rows(kind).items()} for kind in KINDS}


def row_as_json(row: Row) -> dict[str, Any]:
    values = ((cell.name, getattr(row, cell.attribute)) for cell in cells(type(row)))
    return {name: plain(value) for name, value in values if value not in ("", None)}


def plain(value: object) -> object:
    if isinstance(value, Threshold):
        edge = "at_least" if value.inclusive else "more_than"
        return {"phrase": value.phrase} if value.phrase else {f"{value.measure}_{edge}": value.count}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_json(edition: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Rulebook:
    sheet = Sheet()
    for kind in KINDS:  # an edition kept before a kind existed has none of it
        sheet.rows[kind] = {key: dict(raw) for key, raw in edition.get(kind, {}).items()}
    book, problems = build(sheet)
    if book is None:
        raise RulesError(problems)
    return book


def digest(book: Rulebook) -> str:
    """The same for the same content, however its files are laid out."""
    text = json.dumps(as_json(book), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def difference(old: Rulebook, new: Rulebook) -> tuple[Difference, ...]:
    return tuple(change for kind in KINDS for change in differences_of(kind, old.rows(kind), new.rows(kind)))


def differences_of(kind: str, old: Mapping[str, Row], new: Mapping[str, Row]) -> Iterator[Difference]:
    table = KINDS[kind].table.replace("_", " ")
    for key in (*old, *(key for key in new if key not in old)):
        if key not in new:
            yield Difference(kind, key, "removed", f"{table} {key} is removed.")
        elif key not in old:
            yield Difference(kind, key, "added", f"{table} {key} is added.")
        elif old[key] != new[key]:
            yield Difference(kind, key, "changed", f"{table} {key}: {'; '.join(changes(old[key], new[key]))}.")


def changes(old: Row, new: Row) -> Iterator[str]:
    for cell in cells(type(new)):
        before, after = getattr(old, cell.attribute), getattr(new, cell.attribute)
        if before != after:
            yield f"{cell.name} was {said(before)}, becomes {said(after)}"


def said(value: object) -> str:
    if isinstance(value, Threshold):
        return value.text
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in ("", None) else str(value)
