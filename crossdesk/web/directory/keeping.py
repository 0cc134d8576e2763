"""What a party administrator and a desk agent do on a party's page: each action is one verb."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from crossdesk.access import Invalid
from crossdesk.kit.time import now
from crossdesk.parties import contacts, people
from crossdesk.parties.models import Contact, Membership, Party
from crossdesk.threads.viewer import verbs
from crossdesk.web.directory.days import day
from crossdesk.web.directory.pages import done, show_party
from crossdesk.web.seeing import Seen
from crossdesk.web.signin import invitation_link


@require_POST
def invite_person(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    viewer = cast(Seen, request).viewer
    email, name = request.POST.get("email", ""), request.POST.get("name", "")
    try:
        with verbs():
            membership, new = people.invite(
                party, email=email, name=name, roles=request.POST.getlist("roles"), by=viewer, at=now()
            )
            link = invitation_link(membership.person) if new else ""
    except Invalid as refused:
        return show_party(request, party, trouble=refused.sentence)
    if new:
        return show_party(request, party, link=link)
    messages.success(request, f"{email} now acts for {party} and signs in as before.")
    return redirect(f"/directory/parties/{pk}/")


@require_POST
def keep_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """The row is found as the viewer: another party's membership does not exist for them."""
    membership = Membership.objects.select_related("party").filter(pk=pk).first()
    if membership is None:
        raise Http404
    viewer, party = cast(Seen, request).viewer, membership.party
    if request.POST.get("end"):
        return done(request, party, lambda: people.end(membership, by=viewer, at=now()), "The membership has ended.")
    roles = request.POST.getlist("roles")
    return done(
        request, party, lambda: people.set_roles(membership, roles, by=viewer, at=now()), "The roles are changed."
    )


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
    contact = Contact.objects.select_related("party").filter(pk=pk, ended_at=None).first()
    if contact is None:
        raise Http404
    viewer = cast(Seen, request).viewer
    return done(
        request, contact.party, lambda: contacts.end(contact, by=viewer, at=now()), f"{contact.address} is ended."
    )
