"""Rows about desks that exchange cases: what can be wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from .checks import Checking


def brakes(checking: Checking) -> Iterator[Problem]:
    for key, brake in checking.book.brakes.items():
        if not 1 <= brake.messages <= 1000 or not 1 <= brake.minutes <= 1440:
            yield checking.problem(
                "brakes",
                key,
                "`messages` is not between 1 and 1000, or `minutes` not between 1 and 1440.",
                "Give how many messages may go each way within so many minutes.",
            )


def reaches(checking: Checking) -> Iterator[Problem]:
    for key, reach in checking.book.reaches.items():
        if not 1 <= reach.days <= 3660:
            yield checking.problem("reaches", key, "`days` is not between 1 and 3660.", "Say after how many days.")


def fallbacks(checking: Checking) -> Iterator[Problem]:
    for key, row in checking.book.fallbacks.items():
        if not 1 <= row.priority <= 4 or not 1 <= row.minutes <= 1440:
            what = "`priority` is not between 1 and 4, or `minutes` not between 1 and 1440."
            yield checking.problem(
                "fallbacks", key, what, "Say after how many minutes which priority goes another way."
            )
