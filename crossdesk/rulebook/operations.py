"""Whether the rules of special operations fit: what is widened has a declarer and an end, and nobody has two homes."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Rulebook

CAUSES = ("major", "breach")
Wrong = tuple[str, str, str, str]
"""The kind of row, its key, what is wrong with it, and what mends it."""


def misfits(book: Rulebook) -> Iterator[Wrong]:
    for key, row in book.widenings.items():
        if wrong := [cause for cause in row.causes if cause not in CAUSES]:
            yield "widenings", key, f"`causes` names {wrong[0]}.", f"Use: {', '.join(CAUSES)}."
        mode = book.modes.get(row.mode)
        if mode and not (mode.declared_by and mode.at_most_hours > 0):
            what = f"The mode {mode.key} widens something, and nobody declares it or it has no end."
            yield ("modes", mode.key, what, "Name desks in `declared_by` and hours in `at_most_hours`.")
    for key, home in book.homes.items():
        for query in home.queries:
            if desks := book.desks_covering(query):
                what = f"{query} fits a desk already: {desks[0].name} covers it."
                yield ("homes", key, what, "Take it out of `queries`, or out of the desk's `covers`.")
