"""What the frame around every page needs: who acts for whom, and where one can go."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest

from crossdesk.threads.viewer import Viewer

CASE_PAGE = re.compile(r"/cases/[^/]+")


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    theme = request.COOKIES.get("theme", "")
    return {
        "viewer": viewer,
        "live_since": f"{getattr(request, 'began', 0):.3f}",
        "acting": getattr(request, "acting", None),
        "theme": theme if theme in {"light", "dark"} else "",
        "keys": "on" if getattr(request.user, "single_keys", True) else "off",
        "nav": _nav(request, viewer) if viewer else [],
    }


def _nav(request: HttpRequest, viewer: Viewer) -> list[dict[str, Any]]:
    at_desk = bool(viewer.desks)
    places = [("/queue/", "Queue")] if at_desk else []
    places += [("/raise/", "Raise a case"), ("/cases/", "My cases"), ("/updates/", "Updates")]
    if at_desk:
        places.append(("/mail/", "Unmatched mail"))
    places.append(("/directory/", "Directory"))
    if viewer.lists:
        places.append(("/cases/?of=named", "Restricted"))
    here = "/queue/" if at_desk and CASE_PAGE.match(request.path) else request.path
    return [{"url": url, "label": label, "current": here.startswith(url), "count": None} for url, label in places]
