"""What a desk asked for and did not get: how often, on which query, from whom, and the latest cases."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.cases import missing
from crossdesk.kit.time import now
from crossdesk.web.console.filters import asked_of
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen

DAYS = (30, 90, 365)


@require_GET
def without(request: Seen) -> HttpResponse:
    if not request.viewer.desks:
        return show(request, "console/no_desk.html", {})
    asked, given, book = asked_of(request.GET, request.viewer), request.GET.get("days", ""), rulebook.current()
    days = next((each for each in DAYS if str(each) == given), DAYS[0])
    since = now() - timedelta(days=days)
    context = {
        "asked": asked,
        "days": days,
        "choices": [(each, asked.address("/queue/without", view="", days=each)) for each in DAYS],
        "cases": missing.cases_without(asked.seat, since),
        "counted": missing.counted(asked.seat, since),
        "parties": missing.by_party(asked.seat, since),
        "newest": missing.newest(asked.seat, since),
        "evidence": {key: each.label for key, each in book.evidence.items()},
        "queries": {key: each.name for key, each in book.query_types.items()},
        "at": now(),
    }
    return show(request, "console/without.html", context)
