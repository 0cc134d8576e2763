"""How long it took to notice, to respond, to restore and to reconcile: each between two moments, or not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crossdesk.kit.time import span

if TYPE_CHECKING:
    from crossdesk.reviews.models import Review

MOMENTS = {
    "began_at": "the fault began",
    "noticed_at": "it was noticed: the first case, or the proposal",
    "responded_at": "somebody first took it up: triage, or the declaration",
    "restored_at": "service was restored",
    "reconciled_at": "the last party agreed that its records are reconciled",
}
PAIRS = (
    ("Time to notice", "began_at", "noticed_at"),
    ("Time to respond", "noticed_at", "responded_at"),
    ("Time to restore", "began_at", "restored_at"),
    ("Time to reconcile", "restored_at", "reconciled_at"),
)


@dataclass(frozen=True)
class Measure:
    """One length of time and the two moments it lies between."""

    label: str
    since: datetime | None
    until: datetime | None
    since_is: str
    until_is: str

    @property
    def length(self) -> timedelta | None:
        """None where a moment is not known, or where they stand the wrong way round and so measure nothing."""
        if self.since is None or self.until is None or self.until < self.since:
            return None
        return self.until - self.since

    @property
    def words(self) -> str:
        if self.length is not None:
            return span(self.length)
        unknown = [
            words for moment, words in ((self.since, self.since_is), (self.until, self.until_is)) if moment is None
        ]
        if not unknown:
            return f"not known: {self.until_is} before {self.since_is}; one of the two is wrong"
        return f"not known yet: when {_short(unknown[0])}"


def measures(review: Review) -> list[Measure]:
    return [
        Measure(label, getattr(review, since), getattr(review, until), _short(MOMENTS[since]), _short(MOMENTS[until]))
        for label, since, until in PAIRS
    ]


def _short(words: str) -> str:
    return words.partition(":")[0]
