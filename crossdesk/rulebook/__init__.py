"""The market's rules, read from crossdesk/market and the operator's overlay folder, and the questions one asks them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from .book import Rulebook
from .load import PACKAGED, examine, load
from .problem import Problem, RulesError

__all__ = ["PACKAGED", "Problem", "Rulebook", "RulesError", "current", "examine", "load", "overlay"]


def overlay() -> Path | None:
    """The operator's own rules, laid over the packaged ones: the folder named in CROSSDESK_RULES."""
    named = os.environ.get("CROSSDESK_RULES", "")
    return Path(named) if named else None


@cache
def current() -> Rulebook:
    return load(PACKAGED, overlay())
