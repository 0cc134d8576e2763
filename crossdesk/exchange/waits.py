"""How long to wait before a letter or a message is tried again, and when to give up."""

from __future__ import annotations

import random
from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""Two days and twenty hours together: longer than a weekend on which nobody mends a server."""
LONGEST_WAIT = WAITS[-1]
MOST_ATTEMPTS = len(WAITS) + 1


def wait_after(attempts: int) -> timedelta:
    """Longer each time, and never quite the same for two of them."""
    wait: timedelta = WAITS[min(attempts, len(WAITS)) - 1]
    return wait * random.uniform(0.8, 1.2)  # noqa: S311
