"""Actions of a review: a party, who of it, by when. What the war room left open came here when it closed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from crossdesk.access import Invalid
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.models import Action, Owner, Part, Review
from crossdesk.reviews.moving import moving, told
from crossdesk.threads.viewer import Viewer, verbs


def give(review: Review, what: str, *, part: Part, owner: str, due_at: datetime, by: Viewer, at: datetime) -> Action:
    if not what.strip() or not owner.strip():
        raise Invalid("Say what is to be done and who of that party does it.")
    if due_at <= at:
        raise Invalid("Give the action a due date that lies ahead.")
    with moving(review, "give_action", by=by, at=at) as thread:
        part.refresh_from_db(from_queryset=Part.objects.select_related("party"))
        require_fit(review, part, [what], by_lead=True)
        action = Action.objects.create(
            review=review,
            number=(review.actions.aggregate(last=Max("number"))["last"] or 0) + 1,
            what=what.strip()[:300],
            part=part,
            who=str(part),
            given_at=at,
            due_at=due_at,
            seats=review.seats,
        )
        seats = review.seats if part.named else part.seats
        Owner.objects.create(action=action, name=owner.strip()[:120], seats=seats)
        detail = {"what": action.what, "party": str(part.party), "owner": owner.strip()[:120]}
        told(thread, review, "give_action", "", by, at, part.between(), detail=detail, action=action.pk)
        return action


def word(action: Action, what: str, *, by: Viewer, at: datetime) -> None:
    """One that came from the war room in words that only the room may read."""
    if not what.strip():
        raise Invalid("Say what is to be done.")
    review, part = action.review, _part_of(action)
    with moving(review, "word_action", by=by, at=at) as thread:
        require_fit(review, part, [what], by_lead=True)
        action.what, action.checked, action.seats = what.strip()[:300], True, review.seats
        action.save(update_fields=["what", "checked", "seats"])
        told(thread, review, "word_action", action.what, by, at, part.between(), action=action.pk)


def finish(action: Action, *, result: str, by: Viewer, at: datetime) -> None:
    review, part = action.review, _part_of(action)
    with moving(review, "finish_action", by=by, at=at, part=part) as thread:
        action.refresh_from_db(fields=["done_at"])
        if action.done_at:
            raise Invalid(f"Action {action.number} is done already.")
        require_fit(review, part, [result])
        action.done_at, action.result = at, result.strip()[:300]
        action.save(update_fields=["done_at", "result"])
        told(thread, review, "finish_action", result, by, at, part.between(), action=action.pk)


def _part_of(action: Action) -> Part:
    """Whose action it is may be hidden from whoever asks; policy answers them without a name."""
    with verbs():
        return Part.objects.select_related("party").get(pk=action.part_id)
