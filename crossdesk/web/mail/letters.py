"""Letters that need a person, and what became of the others. Row-level security decides which there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.exchange import falling
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import rehearsing
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer
from crossdesk.web.seeing import Seen

PAGE = 50
Fate = RawMail.Fate
SENT_BY = (
    "case__owner",
    "leg__from_desk",
    "recipient__briefing__incident__lead",
    "incident__lead",
    "maintenance__desk",
    "lead",
)


@dataclass(frozen=True)
class Show:
    label: str
    fates: tuple[str, ...]
    empty: str


SHOWS = {
    "people": Show("For a person", RawMail.FOR_PEOPLE, "Every letter found its case. One that does not stands here."),
    "filed": Show("Filed", (Fate.FILED,), "No letter was filed yet. Replies of other desks file themselves."),
    "aside": Show("Set aside", (Fate.IGNORED,), "Nothing was set aside. Automatic replies and copies end here."),
    "waiting": Show("Not read yet", (Fate.WAITING,), "Nothing waits. A letter is here for seconds, until it is read."),
}  # fmt: skip


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "people")
    show = show if show in SHOWS else "people"
    rows = RawMail.objects.filter(fate__in=SHOWS[show].fates).select_related("case", "leg__to_desk").defer("content")
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "shows": SHOWS,
        "show": show,
        "rows": found[:PAGE],
        "earlier": f"?show={show}" if before else None,
        "later": f"?show={show}&before={found[PAGE - 1].pk}" if len(found) > PAGE else None,
        "stuck": [(item, _instead(item, now())) for item in _stuck(cast(Seen, request).viewer)],
        "rehearsing": rehearsing(),
    }
    return render(request, "mail/letters.html", context)


def _stuck(viewer: Viewer) -> list[OutboxItem]:
    """Letters of these desks that the other side's mail server does not take."""
    held = OutboxItem.objects.filter(state__in=(OutboxItem.State.DEAD, OutboxItem.State.FAILED), fell_at=None)
    held = held.select_related(*SENT_BY, "leg__to_desk", "instead_of__link").defer("raw").order_by("-pk")
    return [item for item in held[:PAGE] if viewer.works_at(item.sender.pk)]


def _instead(item: OutboxItem, at: datetime) -> falling.Way | None:
    """The way of the agreement that one press takes. A message has a page of its own for that."""
    return None if item.link_id or falling.why_not_fall(item, at) else falling.next_way(item, at)
