"""What the frame around every page needs: who acts for whom, and where one can go."""

from __future__ import annotations

import re
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
        "nav": SimpleLazyObject(lambda: _nav(request, viewer, len(live)) if viewer else []),
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


def _nav(request: HttpRequest, viewer: Viewer, majors: int) -> list[dict[str, Any]]:
    at_desk = bool(viewer.desks)
    places = [("/queue/", "Queue")] if at_desk else []
    places += [("/raise/", "Raise a case"), ("/cases/", "My cases"), ("/majors/", "Majors"), ("/updates/", "Updates")]
    places.append(("/status/", "Status"))
    if at_desk:
        places += [("/mail/", "Unmatched mail"), ("/messages/", "Messages")]
    places += [("/knowledge/", "Knowledge"), ("/directory/", "Directory")]
    if viewer.lists:
        places.append(("/cases/?of=named", "Restricted"))
    here = "/queue/" if at_desk and CASE_PAGE.match(request.path) else request.path
    counts = {"/majors/": majors or None}
    return [
        {"url": url, "label": label, "current": here.startswith(url), "count": counts.get(url)} for url, label in places
    ]
