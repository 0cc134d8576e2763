"""Messages with other organisations' tools: those that need a person, the latest, and all under a reference."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crossdesk.exchange.letters.words import one_line
from crossdesk.exchange.lines import Line
from crossdesk.kit.time import now
from crossdesk.web.messages import rows
from crossdesk.web.seeing import Seen


@require_safe
def every(request: Seen) -> HttpResponse:
    if not request.viewer.desks:
        return render(request, "console/no_desk.html", {})
    at, sought = now(), one_line(request.GET.get("q", ""), 200)
    show = request.GET.get("show", "people") if not sought else ""
    found = rows.under(sought) if sought else rows.latest() if show == "latest" else rows.for_people(at)
    troubled = Line.objects.exclude(trouble="").select_related("agreement__promiser", "agreement__desk")
    context = {
        "rows": found,
        "sought": sought,
        "show": show,
        "most": rows.MOST,
        "troubled": list(troubled.order_by("trouble_since")[:20]),
        "at": at,
    }
    return render(request, "messages/every.html", context)
