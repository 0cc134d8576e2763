"""Just raised: the reference, what happens next and by when, who reads it, and another like it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.models import Case, Standing
from crossdesk.parties.models import Seat
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.acting import case_for
from crossdesk.web.portal.draft import Draft, draft_of

AGAIN = ("impact", "suspected_cause", "investigated", "change_reference")
"""What another case like this one begins with. Its references, evidence and own case number are its own."""


@require_GET
def raised(request: HttpRequest, reference: str) -> HttpResponse:
    case = case_for(reference)
    entry = _first_entry(case)
    query = rulebook.current().query_types.get(case.query_type)
    context = {
        "case": case,
        "standing": Standing.objects.filter(case=case, part=Standing.Part.RAISED, leg=0).first(),
        "told": entry.body.detail if entry else {},
        "readers": list(Seat.objects.filter(pk__in=entry.seats).order_by("label")) if entry else [],
        "query": query.name if query else case.query_type,
        "sets": list(case.reference_sets.order_by("pk")),
        "files": list(case.evidence.order_by("pk")),
        "kinds": KINDS,
    }
    return render(request, "portal/raised.html", context)


def like(reference: str, viewer: Viewer) -> Draft:
    case = case_for(reference)
    entry = _first_entry(case) if case.raiser_id == viewer.party else None
    told = entry.body.detail if entry else {}
    again = {"query_type": case.query_type, "scenario": case.scenario, "summary": case.summary}
    return draft_of(again | {name: told.get(name, "") for name in AGAIN})


def _first_entry(case: Case) -> Entry | None:
    return Entry.objects.select_related("body").filter(thread=case.pk, kind="case.raised").first()
