"""Facts of a review: stated by one party, agreed or disputed by the others, as in every joint record."""

from __future__ import annotations

from datetime import datetime

from crossdesk.joint import claims
from crossdesk.reviews.models import Fact, Review
from crossdesk.reviews.work import WORK
from crossdesk.threads.viewer import Viewer


def state(review: Review, words: str, *, by: Viewer, at: datetime, happened_at: datetime | None = None) -> Fact:
    fact: Fact = claims.state(WORK, review, words, by=by, at=at, happened_at=happened_at)
    return fact


def answer(fact: Fact, *, agrees: bool, words: str = "", by: Viewer, at: datetime) -> None:
    claims.answer(WORK, fact, agrees=agrees, words=words, by=by, at=at)


def withdraw(fact: Fact, *, why: str, by: Viewer, at: datetime) -> None:
    claims.withdraw(WORK, fact, why=why, by=by, at=at)
