"""Events as they come, one JSON object a line: cut into batches of whole lines, each taken in as a feed of its own."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from datetime import timedelta

MOST = 8 << 20
"""Bytes of a batch: what comes faster makes batches of this size and no delay."""
CHUNK = 1 << 16


def batches(source: int, *, every: timedelta, most: int = MOST) -> Iterator[bytes]:
    """What a file descriptor brings until it ends: at least one batch in `every` while anything comes.

    A line that is not whole yet waits for its rest, until it alone is a batch: then it goes as it is, to be rejected
    for what it is. What stands there at the end is the last batch.
    """
    held, due = bytearray(), 0.0
    while True:
        wait = max(0.0, due - time.monotonic()) if held else None
        if select.select([source], [], [], wait)[0]:
            read = os.read(source, CHUNK)
            if not read:
                break
            if not held:
                due = time.monotonic() + every.total_seconds()
            held += read
        if len(held) < most and time.monotonic() < due:
            continue
        whole = held.rfind(b"\n") + 1 or (len(held) if len(held) >= most else 0)
        if whole:
            yield bytes(held[:whole])
            del held[:whole]
        due = time.monotonic() + every.total_seconds()
    if held:
        yield bytes(held)
