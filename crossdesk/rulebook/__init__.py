"""The market's rules, read from crossdesk/market and the operator's overlay folder, and the questions one asks them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from .book import Rulebook
from .load import PACKAGED, examine, load
from .problem import Problem, RulesError

__all__ = [
    "PACKAGED",
    "Problem",
    "Rulebook",
    "RulesError",
    "current",
    "examine",
    "load",
    "overlay",
    "packaged",
    "read_from",
]


def overlay() -> Path | None:
    """The operator's own rules, laid over the packaged ones: the folder named in CROSSDESK_RULES."""
    named = os.environ.get("CROSSDESK_RULES", "")
    return Path(named) if named else None


@cache
def packaged() -> Rulebook:
    """The packaged rules with the operator's overlay, as the files say."""
    return load(PACKAGED, overlay())


_source: list[Callable[[], Rulebook]] = [packaged]


def read_from(source: Callable[[], Rulebook]) -> None:
    """Where `current` comes from in this process: the product points it at the applied edition."""
    _source[0] = source


def current() -> Rulebook:
    return _source[0]()
