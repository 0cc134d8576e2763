"""A review as its reader may see it, and a party's own page for its section."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.access import TRIAGE_WORK
from crossdesk.joint.acting import owed
from crossdesk.joint.claims import Said
from crossdesk.kit.time import now
from crossdesk.problems.questions import of_incident
from crossdesk.reviews import deadline
from crossdesk.reviews.lifecycle import State
from crossdesk.reviews.models import Action
from crossdesk.reviews.questions import Reading
from crossdesk.web.console.clocks import drawn
from crossdesk.web.console.rendering import show
from crossdesk.web.reviews import telling
from crossdesk.web.reviews.acting import NOT_THERE, address_of, review_for
from crossdesk.web.reviews.acts import buttons
from crossdesk.web.seeing import Seen

PARTS = ("head", "board")


@require_GET
def review_page(request: Seen, reference: str) -> HttpResponse:
    return show(request, "reviews/review.html", context(_reading(request, reference)), parts=PARTS)


@require_GET
def section_page(request: Seen, reference: str) -> HttpResponse:
    """Where a party writes, signs and says under which name it is read. Nobody else finds anything here."""
    reading = _reading(request, reference)
    if reading.mine is None:
        raise Http404(NOT_THERE)
    return show(request, "reviews/section.html", context(reading))


def _reading(request: Seen, reference: str) -> Reading:
    return Reading(review_for(reference), request.viewer, now())


def context(reading: Reading) -> dict[str, Any]:
    review = reading.review
    row, offered = deadline.rule(), buttons(reading)
    return {
        "reading": reading,
        "review": review,
        "address": address_of(review),
        "at": reading.at,
        "steps": offered.steps,
        "can": offered.beside,
        "problems": lambda: of_incident(review.incident_id),
        "may_open_problem": reading.at_lead and bool(reading.viewer.roles & TRIAGE_WORK),
        "lifecycle": [State.DRAFTING, State.WITH_PARTIES, State.PUBLISHED],
        "counts_from": deadline.words_of(row) if row and row.minutes else "",
        "may_answer": lambda said: may_answer(reading, said),
        "may_finish": lambda action: may_finish(reading, action),
        "owed": lambda: owed(reading.actions, reading.at),
        "clock_of": lambda action: drawn(reading.clocks.get(action.pk), reading.at),
        "lines": lambda: [telling.line(entry, review) for entry in reading.history],
    }


def may_answer(reading: Reading, said: Said) -> bool:
    mine = reading.mine
    return reading.review.state == State.WITH_PARTIES and mine is not None and said.claim.part_id != mine.pk


def may_finish(reading: Reading, action: Action) -> bool:
    """As the verb: the party that owes it, or the lead desk for it."""
    if not action.open or reading.review.state == State.SET_ASIDE:
        return False
    return reading.at_lead or (reading.mine is not None and action.part_id == reading.mine.pk)
