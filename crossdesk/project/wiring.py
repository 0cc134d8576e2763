"""What follows from which entry: the one table of reactions, each in the entry's own transaction and without I/O."""

from __future__ import annotations

from crossdesk.threads import recording

FOLLOWS: dict[str, tuple[recording.Reaction, ...]] = {}


def wire() -> None:
    recording.FOLLOWS.clear()
    recording.FOLLOWS.update(FOLLOWS)
