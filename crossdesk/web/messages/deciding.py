"""What a person decides about a message that did not get through. Each is one verb."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from crossdesk.access import NotAllowed, Refused
from crossdesk.exchange import by_hand, falling, settling
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.sending import send_again
from crossdesk.kit.time import now
from crossdesk.web.messages.one import found, show
from crossdesk.web.seeing import Seen


@require_POST
def decide(request: Seen, way: str, pk: int) -> HttpResponse:
    item = found(way, pk)
    try:
        done = _about_sent(request, item) if isinstance(item, OutboxItem) else _about_heard(request, item)
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else 422
        return show(request, way, pk, trouble=refused.sentence, status=status)
    messages.success(request, done)
    return redirect(f"/messages/{way}/{pk}/")


def _about_sent(request: Seen, item: OutboxItem) -> str:
    by, at, why = request.viewer, now(), request.POST.get("why", "")
    match request.POST.get("decision"):
        case "again":
            send_again(item, by=by, at=at)
            return "It leaves again within a minute."
        case "by mail":
            letter = settling.send_by_mail(item, by=by, at=at)
            return f"It leaves as a letter to {letter.to_address}."
        case "fallback":
            return f"It goes by {falling.fall(item, by=by, at=at)} now, once."
        case "by hand":
            by_hand.take_over(item, by=by, at=at)
            return "It waits to be carried by hand, with a pack to copy from."
        case "let go":
            settling.let_go(item, by=by, at=at)
            return "What was held leaves within a minute."
        case "settle":
            settling.settle(item, why=why, by=by, at=at)
            return "Settled by hand; what waited behind it leaves."
    raise Refused("Choose what to do with it.")


def _about_heard(request: Seen, item: InboxItem) -> str:
    by, at, why = request.viewer, now(), request.POST.get("why", "")
    match request.POST.get("decision"):
        case "apply":
            after = settling.apply_again(item, by=by, at=at)
            if after.fate != InboxItem.Fate.APPLIED:
                raise Refused(after.why)
            return f"Applied. {after.why}"
        case "note":
            settling.note(item, by=by, at=at)
            return "Its words stand on the case."
        case "set aside":
            settling.set_aside(item, why=why, by=by, at=at)
            return "Set aside; it can still be found under its reference."
    raise Refused("Choose what to do with it.")
