"""Views of the queue that their reader keeps, and the queue as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import Refused
from crossdesk.cases.models import Standing
from crossdesk.cases.queue import Place, narrowed, page_of, queue, views, with_cases
from crossdesk.cases.saved_views import keep_view, remove_view
from crossdesk.kit.time import iso, now
from crossdesk.threads.viewer import Viewer, viewing
from crossdesk.web.console.filters import Asked, asked_of, system_name
from crossdesk.web.console.rows import row_of
from crossdesk.web.once import sending_of
from crossdesk.web.seeing import Seen

AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = (
    "Priority", "Case", "Summary", "Stage", "Next by (UTC)", "Who", "What", "Legs", "Raiser", "System", "Raised (UTC)",
)  # fmt: skip


@require_POST
def keep(request: Seen) -> HttpResponse:
    asked = asked_of(request.POST, request.viewer)
    try:
        kept = keep_view(
            asked.desk, name=request.POST.get("name", ""), asked={"view": asked.view, **asked.query}, by=request.viewer
        )
    except Refused as refused:
        sending_of(request).refused = True
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"Kept as “{kept}”.")
    return redirect(asked.link())


@require_POST
def remove(request: Seen, pk: int) -> HttpResponse:
    remove_view(pk, by=request.viewer)
    return redirect(asked_of(request.POST, request.viewer).link())


@require_GET
def export(request: Seen) -> HttpResponseBase:
    """What this viewer sees in this view, all of it, read in pieces while it is sent."""
    asked, at = asked_of(request.GET, request.viewer), now()
    view = asked.view_among(views(at, request.viewer.person))
    lines = csv_lines(asked, view.rows & narrowed(asked.chosen), request.viewer, at)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{slugify(asked.name)}-{view.key}-{at:%Y-%m-%d-%H%M}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Line:
    """What csv writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(asked: Asked, rows: Q, viewer: Viewer, at: datetime) -> Iterator[str]:
    """Each piece is read as the viewer, in a transaction of its own: a download may outlast its request."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(HEADINGS)  # the mark by which spreadsheets know the encoding
    place: Place | None = None
    while True:
        with viewing(viewer):
            found, place = page_of(queue(asked.seat, rows), place, AT_ONCE)
            lines = [writer.writerow(map(plain, _cells(each, asked, viewer, at))) for each in with_cases(found)]
        yield from lines
        if place is None:
            return


def _cells(standing: Standing, asked: Asked, viewer: Viewer, at: datetime) -> tuple[str, ...]:
    row, case = row_of(standing, asked.name, viewer, at), standing.case
    return (
        f"P{standing.priority}" if standing.priority < 5 else "",
        case.reference,
        case.summary,
        row.stage_words,
        iso(standing.next_by) if standing.next_by else "",
        row.who,
        standing.next_what,
        "; ".join(map(str, row.marks)),
        case.raiser.name,
        system_name(case.system) if case.system else "",
        iso(case.raised_at),
    )


def plain(cell: str) -> str:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
