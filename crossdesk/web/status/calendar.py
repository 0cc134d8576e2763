"""The private calendar address of a person: made, shown once, ended."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from crossdesk.kit.time import now
from crossdesk.status import calendars
from crossdesk.status.models import CalendarKey
from crossdesk.web.seeing import Seen


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
def give(request: HttpRequest) -> HttpResponse:
    token = calendars.give(by=cast(Seen, request).viewer, at=now())
    return _show(request, f"{settings.SITE_URL}/status/calendar/{token}.ics")


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    ended = calendars.end(by=cast(Seen, request).viewer, at=now())
    messages.success(request, "That address opens nothing any more." if ended else "There was no address to end.")
    return redirect("/calendar/")


def _show(request: HttpRequest, address: str = "") -> HttpResponse:
    kept = CalendarKey.objects.filter(party=cast(Seen, request).viewer.party, until=None).first()
    return render(request, "status/calendar.html", {"kept": kept, "address": address})
