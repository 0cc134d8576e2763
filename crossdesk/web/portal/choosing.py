"""Where one begins, for whom one acts, and how the pages look."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import NotAllowed
from crossdesk.web.seeing import CHOSEN, Seen

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
def theme(request: HttpRequest) -> HttpResponse:
    back = request.META.get("HTTP_REFERER", "")
    known = url_has_allowed_host_and_scheme(back, {request.get_host()})
    response = redirect(back if known else "/")
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        response.set_cookie("theme", chosen, A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response
