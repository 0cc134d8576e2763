"""Actions of a review: a party, who of it, by when. What the war room left open came here when it closed."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.joint import acting as joint
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.models import Action, Part, Review
from crossdesk.reviews.moving import moving, told
from crossdesk.reviews.work import WORK
from crossdesk.threads.viewer import Viewer


def give(review: Review, what: str, *, part: Part, owner: str, due_at: datetime, by: Viewer, at: datetime) -> Action:
    action: Action = joint.give(WORK, review, what, part=part, owner=owner, due_at=due_at, by=by, at=at)
    return action


def word(action: Action, what: str, *, by: Viewer, at: datetime) -> None:
    """One that came from the war room in words that only the room may read."""
    if not what.strip():
        raise Invalid("Say what is to be done.")
    review, part = action.review, joint.part_of(WORK, action)
    with moving(review, "word_action", by=by, at=at) as thread:
        require_fit(review, part, [what], by_lead=True)
        action.what, action.checked, action.seats = what.strip()[:300], True, review.seats
        action.save(update_fields=["what", "checked", "seats"])
        told(thread, review, "word_action", action.what, by, at, part.between(), action=action.pk)


def finish(action: Action, *, result: str, by: Viewer, at: datetime) -> None:
    joint.finish(WORK, action, result=result, by=by, at=at)


def move(action: Action, *, due_at: datetime, why: str, by: Viewer, at: datetime) -> None:
    joint.move(WORK, action, due_at=due_at, why=why, by=by, at=at)


def withdraw(action: Action, *, why: str, by: Viewer, at: datetime) -> None:
    joint.withdraw(WORK, action, why=why, by=by, at=at)
