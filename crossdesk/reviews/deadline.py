"""By when the review is published: a clock on the review's own thread, by the rules' figure and nobody's guess."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk import rulebook
from crossdesk.cases.promises import steps
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import By, Promise, live_clocks, start, turn
from crossdesk.kit.time import span
from crossdesk.reviews.models import Review
from crossdesk.rulebook.rows.times import Deadline
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import CROSSDESK

STOOD_DOWN, CLOSED = "stood-down", "closed"
WHEN = {STOOD_DOWN: "stood down", CLOSED: "closed"}


def rule() -> Deadline | None:
    return rulebook.current().deadlines.get("publish-review")


def words_of(row: Deadline) -> str:
    """What is promised, and on whose word."""
    told = f"within {span(timedelta(minutes=row.minutes))} after the incident is {WHEN[row.counts_from]}"
    return told if row.published else f"{told} (our own default; the market has not published a figure)"


def begin(review: Review, thread: Thread, event: str, at: datetime) -> None:
    """When the step has come that the rules count from. Where nobody set a figure no clock runs."""
    row = rule()
    if row is None or not row.minutes or row.counts_from != event or standing(thread):
        return
    calendar = Calendar.objects.filter(name=row.calendar).first() if row.calendar else None
    promise = Promise(
        Clock.Measure.PUBLISH,
        timedelta(minutes=row.minutes),
        rule=f"Published {words_of(row)}",
        source=row.source,
        published=row.published,
        calendar=calendar,
        steps=steps(),
    )
    (clock,) = start(thread, [promise], desk=review.lead_id, readers=review.readers(), at=at)
    review.publish_by = clock.due_at


def widen(review: Review, thread: Thread) -> None:
    """Whoever reads the review from now on reads what its clock does from now on."""
    for clock in standing(thread):
        clock.seats = review.seats
        clock.save(update_fields=["seats"])


def meet(thread: Thread, *, at: datetime, by: By) -> None:
    turn(thread, standing(thread), Turn.MEET, at=at, by=by)


def stop(review: Review, thread: Thread, because: str, *, at: datetime) -> None:
    turn(thread, standing(thread), Turn.STOP, at=at, because=because, by=CROSSDESK)
    review.publish_by = None


def standing(thread: Thread) -> list[Clock]:
    return live_clocks(thread, measure=Clock.Measure.PUBLISH)
