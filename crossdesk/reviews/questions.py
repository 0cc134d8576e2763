"""Reading for the pages of a review. It runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q

from crossdesk.clocks.models import Clock
from crossdesk.joint.claims import Said
from crossdesk.joint.models import OPEN
from crossdesk.joint.reading import JointReading
from crossdesk.kit import caseref
from crossdesk.reviews.lifecycle import State
from crossdesk.reviews.measuring import Measure, measures
from crossdesk.reviews.models import Action, Event, Part, Review
from crossdesk.reviews.work import WORK
from crossdesk.threads.models import EntryBody
from crossdesk.threads.viewer import Viewer

PAGE = 100


def find_review(written: str) -> Review | None:
    """By the incident's reference. What the viewer may not see is as if it were not there."""
    reference = caseref.parse(written)
    if reference is None:
        return None
    return Review.objects.select_related("lead__owner").filter(reference=reference).first()


def exists_for(incident: UUID) -> bool:
    return Review.objects.filter(incident=incident).exists()


@dataclass(frozen=True)
class Row:
    """One line of the tracker: a review, how many of its actions are open, and the part of the viewer's party."""

    review: Review
    open: int
    late: int
    part: Part | None


def tracked(show: str, viewer: Viewer, at: datetime, at_most: int = PAGE) -> list[Row]:
    """Those that are written now, the one due first at the top; or those published, newest first."""
    past = show == "past"
    shown = Q(state=State.PUBLISHED) if past else ~Q(state=State.PUBLISHED)
    order = F("published_at").desc() if past else F("publish_by").asc(nulls_last=True)
    found = list(Review.objects.select_related("lead").filter(shown).order_by(order, "-opened_at")[:at_most])
    keys = [each.pk for each in found]
    still = Action.objects.filter(OPEN, review__in=keys).values_list("review")
    told = still.annotate(still=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)))
    counted = {key: (open_ones, overdue) for key, open_ones, overdue in told}
    mine = {part.review_id: part for part in Part.objects.filter(review__in=keys, party=viewer.party)}
    return [Row(each, *counted.get(each.pk, (0, 0)), mine.get(each.pk)) for each in found]


class Reading(JointReading):
    """One review as one viewer sees it."""

    def __init__(self, review: Review, viewer: Viewer, at: datetime) -> None:
        super().__init__(WORK, review, viewer, at)
        self.review = review

    @property
    def agreed(self) -> list[Said]:
        return [each for each in self.claims if each.agreed]

    @property
    def disputed(self) -> list[Said]:
        return [each for each in self.claims if each.disputed]

    @property
    def unanswered(self) -> list[Said]:
        return [each for each in self.claims if not each.answers]

    @cached_property
    def events(self) -> list[Event]:
        return list(self.review.events.all())

    @cached_property
    def behind(self) -> dict[int, EntryBody]:
        """The words an event was taken from, where they are the viewer's to read."""
        bodies = EntryBody.objects.filter(entry__in=[each.entry for each in self.events]).exclude(words="")
        return {body.entry_id: body for body in bodies}

    @property
    def measures(self) -> list[Measure]:
        return measures(self.review)

    @cached_property
    def clock(self) -> Clock | None:
        return Clock.objects.filter(thread=self.review.pk, measure=Clock.Measure.PUBLISH).order_by("-pk").first()

    @property
    def signed(self) -> int:
        return sum(part.signed_at is not None for part in self.parts)
