"""Given to the parties, drawn back, published: each by a manager of the lead desk, once, with its reason."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, WrongStage
from crossdesk.majors import declaring
from crossdesk.majors.lifecycle import State as Major
from crossdesk.majors.models import MajorIncident
from crossdesk.reviews import deadline
from crossdesk.reviews.collecting import collect
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.models import Review
from crossdesk.reviews.moving import moving, told
from crossdesk.reviews.opening import share, take_in
from crossdesk.threads.viewer import Viewer


def circulate(review: Review, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """From now on every party of the incident reads the review and writes its own section."""
    _say(why, "Say what you ask of the parties, and by when.")
    with moving(review, "circulate", by=by, at=at, seen=seen) as thread:
        require_fit(review, None, [review.title, why], by_lead=True)
        _require_worded(review)
        take_in(review, thread)
        collect(review)
        share(review, thread)
        told(thread, review, "circulate", why, by, at, review.readers())


def draw_back(review: Review, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Who read it reads it still; the sections wait as they are until it is given to the parties again."""
    _say(why, "Say what has to be mended first; the parties have begun to write.")
    with moving(review, "draw_back", by=by, at=at, seen=seen) as thread:
        require_fit(review, None, [why], by_lead=True)
        told(thread, review, "draw_back", why, by, at, review.readers())


def publish(review: Review, *, why: str, without: str = "", by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Every party of the incident reads it whole from now on, and nobody changes it any more."""
    _say(why, "Say in a sentence what was learnt; every party reads that first.")
    with moving(review, "publish", by=by, at=at, seen=seen) as thread:
        incident = MajorIncident.objects.select_related("lead__owner", "lead__seat").get(pk=review.incident_id)
        if incident.state != Major.CLOSED:
            raise WrongStage(
                f"{incident} is {incident.get_state_display().lower()}; a review is published once it is closed,"
                " when every party agreed that its records are reconciled."
            )
        unsigned = [str(part.party) for part in review.parts.filter(signed_at=None).select_related("party")]
        if unsigned and not without.strip():
            raise WrongStage(
                f"Not signed yet: {', '.join(unsigned)}. Wait for their sections, or say why you publish without."
            )
        require_fit(review, None, [why, without], by_lead=True)
        _require_worded(review)
        collect(review)
        share(review, thread)
        review.sections.update(seats=review.seats)
        review.published_at = at
        words = f"{why.strip()}\n\n{without.strip()}".strip()
        told(thread, review, "publish", words, by, at, review.readers(), unsigned=len(unsigned))
        deadline.meet(thread, at=at, by=by)
        declaring.review(incident, words=why, by=by, at=at)


def _require_worded(review: Review) -> None:
    waiting = review.actions.filter(checked=False).order_by("number").first()
    if waiting:
        raise WrongStage(
            f"Action {waiting.number} came from the war room and names what not every party may read;"
            " word it anew first."
        )


def _say(words: str, otherwise: str) -> None:
    if not words.strip():
        raise Invalid(otherwise)
