"""What is known: the newest articles, what the market's reference holds, and for a desk what waits for it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.kit.time import london, now
from crossdesk.knowledge import questions
from crossdesk.knowledge.questions import PAGE
from crossdesk.web.seeing import Seen

SHELVES = (
    ("query_types", "Who to ask about what"),
    ("interfaces", "Interfaces of the DIP"),
    ("codes", "Response codes"),
    ("journal", "The DIP's journal"),
    ("systems", "Systems"),
    ("scenarios", "Scenarios and thresholds"),
    ("terms", "Words of the market"),
)


@require_GET
def browse(request: HttpRequest) -> HttpResponse:
    viewer, at, book = cast(Seen, request).viewer, now(), rulebook.current()
    system, before = request.GET.get("system", ""), request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 7 else 0
    rows = questions.published()
    if system in book.systems:
        rows = rows.filter(systems__contains=[system])
    found, more = questions.page_of(rows, start)
    at_desk = bool(viewer.desks)
    around = f"/knowledge/?system={system}&before=" if system else "/knowledge/?before="
    context = {
        "articles": found,
        "at": at,
        "earlier": f"{around}{max(start - PAGE, 0)}" if start else None,
        "later": f"{around}{start + PAGE}" if more else None,
        "systems": [(key, row.name) for key, row in book.systems.items()],
        "system": system,
        "shelves": [(kind, title, len(book.rows(kind))) for kind, title in SHELVES],
        "at_desk": at_desk,
        "unfinished": questions.unfinished(viewer) if at_desk else [],
        "overdue": questions.overdue(viewer, london(at).date()) if at_desk else [],
        "retired": questions.retired(viewer) if at_desk else [],
        "tally": questions.tally(viewer.desks) if at_desk else None,
    }
    return render(request, "knowledge/browse.html", context)
