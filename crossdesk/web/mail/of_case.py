"""Every letter of a case, both ways, with what became of it. Row-level security decides which there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from crossdesk.cases.questions import find_case
from crossdesk.exchange.asking import sheet
from crossdesk.exchange.models import Brake, OutboxItem, RawMail
from crossdesk.threads.viewer import Viewer
from crossdesk.web.mail.letters import SENT_BY
from crossdesk.web.mail.one import as_a_file
from crossdesk.web.seeing import Seen

MOST = 200
State = OutboxItem.State


@dataclass(frozen=True)
class Row:
    at: datetime
    way: str  # sent or received
    with_whom: str
    address: str
    subject: str
    state: str  # the mark it bears
    fate: str
    url: str
    original: str
    held: int | None = None  # a letter of ours that a brake holds, for those who may let it go


@require_GET
def letters_of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """For those who work at a desk on the case; a raiser reads their letters where they were sent."""
    case = find_case(reference)
    if case is None or not cast(Seen, request).viewer.desks:
        raise Http404
    sent = OutboxItem.objects.filter(case=case).select_related("leg__to_desk").defer("raw", "body")
    came = RawMail.objects.filter(case=case).select_related("leg__to_desk").defer("content")
    viewer = cast(Seen, request).viewer
    braked = set(Brake.objects.filter(case=case, let_go_at=None).values_list("lane", flat=True))
    rows = [_sent(item, case.raiser.name, _is_held(item, braked, viewer)) for item in sent.order_by("-pk")[:MOST]]
    rows += [_came(mail, case.raiser.name) for mail in came.order_by("-pk")[:MOST]]
    rows.sort(key=lambda row: row.at, reverse=True)
    asked = [{"state": "have" if item.given else "missing", "words": item.name} for item in sheet(case)]
    context = {"case": case, "rows": rows[:MOST], "more": len(rows) > MOST, "asked": asked}
    return render(request, "mail/case.html", context)


def _is_held(item: OutboxItem, braked: set[str], viewer: Viewer) -> bool:
    return item.lane in braked and item.head and item.link_id is None and viewer.works_at(item.sender.pk)


def _sent(item: OutboxItem, raiser: str, held: bool) -> Row:
    state, fate = fate_of(item)
    return Row(
        at=item.sent_at or item.created_at,
        way="sent",
        with_whom=str(item.leg.to_desk) if item.leg else raiser,
        address=item.to_address,
        subject=item.subject or _without_subject(item),
        state=state,
        fate=fate,
        url="",
        original=f"/mail/out/{item.pk}/original" if item.subject and item.state != State.WAITING else "",
        held=item.pk if held else None,
    )


def _without_subject(item: OutboxItem) -> str:
    """What was sent or stopped without one lost it with the words it carried."""
    about = item.kind.replace("_", " ").capitalize()
    return f"{about}, not written yet" if item.state in OutboxItem.UNSENT else f"{about}, erased"


def fate_of(item: OutboxItem) -> tuple[str, str]:
    """The furthest it is known to have come. Their server's word is not their desk's word."""
    if item.state == State.DEAD:
        return "bounced", item.last_error or "It cannot be delivered."
    if item.state == State.STOPPED:
        return "stopped", item.last_error
    if item.state != State.SENT or item.sent_at is None:
        return "waiting", item.last_error or "It is about to be sent."
    leg = item.leg
    if leg and leg.understood_at and leg.understood_at >= item.sent_at:
        return "understood", f"{leg.to_desk} works on it."
    if leg and leg.received_at and leg.received_at >= item.sent_at:
        number = f" under {leg.their_reference}" if leg.their_reference else ""
        return "received", f"{leg.to_desk} has it{number}."
    return "sent", "The mail server took it."


def _came(mail: RawMail, raiser: str) -> Row:
    return Row(
        at=mail.arrived_at,
        way="received",
        with_whom=str(mail.leg.to_desk) if mail.leg else raiser,
        address=mail.sender,
        subject=mail.subject or "Without a subject",
        state=mail.fate,
        fate=mail.why + (f" By {mail.handled_by}." if mail.handled_by else ""),
        url=f"/mail/{mail.pk}/",
        original=f"/mail/{mail.pk}/original",
    )


@require_GET
def sent_original(request: HttpRequest, pk: int) -> HttpResponse:
    """As it left, for those at the desk that sent it."""
    item = get_object_or_404(OutboxItem.objects.select_related(*SENT_BY), pk=pk)
    if item.raw is None or not cast(Seen, request).viewer.works_at(item.sender.pk):
        raise Http404
    return as_a_file(bytes(item.raw), f"letter-out-{item.pk}.eml")
