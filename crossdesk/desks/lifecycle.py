"""The life of one version of an agreement as a table one can read aloud; docs/lifecycles.md is drawn from it.

Whether what was accepted is in force is no stage: it follows from its days.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Stage(TextChoices):
    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined or taken back"
    ENDED = "ended", "Ended"


@dataclass(frozen=True)
class Move:
    origin: frozenset[str]
    to: str | None


MOVES = {
    "accept": Move(frozenset({Stage.PROPOSED}), Stage.ACCEPTED),
    "record_acceptance": Move(frozenset({Stage.PROPOSED}), Stage.ACCEPTED),
    "decline": Move(frozenset({Stage.PROPOSED}), Stage.DECLINED),
    "take_back": Move(frozenset({Stage.PROPOSED}), Stage.DECLINED),
    "end": Move(frozenset({Stage.ACCEPTED}), Stage.ENDED),
}
