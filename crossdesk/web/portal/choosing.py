"""Where one begins, for whom one acts, and how the pages look."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import NotAllowed
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import verbs
from crossdesk.web.seeing import Seen
from crossdesk.web.signed import CHOSEN

A_YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return redirect("/queue/" if cast(Seen, request).viewer.desks else "/cases/")


@require_POST
def acting(request: HttpRequest) -> HttpResponse:
    """What is seen depends on it, so one begins anew."""
    allowed = {str(party): party for party, _ in cast(Seen, request).acting.choices}
    party = allowed.get(request.POST.get("party", ""))
    if party is None:
        raise NotAllowed("You do not act for that organisation; ask its administrator for a membership.")
    request.session[CHOSEN] = party
    return redirect("/")


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Single keys can be switched off by whoever they get in the way of (WCAG 2.1.4)."""
    with verbs():
        Person.objects.filter(pk=cast(Person, request.user).pk).update(single_keys=request.POST.get("keys") == "on")
    return _back(request)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        response.set_cookie("theme", chosen, A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    came_from = request.META.get("HTTP_REFERER", "")
    known = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return HttpResponseRedirect(came_from if known else "/")
