"""What the frame around every page needs: who acts for whom, and where one can go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from crossdesk.kit.time import clock_time, now
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.questions import live_ones
from crossdesk.operations.questions import live as periods
from crossdesk.threads.viewer import Viewer
from crossdesk.web.jinja import left


@dataclass(frozen=True)
class Frame:
    """Where one can go: in the bar, beside where one is, and what else there is."""

    bar: list[dict[str, Any]] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    more: list[dict[str, Any]] = field(default_factory=list)


CASE_PAGE = re.compile(r"/cases/[^/]+")


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    # A part that refreshes alone draws no frame, and so asks for none of this.
    live = SimpleLazyObject(lambda: live_ones() if viewer else [])
    theme = request.COOKIES.get("theme", "")
    return {
        "viewer": viewer,
        "live_since": f"{getattr(request, 'began', 0):.3f}",
        "acting": getattr(request, "acting", None),
        "theme": theme if theme in {"light", "dark"} else "",
        "keys": "on" if getattr(request.user, "single_keys", True) else "off",
        "nav": SimpleLazyObject(lambda: _frame(request, viewer, len(live)) if viewer else Frame()),
        "live_majors": live,
        "special_periods": SimpleLazyObject(lambda: periods(now()) if viewer else []),
        "majors": SimpleLazyObject(lambda: [strip_of(each) for each in live if each.state == State.DECLARED]),
    }


def strip_of(incident: MajorIncident) -> dict[str, Any]:
    """What stands under the bar of every page, until the incident is stood down."""
    due = incident.next_update_by
    return {
        "thread": incident.pk,
        "reference": incident.reference,
        "title": incident.title,
        "next_by": clock_time(due, now()) if due else "",
        "in_words": left(due) if due else "",
        "due": due,
        "url": f"/majors/{incident.reference}/",
    }


Place = tuple[str, str]


def sections(viewer: Viewer) -> list[list[Place]]:
    """What belongs together. The first of each stands in the bar, all of them in a second row while one is open."""
    at_desk = bool(viewer.desks)
    cases = [("/cases/", "My cases"), *([("/cases/?of=named", "Restricted")] if viewer.lists else [])]
    majors, status = [("/majors/", "Majors"), ("/updates/", "Updates")], [("/status/", "Status")]
    known, problems = ("/known-errors/", "Known errors"), ("/problems/", "Problems")
    actions = ("/actions/", "Actions")
    return [
        *([[("/queue/", "Queue"), ("/mail/", "Unmatched mail"), ("/messages/", "Messages")]] if at_desk else []),
        [("/raise/", "Raise a case")],
        cases,
        [("/requests/", "Requests")],
        *([majors + status] if at_desk else [majors, status]),
        [("/health/", "Health")],
        [problems, actions, known] if at_desk else [known, problems, actions],
        [("/knowledge/", "Knowledge")],
        [("/directory/", "Directory"), ("/agreements/", "Agreements")],
    ]


def _frame(request: HttpRequest, viewer: Viewer, majors: int) -> Frame:
    open_now = "/queue/" if viewer.desks and CASE_PAGE.match(request.path) else request.path
    counts = {"/majors/": majors or None}

    def told(place: Place, current: bool) -> dict[str, Any]:
        return {"url": place[0], "label": place[1], "current": current, "count": counts.get(place[0])}

    every = sections(viewer)
    several = [section for section in every if len(section) > 1]
    beside = next((each for each in several if any(request.path.startswith(url) for url, _ in each)), [])
    return Frame(
        bar=[told(each[0], any(open_now.startswith(url) for url, _ in each)) for each in every],
        beside=[told(place, request.path.startswith(place[0])) for place in beside],
        more=[told(place, False) for each in several for place in each[1:]],
    )
