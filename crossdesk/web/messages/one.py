"""One message: what it says, what became of it, and what a person can do about it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from crossdesk.desks.ways import Channel
from crossdesk.exchange import braking, falling
from crossdesk.exchange.messages.message import Message, Unreadable, read_message
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.kit.time import now
from crossdesk.web.messages.rows import is_paused, state_of, what_of
from crossdesk.web.seeing import Seen


@require_safe
def message(request: Seen, way: str, pk: int) -> HttpResponse:
    return show(request, way, pk)


def show(request: Seen, way: str, pk: int, *, trouble: str = "", status: int = 200) -> HttpResponse:
    item = found(way, pk)
    content = content_of(item)
    context: dict[str, Any] = {
        "item": item,
        "sent": isinstance(item, OutboxItem),
        "what": what_of(item.kind),
        "said": _read(content),
        "bytes": len(content),
        "trouble": trouble,
        "kept": request.POST.get("why", "") if trouble else "",
        "at": now(),
    }
    context |= _sent(item, request) if isinstance(item, OutboxItem) else _heard(item)
    return render(request, "messages/one.html", context, status=status)


def _sent(item: OutboxItem, request: Seen) -> dict[str, Any]:
    assert item.link is not None
    leg = item.leg
    return {
        "whom": leg.to_desk if leg else item.link.line.agreement.promiser,
        "channel": Channel(item.link.channel).label,
        "state": state_of(item),
        "why": item.last_error,
        "moment": item.sent_at or item.created_at,
        "undecided": item.state == OutboxItem.State.DEAD and request.viewer.works_at(item.sender.pk),
        "held": item.state in OutboxItem.UNSENT and request.viewer.works_at(item.sender.pk) and braking.on(item),
        "paused": is_paused(item),
        "by_mail": bool(leg and leg.to_desk.address and not item.fell_at),
        "instead": _instead(item, request),
        "agreement": item.link.line.agreement,
        "number": item.link.their_number,
    }


def _instead(item: OutboxItem, request: Seen) -> falling.Way | None:
    """The way of the agreement that one press takes."""
    if not request.viewer.works_at(item.sender.pk) or falling.why_not_fall(item, now()):
        return None
    return falling.next_way(item, now())


def _heard(item: InboxItem) -> dict[str, Any]:
    link = item.link
    return {
        "whom": link.leg.to_desk if link and link.leg else item.line.agreement.promiser,
        "channel": Channel(link.channel).label if link else "",
        "state": InboxItem.Fate(item.fate).label,
        "why": item.why,
        "moment": item.arrived_at,
        "held": False,
        "undecided": item.fate in {InboxItem.Fate.REFUSED, InboxItem.Fate.WAITING},
        "agreement": item.line.agreement,
        "number": link.their_number if link else "",
    }


def found(way: str, pk: int) -> OutboxItem | InboxItem:
    if way == "out":
        whole = ("link__line__agreement__promiser", "leg__to_desk", "leg__from_desk", "case__owner", "case__raiser")
        return get_object_or_404(OutboxItem.objects.filter(link__isnull=False).select_related(*whole), pk=pk)
    if way == "in":
        heard = ("link__leg__to_desk", "line__agreement__promiser", "case")
        return get_object_or_404(InboxItem.objects.select_related(*heard), pk=pk)
    raise Http404


def content_of(item: OutboxItem | InboxItem) -> bytes:
    return bytes(item.raw or b"") if isinstance(item, OutboxItem) else bytes(item.content)


def _read(content: bytes) -> Message | None:
    try:
        return read_message(content) if content else None
    except Unreadable:
        return None


@require_safe
def raw(request: Seen, way: str, pk: int) -> HttpResponse:
    """As it left or came, for whoever has to prove it. A download, whatever it holds."""
    response = HttpResponse(content_of(found(way, pk)), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{way}-{pk}.json"'
    return response
