"""One kind of row on the page of the rules, and the ways its cells are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crossdesk.rulebook import Rulebook

Cell = Callable[[Rulebook, Any], str]


@dataclass(frozen=True)
class Section:
    """One kind of row. The first column names the row, and is what the palette finds it by."""

    kind: str
    title: str
    about: str
    columns: Mapping[str, Cell]


def said(field: str) -> Cell:
    return lambda _, row: str(getattr(row, field))


def named(rows: Mapping[str, Any], keys: Iterable[str], field: str = "name") -> str:
    return ", ".join(getattr(rows[key], field) if key in rows else key for key in keys)


def duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} m" if minutes else "not published; set by operator"
