"""What a person decides about a letter: where it belongs, that it raises a case, or that it is set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from crossdesk.access import NotAllowed, Refused
from crossdesk.cases.legs import Leg
from crossdesk.cases.questions import find_case
from crossdesk.exchange import falling, filing, late, newcomers, senders, settling
from crossdesk.exchange.models import OutboxItem, RawMail, SenderNote
from crossdesk.exchange.places import Place
from crossdesk.exchange.sending import send_again
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.web.mail.one import show_letter
from crossdesk.web.seeing import Seen


@require_POST
def filing_it(request: HttpRequest, pk: int) -> HttpResponse:
    def file(mail: RawMail) -> str:
        by = cast(Seen, request).viewer
        return filing.file_by_hand(mail, _place(request), by=by, at=now()).why

    return _decide(request, pk, file)


def _place(request: HttpRequest) -> Place:
    """Looked up as the viewer, so that only what they may see can be chosen."""
    if leg := request.POST.get("leg", ""):
        chosen = get_object_or_404(Leg, pk=int(leg) if leg.isdigit() else 0)
        return Place(chosen.case_id, chosen.pk)
    case = find_case(request.POST.get("case", ""))
    if case is None:
        raise Refused("Choose where the letter belongs: give the case's reference and pick a conversation.")
    return Place(case.pk)


@require_POST
def raising_it(request: HttpRequest, pk: int) -> HttpResponse:
    def raise_it(mail: RawMail) -> str:
        given = request.POST.get("party", "")
        party = Party.objects.filter(pk=int(given) if given.isdigit() else 0).first()
        if party is None:
            raise Refused("Choose for which organisation the case is raised.")
        case = newcomers.raise_by_hand(mail, party, by=cast(Seen, request).viewer, at=now())
        return f"Raised as {case} for {party}."

    return _decide(request, pk, raise_it)


@require_POST
def setting_aside(request: HttpRequest, pk: int) -> HttpResponse:
    def set_aside(mail: RawMail) -> str:
        filing.set_aside(mail, why=request.POST.get("why", ""), by=cast(Seen, request).viewer, at=now())
        return "The letter is set aside; it can still be read under “Set aside”."

    return _decide(request, pk, set_aside)


@require_POST
def reopening(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda mail: late.reopen_with(mail, by=cast(Seen, request).viewer, at=now()).why)


@require_POST
def noting(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, lambda mail: late.file_as_note(mail, by=cast(Seen, request).viewer, at=now()).why)


@require_POST
def about_sender(request: HttpRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(RawMail, pk=pk)
    viewer, turned_away = cast(Seen, request).viewer, request.POST.get("verdict") == "away"
    try:
        senders.note(mail, words=request.POST.get("words", ""), turned_away=turned_away, by=viewer, at=now())
    except Refused as refused:
        return show_letter(request, pk, refused.sentence, status=403 if isinstance(refused, NotAllowed) else 422)
    messages.success(request, f"Noted about {mail.sender}.")
    return redirect(f"/mail/{pk}/")


@require_POST
def ending_note(request: HttpRequest, pk: int) -> HttpResponse:
    senders.end_note(get_object_or_404(SenderNote, pk=pk), by=cast(Seen, request).viewer, at=now())
    messages.success(request, "The note about this sender is ended.")
    return redirect("/mail/")


def _decide(request: HttpRequest, pk: int, decide: Callable[[RawMail], str]) -> HttpResponse:
    mail = get_object_or_404(RawMail, pk=pk)
    try:
        done = decide(mail)
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else 422
        return show_letter(request, pk, refused.sentence, request.POST.get("why", ""), status)
    messages.success(request, done)
    return redirect("/mail/")


@require_POST
def sending_again(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(OutboxItem, pk=pk)
    send_again(item, by=cast(Seen, request).viewer, at=now())
    messages.success(request, f"The letter goes out again to {item.to_address}.")
    return redirect("/mail/")


@require_POST
def falling_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The way that the agreement names where a letter came back for good."""
    item = get_object_or_404(OutboxItem, pk=pk)
    way = falling.fall(item, by=cast(Seen, request).viewer, at=now())
    messages.success(request, f"It goes by {way} now, once. A pack to carry waits under “To be carried by hand”.")
    return redirect("/queue/by-hand")


@require_POST
def going_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter that a brake holds, and what waits behind it."""
    item = get_object_or_404(OutboxItem.objects.select_related("case"), pk=pk)
    settling.let_go(item, by=cast(Seen, request).viewer, at=now())
    messages.success(request, "What was held leaves within a minute.")
    return redirect(f"/mail/cases/{item.about}/")
