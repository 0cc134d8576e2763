"""What a party administrator and a desk agent do on a party's page: each action is one verb."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from crossdesk.access import Invalid
from crossdesk.kit.time import now
from crossdesk.parties import contacts
from crossdesk.parties.models import Contact, Party
from crossdesk.web.directory.days import day
from crossdesk.web.directory.pages import done, show_party
from crossdesk.web.seeing import Seen


@require_POST
def nominate_contact(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    viewer, given = cast(Seen, request).viewer, request.POST
    try:
        said = contacts.Nomination(
            name=given.get("name", ""),
            address=given.get("address", ""),
            telephone=given.get("telephone", ""),
            may_raise=bool(given.get("may_raise")),
            nominated_by=given.get("nominated_by", ""),
            nominated_at=day(given.get("nominated_at", "")),
        )
    except Invalid as refused:
        return show_party(request, party, trouble=refused.sentence)
    return done(
        request, party, lambda: contacts.nominate(party, said, by=viewer, at=now()), f"{said.address} is a contact now."
    )


@require_POST
def end_contact(request: HttpRequest, pk: int) -> HttpResponse:
    contact, viewer = _found(pk), cast(Seen, request).viewer
    return done(
        request, contact.party, lambda: contacts.end(contact, by=viewer, at=now()), f"{contact.address} is ended."
    )


@require_POST
def confirm_contact(request: HttpRequest, pk: int) -> HttpResponse:
    contact, viewer = _found(pk), cast(Seen, request).viewer
    words = f"{contact.address} is confirmed."
    return done(request, contact.party, lambda: contacts.confirm(contact, by=viewer, at=now()), words)


def _found(pk: int) -> Contact:
    contact = Contact.objects.select_related("party").filter(pk=pk, ended_at=None).first()
    if contact is None:
        raise Http404
    return contact
