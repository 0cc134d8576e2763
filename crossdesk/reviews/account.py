"""The lead desk's own part of a review: what happened and why, the wording of the timeline, and the moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Invalid, Moved
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.measuring import MOMENTS
from crossdesk.reviews.models import Event, Review
from crossdesk.reviews.moving import moving, told
from crossdesk.reviews.sections import LONGEST
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class Account:
    """The title everybody reads, what happened and why, and what was learnt."""

    title: str
    account: str
    lessons: str


def describe(review: Review, what: Account, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    """`edition` is the writing its author had before them: nobody overwrites what they have not read."""
    if not what.title.strip():
        raise Invalid("Give the review a title that every party of the incident may read.")
    if max(len(what.account), len(what.lessons)) > LONGEST:
        raise Invalid(f"The account and what was learnt hold at most {LONGEST:,} signs each.")
    with moving(review, "describe", by=by, at=at) as thread:
        if edition is not None and edition != review.edition:
            raise Moved(
                f"Edition {review.edition} of the account was written meanwhile."
                " Your words are kept; take in what changed and save again."
            )
        require_fit(review, None, [what.title, what.account, what.lessons], by_lead=True)
        review.title, review.account = " ".join(what.title.split())[:200], what.account.strip()
        review.lessons = what.lessons.strip()
        review.edition += 1
        detail = {"account": review.account, "lessons": review.lessons}
        told(thread, review, "describe", "", by, at, review.readers(), detail=detail, edition=review.edition)


def word_event(event: Event, *, words: str, left_out: bool, by: Viewer, at: datetime) -> None:
    """What every reader may know of a line; or that it has no place in the review."""
    review = event.review
    with moving(review, "word_event", by=by, at=at) as thread:
        require_fit(review, None, [words], by_lead=True)
        event.words, event.left_out = words.strip()[:600], left_out
        event.seats = review.internal().seats if left_out else review.seats
        event.save(update_fields=["words", "left_out", "seats"])
        detail = {"title": event.title, "left_out": left_out}
        told(thread, review, "word_event", event.words, by, at, review.internal(), detail=detail, event=event.pk)


def say_when(review: Review, moment: str, when: datetime, *, why: str, by: Viewer, at: datetime) -> None:
    """What the entries say wrongly, or cannot know: when the fault began is often found out last."""
    if moment not in MOMENTS:
        raise Invalid("Choose one of the moments that are measured.")
    if not why.strip():
        raise Invalid("Say how this is known; the lengths of time are measured from it.")
    if when > at:
        raise Invalid("That moment lies ahead; give the time it happened.")
    with moving(review, "say_when", by=by, at=at) as thread:
        require_fit(review, None, [why], by_lead=True)
        before = getattr(review, moment)
        setattr(review, moment, when)
        review.corrected = sorted({*review.corrected, moment})
        detail = {"moment": MOMENTS[moment].partition(":")[0]}
        facts = {"moment": moment, "before": before.isoformat() if before else None, "when": when.isoformat()}
        told(thread, review, "say_when", why, by, at, review.readers(), detail=detail, **facts)
