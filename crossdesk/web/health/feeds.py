"""What was given to be read, what became of each line, and a form to give more. For the operator's desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from crossdesk.access import Refused
from crossdesk.kit.time import now
from crossdesk.signals.jobs import wake
from crossdesk.signals.models import Feed
from crossdesk.signals.policy import require, why_not_give
from crossdesk.signals.receiving import take_in
from crossdesk.web.seeing import Seen

PAGE = 50
LARGEST = 512 * 2**20


def every(request: Seen) -> HttpResponse:
    refused = why_not_give(request.viewer)
    if request.method != "POST":
        return _show(request, refused or "")
    given = request.FILES.get("file")
    try:
        require([refused])
        chunks = given.chunks() if given else ()
        name = given.name or "" if given else ""
        by = f"{request.viewer.name}, {request.viewer.party_name}"
        feed, new = take_in(chunks, name=name, way=Feed.Way.PAGE, by=by, at=now(), largest=LARGEST)
    except Refused as wrong:
        return _show(request, refused or "", wrong.sentence)
    if new:
        wake()
    messages.success(request, "It is kept, and is being read." if new else "These events were given before.")
    return redirect(f"/health/feeds/{feed.pk}/")


@require_safe
def one(request: Seen, feed: int) -> HttpResponse:
    found = Feed.objects.filter(pk=feed).first() if feed < 2**63 else None
    if found is None:
        raise Http404("There is no such feed, or it is not yours to read.")
    context = {"at": now(), "feed": found, "rejected": list(found.rejected_lines.order_by("line")[:200])}
    return render(request, "health/feed.html", context)


def _show(request: Seen, refused: str, trouble: str = "") -> HttpResponse:
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 9 else 0
    rows = list(Feed.objects.order_by("-given_at", "-pk")[start : start + PAGE + 1])
    context = {
        "at": now(),
        "rows": rows[:PAGE],
        "earlier": f"?before={max(start - PAGE, 0)}" if start else None,
        "later": f"?before={start + PAGE}" if len(rows) > PAGE else None,
        "refused": refused,
        "trouble": trouble,
        "largest": LARGEST >> 20,
    }
    return render(request, "health/feeds.html", context, status=422 if trouble else 200)
