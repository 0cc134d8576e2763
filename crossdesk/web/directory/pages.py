"""The directory: who is in the market, which desks they run, and what each desk covers by the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from crossdesk.access import Invalid
from crossdesk.clocks.picture import state_now
from crossdesk.desks.models import Desk
from crossdesk.desks.policy import why_not_keep_desk, why_not_keep_market
from crossdesk.exchange import measuring, reach
from crossdesk.kit.time import now
from crossdesk.parties import policy
from crossdesk.parties.models import Contact, Party
from crossdesk.rulebook import current
from crossdesk.threads.viewer import verbs
from crossdesk.web.directory import lent
from crossdesk.web.seeing import Seen

SHOWN = 200


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    viewer = cast(Seen, request).viewer
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "role", "rule", "kind")}
    parties = Party.objects.filter(closed_at=None).prefetch_related("market_roles")
    desks = Desk.objects.filter(owner__closed_at=None).select_related("owner", "provider")
    if asked["q"]:
        words = asked["q"]
        identifier = Q(market_roles__mpid__iexact=words) | Q(market_roles__distributor_id=words)
        parties = parties.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | identifier).distinct()
        desks = desks.filter(Q(name__icontains=words) | Q(owner__name__icontains=words))
    if asked["role"]:
        parties = parties.filter(market_roles__role=asked["role"]).distinct()
        desks = desks.filter(owner__market_roles__role=asked["role"]).distinct()
    if asked["rule"]:
        desks = desks.filter(rule=asked["rule"])
    if asked["kind"] in Desk.Kind.values:
        desks = desks.filter(kind=asked["kind"])
    context = {
        "asked": asked,
        "book": current(),
        "parties": list(parties[: SHOWN + 1]),
        "desks": list(desks[: SHOWN + 1]),
        "shown": SHOWN,
        "kinds": Desk.Kind.choices,
        "why_not_keep_market": why_not_keep_market(viewer),
        "at_a_desk": bool(viewer.desks),
    }
    return render(request, "directory/directory.html", context)


@require_GET
def desk_page(request: HttpRequest, pk: int) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.select_related("owner", "provider", "calendar"), pk=pk)
    book = current()
    viewer, at = cast(Seen, request).viewer, now()
    opening = state_now(desk.calendar, at) if desk.calendar and desk.calendar.version else None
    context = {
        "opening": opening,
        "desk": desk,
        "rule": book.desks.get(desk.rule),
        "book": book,
        "why_not_keep": why_not_keep_desk(viewer, desk),
        "found": measuring.seen(desk, viewer, at),
        "at": at,
    }
    return render(request, "directory/desk.html", context)


@require_GET
def party_page(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party.objects.select_related("parent"), pk=pk)
    return show_party(request, party)


@require_GET
def unreached(request: HttpRequest) -> HttpResponse:
    """The database shows a party its own readings, and the central desks everybody's."""
    rows = [(row, measuring.found_in(row)) for row in measuring.unreached()]
    return render(request, "directory/unreached.html", {"rows": rows, "at": now()})


def show_party(request: HttpRequest, party: Party, *, trouble: str = "") -> HttpResponse:
    viewer, at = cast(Seen, request).viewer, now()
    contacts = list(Contact.objects.filter(party=party, ended_at=None).order_by("name"))
    context = {
        "party": party,
        "book": current(),
        "market_roles": list(party.market_roles.all()),
        "desks": list(party.desks.all()),
        "children": list(party.children.all()),
        "contacts": [(each, reach.of_contact(each, at)) for each in contacts],
        "found": measuring.kept(party),
        "at": at,
        "why_not_administer": policy.why_not_administer(viewer, party),
        "why_not_keep_market": why_not_keep_market(viewer),
        "why_not_nominate": policy.why_not_nominate(viewer, party),
        "why_not_prove": policy.why_not_prove(viewer, party),
        "at_home": viewer.party == party.pk,
        "trouble": trouble,
        "said": request.POST.dict() if trouble else {},
        **lent.context(party, viewer),
    }
    return render(request, "directory/party.html", context, status=422 if trouble else 200)


def done(request: HttpRequest, party: Party, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        with verbs():
            act()
    except Invalid as refused:
        return show_party(request, party, trouble=refused.sentence)
    messages.success(request, words)
    return redirect(f"/directory/parties/{party.pk}/")
