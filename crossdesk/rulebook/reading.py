"""Turns one TOML table into one row, saying everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any, TypeVar, get_type_hints

from .kinds import KINDS
from .problem import Problem
from .rows.row import MEASURES, Row, Threshold

R = TypeVar("R", bound=Row)
Raw = Mapping[str, Any]

LIST = tuple[str, ...]
OPTIONAL: Mapping[object, object] = {Threshold | None: Threshold, date | None: date}
WANTED: Mapping[object, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    date: "a day such as 2025-04-15",
    LIST: 'a list of texts such as ["a", "b"]',
    Threshold: 'a threshold such as {mpans_more_than = 100} or {phrase = "Systemic Issue"}',
}


@dataclass(frozen=True)
class Cell:
    """One field of a row as TOML writes it."""

    name: str
    attribute: str
    wanted: object
    required: bool


def columns(cls: type[Row]) -> tuple[Cell, ...]:
    hints = get_type_hints(cls)
    return tuple(
        Cell(
            name="from" if field.name == "since" else field.name,
            attribute=field.name,
            wanted=OPTIONAL.get(hints[field.name], hints[field.name]),
            required=field.default is MISSING,
        )
        for field in fields(cls)
    )


CELLS = {kind.cls.__name__: columns(kind.cls) for kind in KINDS.values()}


def cells(cls: type[Row]) -> tuple[Cell, ...]:
    return CELLS[cls.__name__]


def read(cls: type[R], raw: Raw, file: str, row: str) -> tuple[R | None, list[Problem]]:
    known = {cell.name for cell in cells(cls)}
    problems = [
        Problem(file, row, f"`{name}` is not a field of this table.", f"Remove it, or use one of: {', '.join(known)}.")
        for name in raw
        if name not in known
    ]
    values: dict[str, Any] = {}
    for cell in cells(cls):
        if cell.name not in raw:
            if cell.required:
                problems.append(missing(cell, file, row))
            continue
        value = convert(cell.wanted, raw[cell.name])
        if value is None:
            problems.append(Problem(file, row, f"`{cell.name}` cannot be read.", f"Write {WANTED[cell.wanted]}."))
        else:
            values[cell.attribute] = value
    return (None if problems else cls(**values)), problems


def missing(cell: Cell, file: str, row: str) -> Problem:
    if cell.name == "source":
        return Problem(file, row, "The row names no source.", 'Add source = "…" with the document and the clause.')
    if cell.name == "from":
        return Problem(
            file, row, "The row does not say when it takes effect.", "Add from = 2025-04-15 to it or its file."
        )
    return Problem(file, row, f"`{cell.name}` is missing.", f"Add {cell.name} with {WANTED[cell.wanted]}.")


def convert(wanted: object, value: object) -> object | None:
    """The value as the field wants it, or None where it does not fit."""
    if wanted is Threshold:
        return threshold(value)
    if wanted == LIST:
        fits = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        return tuple(value) if fits and isinstance(value, list | tuple) else None
    if wanted is date and isinstance(value, str):  # an edition kept as JSON
        return day(value)
    # type() and not isinstance(): true is no number, and a date with a time is no day
    return value if type(value) is wanted and value != "" else None


def day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def threshold(value: object) -> Threshold | None:
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    [(name, limit)] = value.items()
    if name == "phrase":
        return Threshold(phrase=limit) if isinstance(limit, str) and limit else None
    measure, _, edge = str(name).partition("_")
    if measure not in MEASURES or edge not in ("more_than", "at_least") or type(limit) is not int or limit < 0:
        return None
    return Threshold(measure=measure, count=limit, inclusive=edge == "at_least")
