"""What follows from which entry. The one table of reactions; each runs in the entry's own transaction and does no I/O."""

from __future__ import annotations

from crossdesk.threads import recording

FOLLOWS: dict[str, tuple[recording.Reaction, ...]] = {}


def wire() -> None:
    recording.FOLLOWS.clear()
    recording.FOLLOWS.update(FOLLOWS)
