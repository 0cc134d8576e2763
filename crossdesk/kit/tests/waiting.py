"""Waiting for something to become true, never for an amount of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
LONGEST = 60.0
"""Seconds. Only what never comes waits as long."""


def until(look: Callable[[], Found | None], what: str | Callable[[], str], longest: float = LONGEST) -> Found:
    """Looks again and again until there is something to see, and says what it waited for when there never was."""
    deadline = time.monotonic() + longest
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"Waited {longest:.0f} seconds in vain for {what if isinstance(what, str) else what()}.")
