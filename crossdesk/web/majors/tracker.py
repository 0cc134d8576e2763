"""All major incidents this viewer may see, on one page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from crossdesk.kit.time import iso, now
from crossdesk.majors.questions import Owed, Row, tracked
from crossdesk.reviews import questions as reviews
from crossdesk.web.acts import Control
from crossdesk.web.console.keeping import plain
from crossdesk.web.console.rendering import show
from crossdesk.web.majors.acts import buttons
from crossdesk.web.seeing import Seen

HEADINGS = (
    "Incident", "State", "Title", "System", "Lead", "Proposed (UTC)", "Declared (UTC)", "Next update by (UTC)",
    "Open actions by party", "Cases", "Restored (UTC)", "Stood down (UTC)", "Closed (UTC)",
)  # fmt: skip


@require_GET
def tracker(request: Seen) -> HttpResponse:
    at, asked = now(), _asked(request)
    rows = tracked(asked, at)
    context = {
        "asked": asked,
        "rows": rows,
        "candidates": [
            (row, _deciding(row, request)) for row in (tracked("candidates", at) if asked == "live" else ())
        ],
        "owed": owed_words,
        "reviews": reviews.tracked(asked, request.viewer, at),
        "at": at,
    }
    return show(request, "majors/tracker.html", context)


@require_GET
def export(request: Seen) -> HttpResponse:
    asked, at = _asked(request), now()
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    writer.writerows(map(plain, _cells(row)) for row in _all(asked, at))
    # The mark by which spreadsheets know the encoding.
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    return _file(response, asked, at, "csv")


@require_GET
def export_json(request: Seen) -> HttpResponse:
    """For a tool of the reader's own: the same rows, with moments in UTC and the actions as numbers."""
    asked, at = _asked(request), now()
    told = {"at": iso(at), "show": asked, "incidents": [_told(row) for row in _all(asked, at)]}
    return _file(JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1}), asked, at, "json")


def _all(asked: str, at: datetime) -> list[Row]:
    """As far as the reader may see: each row and each number is read as the viewer."""
    shown = ("candidates", "live") if asked == "live" else ("past",)
    return [row for each in shown for row in tracked(each, at, None)]


def _file(response: HttpResponse, asked: str, at: datetime, kind: str) -> HttpResponse:
    name = f"major-incidents-{asked}-{at:%Y-%m-%d-%H%M}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


MOMENTS = (
    "began_at", "proposed_at", "declared_at", "last_update_at", "next_update_by", "restored_at", "stood_down_at",
    "reconciled_at", "closed_at", "reviewed_at",
)  # fmt: skip


def _told(row: Row) -> dict[str, Any]:
    incident = row.incident
    return {
        "reference": incident.reference,
        "title": incident.title,
        "state": incident.state,
        "priority": f"P{incident.priority}",
        "system": incident.system or None,
        "scenario": incident.scenario or None,
        "lead": incident.lead.name,
        **{name: iso(at) if (at := getattr(incident, name)) else None for name in MOMENTS},
        "open_actions": [{"party": each.party, "open": each.count, "late": each.late} for each in row.owed],
        "cases": row.cases,
    }


def _asked(request: Seen) -> str:
    return "past" if request.GET.get("show") == "past" else "live"


def _deciding(row: Row, request: Seen) -> list[Control]:
    return buttons(row.incident, request.viewer).steps


def owed_words(owed: list[Owed]) -> str:
    return "; ".join(f"{each.party} {each.count}{f' ({each.late} late)' if each.late else ''}" for each in owed)


def _cells(row: Row) -> Iterator[str]:
    incident = row.incident
    yield from (incident.reference, incident.get_state_display(), incident.title, incident.system, incident.lead.name)
    yield from map(_moment, (incident.proposed_at, incident.declared_at, incident.next_update_by))
    yield from (owed_words(row.owed), str(row.cases))
    yield from map(_moment, (incident.restored_at, incident.stood_down_at, incident.closed_at))


def _moment(at: datetime | None) -> str:
    return iso(at) if at else ""
