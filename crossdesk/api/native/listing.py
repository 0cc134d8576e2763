"""Which cases a list holds, newest change first, a page at a time. Each seat's rows come straight from its index;
a case that several of the caller's seats follow is told once."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from crossdesk.api.trouble import Trouble
from crossdesk.cases.models import Standing
from crossdesk.threads.viewer import Viewer

At = tuple[datetime, UUID]
"""Where a page ends: when the case changed, and which it is."""


def cases(viewer: Viewer, narrowed: Q, after: At | None, size: int) -> tuple[list[Standing], At | None]:
    """The rows of one page, and where the next begins, if there is one."""
    found: dict[UUID, Standing] = {}
    while True:
        rows, bound = _batch(viewer, narrowed, after, size + 1)
        for row in rows:
            found.setdefault(row.case_id, row)
        if bound is None or len(found) > size:
            break
        after = bound
    page = list(found.values())[:size]
    return page, (page[-1].changed_at, page[-1].case_id) if len(found) > size else None


def _batch(viewer: Viewer, narrowed: Q, after: At | None, size: int) -> tuple[list[Standing], At | None]:
    """Down to where every seat's rows are known; `bound` is there, none where all of them are."""
    rows: list[Standing] = []
    bounds: list[At] = []
    for seat in viewer.seats:
        theirs = Standing.objects.filter(narrowed, seat=seat).select_related("case__raiser", "case__owner")
        if after:
            earlier = Q(changed_at__lt=after[0]) | Q(changed_at=after[0], case__lt=after[1])
            theirs = theirs.filter(earlier, changed_at__lte=after[0])
        some = list(theirs.order_by("-changed_at", "-case")[:size])
        rows += some
        if len(some) == size:
            bounds.append(_at(some[-1]))
    bound = max(bounds, default=None)
    known = [row for row in rows if bound is None or _at(row) >= bound]
    return sorted(known, key=_at, reverse=True), bound


def _at(row: Standing) -> At:
    return row.changed_at, row.case_id


def token_of(place: At | int) -> str:
    """Opaque to a client, and nothing in it that it was not told."""
    told = [place[0].isoformat(), str(place[1])] if isinstance(place, tuple) else place
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def place_of(token: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        raise _wrong() from None


def case_place(token: str) -> At | None:
    if not token:
        return None
    try:
        moment, case = place_of(token)
        return datetime.fromisoformat(moment), UUID(case)
    except (TypeError, ValueError, AttributeError):
        raise _wrong() from None


def number_place(token: str) -> int | None:
    if not token:
        return None
    place = place_of(token)
    if type(place) is not int or not 0 <= place < 2**63:
        raise _wrong()
    return place


def _wrong() -> Trouble:
    return Trouble(422, "invalid", "“after” is none of ours: take it from the Link header of the page before.")
