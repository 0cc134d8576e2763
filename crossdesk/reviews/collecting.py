"""The timeline of a review, taken from what the incident's thread and its cases recorded. Inside `verbs()`.

Each line is a sentence of the product's own, so that it may be read by parties that compete: it names nobody. The words
behind it stay with their readers; what everybody should read of them the lead desk writes itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from crossdesk.cases.models import Case, CaseLink
from crossdesk.majors.models import MajorIncident
from crossdesk.reviews.measuring import MOMENTS
from crossdesk.reviews.models import Event, Review
from crossdesk.threads.models import Entry

IN_THE_ROOM = {
    "major.propose": "Proposed as a major incident",
    "major.declare": "Declared a major incident",
    "major.restore": "Service restored",
    "major.stand_down": "Stood down",
    "major.declare_again": "Declared again",
    "major.resend": "What was missed had been sent",
    "major.agree": "A party agreed that its records are reconciled",
    "major.close": "Closed",
    "major.brief": "An update was published",
    "major.bring_in": "A party was brought into the war room",
    "major.decide": "A decision was taken",
    "major.note": "Something was noted in the war room",
    "major.give_action": "An action was given",
    "major.finish_action": "An action was done",
}
IN_ITS_CASES = {
    "case.raised": "A case was raised",
    "case.take": "A case was taken into triage",
    "leg.engage": "A desk was engaged",
    "leg.resolve": "An engaged desk answered",
    "case.resolve": "A case was resolved",
}
MOST = 2_000
"""Lines of one review; the earliest are kept."""


def cases_of(incident: MajorIncident) -> list[UUID]:
    """Those under it to its end, and all their children. Of a case restricted to named people nothing is told."""
    under = incident.under.filter(Q(until=None) | Q(until=incident.closed_at))
    found = new = set(under.values_list("case", flat=True))
    while new:
        children = CaseLink.objects.filter(parent__in=new, kind=CaseLink.Kind.CHILD).values_list("child", flat=True)
        new = set(children) - found
        found |= new
    return list(Case.objects.filter(pk__in=found, lists={}).order_by("pk").values_list("pk", flat=True))


def collect(review: Review) -> None:
    """All there is to this moment. Lines that were worded or left out stay as they are."""
    incident = review.incident
    cases = cases_of(incident)
    room = Entry.objects.filter(thread=incident.pk, kind__in=IN_THE_ROOM).exclude(audience="internal")
    of_cases = Entry.objects.filter(thread__in=cases, kind__in=IN_ITS_CASES)
    keep(review, [*room.order_by("happened_at", "pk")[:MOST], *of_cases.order_by("happened_at", "pk")[:MOST]])
    _measure(review, cases)


def keep(review: Review, entries: Iterable[Entry]) -> None:
    rows = [
        Event(
            review=review,
            entry=entry.pk,
            title=(IN_THE_ROOM | IN_ITS_CASES)[entry.kind],
            happened_at=entry.happened_at,
            recorded_at=entry.recorded_at,
            seats=review.seats,
        )
        for entry in entries
    ]
    Event.objects.bulk_create(rows, ignore_conflicts=True)


def _measure(review: Review, cases: list[UUID]) -> None:
    found = _moments(review, cases)
    for name in MOMENTS:
        if name not in review.corrected:
            setattr(review, name, found[name])


def _moments(review: Review, cases: list[UUID]) -> dict[str, datetime | None]:
    """Read off the entries: within the verb that makes one, the incident's own row is not yet written."""
    incident = review.incident
    raised = Case.objects.filter(pk__in=cases).aggregate(first=Min("raised_at"))["first"]
    told = Entry.objects.filter(thread=incident.pk)
    taken = Entry.objects.filter(thread__in=cases, kind="case.take").aggregate(first=Min("happened_at"))["first"]
    agreed = not incident.parties.filter(agreed_at=None).exists()
    return {
        "began_at": incident.began_at,
        "noticed_at": _first(raised, incident.proposed_at),
        "responded_at": _first(taken, _last(told, "major.declare", first=True)),
        "restored_at": _last(told, "major.restore"),
        "reconciled_at": _last(told, "major.agree") if agreed else None,
    }


def _first(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each), default=None)


def _last(told: QuerySet[Entry], kind: str, *, first: bool = False) -> datetime | None:
    entry = told.filter(kind=kind).order_by("seq" if first else "-seq").first()
    return entry.happened_at if entry else None
