"""A party lends its sight: delegations to other parties, and a child's grant to its parent. Each action is one verb."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import app

from crossdesk.access import Invalid
from crossdesk.kit.time import clock_time, now
from crossdesk.parties import delegating, parenting
from crossdesk.parties.models import Delegation, ParentGrant, Party
from crossdesk.rulebook import current
from crossdesk.web.directory.days import day, end_of
from crossdesk.web.directory.pages import done, show_party
from crossdesk.web.seeing import Seen

FILLING = "sight.fill"
"""The job that gives open cases to a delegate. Named and not imported: the doors know nothing of each other."""


@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    viewer, at, given = cast(Seen, request).viewer, now(), request.POST
    book = current()
    try:
        delegate = Party.objects.filter(pk=_number(given.get("delegate", ""))).first()
        if delegate is None:
            raise Invalid("Choose the organisation that should see your cases.")
        scope = delegating.Scope(
            since=day(given.get("since", "")) or at,
            until=end_of(given.get("until", "")),
            query_types=[key for key in given.getlist("query_types") if key in book.query_types],
            systems=[key for key in given.getlist("systems") if key in book.systems],
            may_act=given.get("may_act") == "yes",
        )
    except Invalid as refused:
        return show_party(request, party, trouble=refused.sentence)
    words = f"Offered. {delegate} sees nothing until one of its administrators accepts."
    return done(request, party, lambda: delegating.offer(party, delegate, scope, by=viewer, at=at), words)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Found as the viewer: a delegation between others does not exist for them."""
    delegation = _delegation(pk)
    viewer, at = cast(Seen, request).viewer, now()
    home = delegation.delegate if viewer.party == delegation.delegate_id else delegation.principal
    if request.POST.get("decision") == "accept":

        def accept() -> None:
            delegating.accept(delegation, by=viewer, at=at)
            app.configure_task(FILLING).defer()

        words = f"Accepted. {delegation.principal}'s open cases in scope are being added to yours."
        return done(request, home, accept, words)
    if request.POST.get("decision") == "decline":
        return done(request, home, lambda: delegating.decline(delegation, by=viewer, at=at), "Declined.")
    return done(
        request, home, lambda: delegating.end(delegation, by=viewer, at=at), "Ended. Nothing is seen by it any more."
    )


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    child = get_object_or_404(Party.objects.select_related("parent"), pk=pk)
    viewer, at = cast(Seen, request).viewer, now()
    try:
        since, until = day(request.POST.get("since", "")), end_of(request.POST.get("until", ""))
    except Invalid as refused:
        return show_party(request, child, trouble=refused.sentence)
    words = f"{child.parent} sees {child}'s cases now."
    if since and since > at:
        words = f"{child.parent} sees {child}'s cases from {clock_time(since, at)} on."
    return done(request, child, lambda: parenting.grant(child, by=viewer, at=at, since=since, until=until), words)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    given = get_object_or_404(ParentGrant.objects.select_related("child", "parent"), pk=pk)
    viewer = cast(Seen, request).viewer
    home = given.parent if viewer.party == given.parent_id else given.child
    words = f"Withdrawn. {given.parent} sees nothing of {given.child}'s any more."
    return done(request, home, lambda: parenting.withdraw(given, by=viewer, at=now()), words)


def _delegation(pk: int) -> Delegation:
    found = Delegation.objects.select_related("principal", "delegate").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
