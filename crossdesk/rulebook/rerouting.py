"""Re-routing rows: what can be wrong with one, beyond a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .problem import Problem
from .rows.times import Reroute

if TYPE_CHECKING:
    from .checks import Checking

BOUNDARY, BOUNCES, OFFER_BREACHED = "boundary", "bounces", "offer-breached"
WHENS = (BOUNDARY, BOUNCES, OFFER_BREACHED)
ALONE = {"systems": BOUNDARY, "at_least": BOUNCES}
"""Fields that only one kind of row has, and that it cannot do without."""


def reroutes(checking: Checking) -> Iterator[Problem]:
    for key, row in checking.book.reroutes.items():
        for what, remedy in _wrong(row):
            yield checking.problem("reroutes", key, what, remedy)


def _wrong(row: Reroute) -> Iterator[tuple[str, str]]:
    for field, when in ALONE.items():
        given = bool(getattr(row, field))
        if row.when == when and not given:
            yield f'A row for "{when}" has no `{field}`.', f"Add {field}: without it the row proposes nothing."
        if row.when in WHENS and row.when != when and given:
            yield f'`{field}` says nothing in a row for "{row.when}".', f'Remove it, or say when = "{when}".'
    if row.at_least < 0:
        yield "`at_least` is below zero.", "Count from 1: how often the case was sent on."
    if row.to in row.desks:
        yield f"It leads from {row.to} to itself.", "Name another desk in `to`, or take this one out of `desks`."
