"""The status page and its past, for everybody: signed out as the public reads it, signed in as one's own seats do.

An answer carries the digest of its facts, so that asking again costs no page; caches may keep what the public reads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from crossdesk.kit.time import now
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.status import calendars, shapes
from crossdesk.status.board import Board, board
from crossdesk.status.disruptions import Disruption, one, past
from crossdesk.status.telling import Places, common, context
from crossdesk.threads.viewer import ANYBODY, Viewer, viewing

CACHES_KEEP = 30
"""Seconds that a cache before us may answer for us."""
JSON, ATOM, ICAL = "application/json", "application/atom+xml; charset=utf-8", "text/calendar; charset=utf-8"
PLACES = Places(
    home="/status/",
    past="/status/past/",
    incident="/status/incidents/{}/".format,
    feed="/status/feed.atom",
    json="/status/status.json",
    calendar="/status/maintenance.ics",
    asset=static,
)
Told = TypeVar("Told")
FRAMES = {True: "base.html", False: "status/frame.html"}


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    return _board(request, lambda seen: _page(request, "status/page.html", context(seen, PLACES)))


@require_safe
def history(request: HttpRequest) -> HttpResponseBase:
    before, at = request.GET.get("before", ""), now()

    def drawn(found: tuple[list[Disruption], bool]) -> HttpResponse:
        rows, more = found
        earlier = f"{PLACES.past}?before={_written(rows[-1])}" if more else ""
        told = {
            **common(PLACES, at),
            "rows": rows,
            "earlier": earlier,
            "later": PLACES.past if before else "",
            "cut": False,
        }
        return _page(request, "status/past.html", told)

    def facts(found: tuple[list[Disruption], bool]) -> object:
        return [before, found[1], [shapes.incident(each, at) for each in found[0]]]

    return _answer(request, lambda: past(_cursor(before)), facts, drawn)


@require_safe
def incident(request: HttpRequest, reference: str) -> HttpResponseBase:
    at = now()

    def drawn(found: Disruption) -> HttpResponse:
        return _page(request, "status/incident.html", {**common(PLACES, at), "one": found})

    def read() -> Disruption:
        if found := one(reference):
            return found
        raise Http404("Nothing was published of such an incident.")

    return _answer(request, read, lambda found: shapes.incident(found, at), drawn)


@require_safe
def as_json(request: HttpRequest) -> HttpResponseBase:
    return _board(request, lambda seen: HttpResponse(shapes.as_json(seen), content_type=JSON))


@require_safe
def as_atom(request: HttpRequest) -> HttpResponseBase:
    link, feed = f"{settings.SITE_URL}{PLACES.home}", f"{settings.SITE_URL}{PLACES.feed}"
    return _board(request, lambda seen: HttpResponse(shapes.atom(seen, link, feed), content_type=ATOM))


@require_safe
def as_calendar(request: HttpRequest) -> HttpResponseBase:
    """Maintenance alone: bridge calls go to the private address, which only its holder knows."""
    return _board(request, lambda seen: _ical(seen, ()))


@require_safe
def private_calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    viewer = calendars.opened(token, now())
    if viewer is None:
        raise Http404("This address was ended, or never was one.")
    with viewing(viewer):
        rooms = MajorIncident.objects.filter(state=State.DECLARED).exclude(bridge="").select_related("thread")
        calls = tuple(rooms.order_by("declared_at"))
    told = [(each.reference, each.thread.length) for each in calls]
    return _board(request, lambda seen: _ical(seen, calls), told, viewer=viewer)


def viewer_of(request: HttpRequest) -> Viewer:
    return getattr(request, "viewer", None) or ANYBODY


def _board(
    request: HttpRequest, draw: Callable[[Board], HttpResponse], *beside: object, viewer: Viewer | None = None
) -> HttpResponseBase:
    return _answer(request, lambda: board(now()), lambda seen: [shapes.facts(seen), *beside], draw, viewer)


def _answer(
    request: HttpRequest,
    read: Callable[[], Told],
    facts: Callable[[Told], object],
    draw: Callable[[Told], HttpResponse],
    viewer: Viewer | None = None,
) -> HttpResponseBase:
    viewer = viewer or viewer_of(request)
    with viewing(viewer):
        seen = read()
    etag = f'"{shapes.digest(facts(seen), request.path, viewer.seats, request.COOKIES.get("theme"))}"'
    response = get_conditional_response(request, etag=etag) or draw(seen)
    if viewer is not ANYBODY and response.headers.get("Content-Type", "").startswith("text/html"):
        return response  # its frame holds what no digest of ours knows: a new token each time, and what is live
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache" if viewer is not ANYBODY else f"public, max-age={CACHES_KEEP}"
    if viewer is ANYBODY:  # the page of another site may show what everybody may read
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _page(request: HttpRequest, template: str, told: dict[str, Any]) -> HttpResponse:
    viewer = getattr(request, "viewer", None)
    frame = {
        "frame": FRAMES[viewer is not None],
        "reader": viewer.party_name if viewer else "",
        "written": None,
        "maintains": bool(viewer and viewer.desks),
    }
    return render(request, template, {**told, **frame})


def _ical(seen: Board, calls: tuple[MajorIncident, ...]) -> HttpResponse:
    link = f"{settings.SITE_URL}{PLACES.home}"
    return HttpResponse(shapes.calendar(seen, link, calls), content_type=ICAL)


def _written(last: Disruption) -> str:
    """Where the next page of the past begins."""
    return f"{last.over_at:%Y%m%dT%H%M%S.%fZ}-{last.reference}"


def _cursor(written: str) -> tuple[datetime, str] | None:
    moment, _, reference = written.partition("-")
    try:
        return datetime.strptime(f"{moment}+0000", "%Y%m%dT%H%M%S.%fZ%z"), reference
    except ValueError:
        return None
