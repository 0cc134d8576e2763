"""What every verb on a review does around its own few lines: lock, state, permission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crossdesk.majors.moving import same_as_seen
from crossdesk.reviews import policy
from crossdesk.reviews.lifecycle import MOVES, advance
from crossdesk.reviews.models import Part, Review
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

TRUTH = Review.objects.select_related("lead__owner", "lead__seat", "incident")


@contextmanager
def moving(
    review: Review, name: str, *, by: Viewer, at: datetime, part: Part | None = None, seen: int | None = None
) -> Iterator[Thread]:
    """Inside, the thread is locked and the review is as it truly is. `seen` is the last sequence the asker read.

    What follows from the incident comes with the incident's thread locked, so a verb that changes both locks it first.
    """
    with verbs():
        if name == "publish":
            Thread.objects.select_for_update().get(pk=review.incident_id)
        thread = Thread.objects.select_for_update().get(pk=review.pk)
        review.refresh_from_db(from_queryset=TRUTH)
        if part is not None:
            part.refresh_from_db(from_queryset=Part.objects.select_related("party"))
        same_as_seen(thread, by, seen, MOVES, "review")
        to = advance(review, name)
        policy.require(by, name, review, part)
        review.state = to or review.state
        yield thread
        review.save()


def told(
    thread: Thread, review: Review, move: str, words: str, by: Viewer, at: datetime, audience: Audience, **more: Any
) -> Entry:
    """In the hand of the lead desk where one of its people did it for the desk, else of the person's own party."""
    desk = review.lead_id if by.works_at(review.lead_id) and audience.kind in {"review", "internal"} else None
    return record(thread, f"review.{move}", audience=audience, by=by.author(desk), at=at, words=words.strip(), **more)
