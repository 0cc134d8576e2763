"""Events of the DIP's message journal, pushed in batches by whoever reads it for the operator."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse
from ninja import Router, Schema

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.doors import LARGEST
from crossdesk.api.native.door import ADDED, NEEDS, Bearer, reads
from crossdesk.api.native.telling import V1, answer
from crossdesk.api.trouble import Trouble
from crossdesk.signals.jobs import wake
from crossdesk.signals.models import Feed
from crossdesk.signals.policy import why_not_give
from crossdesk.signals.receiving import take_in

router = Router(tags=["Signals"])
CHUNK = 1 << 20
TYPES = ("application/x-ndjson", "application/json", "text/csv", "application/gzip", "application/zstd")
BODY = {
    "required": True,
    "description": "Journal events: JSON lines, one JSON array, or CSV with its header; plain, gzip or zstd.",
    "content": {kind: {"schema": {"type": "string", "minLength": 1}} for kind in TYPES},
}


class RejectedOut(Schema):
    reason: str
    lines: int


class FeedOut(Schema):
    """What became of a batch. `state` is waiting, read or failed; a line is taken, said twice, or rejected."""

    id: int
    state: str
    trouble: str
    given_at: datetime
    read_at: datetime | None
    lines: int
    events: int
    repeated: int
    rejected: int
    reasons: list[RejectedOut]


@router.post(
    "/signals/events",
    auth=Bearer(Scope.SIGNALS),
    response={200: FeedOut, 201: FeedOut} | ADDED,
    summary="Give a batch of journal events",
    openapi_extra={"requestBody": BODY, NEEDS: [str(Scope.SIGNALS)]},
)
def give_events(request: Called) -> HttpResponse:
    """The same bytes sent again are the same batch: answered by 200, with what became of it."""
    caller = request.caller
    if sentence := why_not_give(caller.viewer):
        raise Trouble(403, "not-allowed", sentence)
    chunks = iter(lambda: request.read(CHUNK), b"")
    name = f"batch-{caller.at:%Y%m%dT%H%M%S}"
    feed, new = take_in(chunks, name=name, way=Feed.Way.PUSH, by=caller.key.name, at=caller.at, largest=LARGEST)
    if new:
        wake()
    location = f"{V1}/signals/feeds/{feed.pk}" if new else ""
    return answer(request, _out(feed), status=201 if new else 200, location=location)


@router.get("/signals/feeds/{feed}", **reads(FeedOut, Scope.SIGNALS), summary="Read what became of a batch")
def read_feed(request: Called, feed: int) -> HttpResponse:
    found = Feed.objects.filter(pk=feed).first() if feed < 2**63 else None
    if found is None:
        raise Http404
    return answer(request, _out(found))


def _out(feed: Feed) -> FeedOut:
    return FeedOut(
        id=feed.pk,
        reasons=[RejectedOut(reason=reason, lines=lines) for reason, lines in feed.reasons.items()],
        **{
            name: getattr(feed, name)
            for name in ("state", "trouble", "given_at", "read_at", "lines", "events", "repeated", "rejected")
        },
    )
