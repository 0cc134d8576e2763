"""A party's own section of a review: only it writes and signs, as in every joint record."""

from __future__ import annotations

from datetime import datetime

from crossdesk.joint import sections as joint
from crossdesk.joint.sections import LONGEST
from crossdesk.reviews.models import Draft, Review
from crossdesk.reviews.work import WORK
from crossdesk.threads.viewer import Viewer

__all__ = ["LONGEST", "name", "sign", "unsign", "write"]


def write(review: Review, words: str, *, by: Viewer, at: datetime, edition: int | None = None) -> Draft:
    draft: Draft = joint.write(WORK, review, words, by=by, at=at, edition=edition)
    return draft


def sign(review: Review, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    """From now on the lead desk reads it, and the other parties once the review is published."""
    joint.sign(WORK, review, by=by, at=at, edition=edition)


def unsign(review: Review, *, why: str, by: Viewer, at: datetime) -> None:
    joint.unsign(WORK, review, why=why, by=by, at=at)


def name(review: Review, *, named: bool, by: Viewer, at: datetime) -> None:
    """Whether the other parties read this party's name beside what it says, or only what kind of party it is."""
    joint.name(WORK, review, named=named, by=by, at=at)
