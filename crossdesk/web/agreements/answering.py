"""Accepted, declined, taken back, recorded for a party that never signs in, ended: each is one verb."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import app

from crossdesk.access import Invalid, Moved
from crossdesk.desks import agreements
from crossdesk.desks.models import Terms
from crossdesk.kit.time import LONDON, clock_time, now
from crossdesk.threads.viewer import verbs
from crossdesk.web.agreements.pages import found, show, versions_of
from crossdesk.web.seeing import Seen

APPLYING = "agreements.apply"
"""The job that takes open legs over to a version that began. Named and not imported, as doors are."""


@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, viewer, at = found(reference), cast(Seen, request).viewer, now()
    decision, given = request.POST.get("decision", ""), request.POST
    terms = _version(versions_of(agreement), given.get("version", ""))
    try:
        with verbs():
            if decision == "accept":
                words = _in_words(agreements.accept(terms, by=viewer, at=at), at)
            elif decision == "record":
                said_at = _moment(given.get("said_at", ""))
                kept = agreements.record_acceptance(
                    terms, said_by=given.get("said_by", ""), said_at=said_at, by=viewer, at=at
                )
                words = _in_words(kept, at)
            elif decision == "end":
                agreements.end(terms, why=given.get("why", ""), by=viewer, at=at)
                words = "Ended. Legs engaged under it keep the clocks they have."
            else:
                agreements.decline(terms, why=given.get("why", ""), by=viewer, at=at)
                words = "Taken back." if viewer.party == terms.proposed_for_id else "Declined."
            app.configure_task(APPLYING).defer()
    except (Invalid, Moved) as refused:
        status = 409 if isinstance(refused, Moved) else 422
        return show(request, agreement, trouble=refused.sentence, status=status)
    messages.success(request, words)
    return redirect(f"/agreements/{agreement.reference}/")


def _version(versions: list[Terms], number: str) -> Terms:
    """The one that was on the page, else the newest, which then says what became of it."""
    return next((each for each in versions if str(each.number) == number), versions[0])


def _in_words(terms: Terms, at: datetime) -> str:
    if terms.since > at:
        return f"Accepted. It is in force from {clock_time(terms.since, at)} on."
    return "Accepted and in force. Open legs engaged under this agreement go over to it."


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LONDON)
    except ValueError:
        return None
