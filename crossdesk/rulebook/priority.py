"""Priority from impact and urgency, or from a published classification, always with the rule that gave it."""

from __future__ import annotations

from dataclasses import dataclass

from .book import Rulebook
from .rows.row import Row


@dataclass(frozen=True)
class Judged:
    priority: str
    rule: str
    source: str
    published: bool


def priority(book: Rulebook, impact: str, urgency: str, fault: str = "") -> Judged:
    """`impact` and `urgency` are keys of levels; `fault` is a kind of fault whose priority has been published."""
    if fault:
        known = book.faults[fault]
        return judged(known, known.priority, f"{known.name} is {known.priority}.")
    cell = next(cell for cell in book.matrix.values() if (cell.impact, cell.urgency) == (impact, urgency))
    names = book.levels[impact].name.lower(), book.levels[urgency].name.lower()
    words = f"Impact {names[0]} and urgency {names[1]} give {cell.priority}."
    return judged(cell, cell.priority, words if cell.published else f"{words} The matrix is the operator's setting.")


def judged(row: Row, result: str, rule: str) -> Judged:
    return Judged(result, rule, row.source, row.published)


def target_words(book: Rulebook, priority: str, measure: str, system: str = "") -> str:
    """The target as a page may show it: a figure only where somebody stands behind it."""
    target = book.target(priority, measure, system)
    if target is None:
        return "not published"
    hours, minutes = divmod(target.minutes, 60)
    figure = " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)
    return figure if target.published else f"{figure} (the operator's setting, not published)"
