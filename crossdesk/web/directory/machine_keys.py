"""The keys of a party's machines: its administrator's page. A token is on the page that answers its making, and nowhere
after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Invalid
from crossdesk.accounts import keys
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import OPENS, scopes_from
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.web.seeing import Seen

LASTING = [(30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "a year"), (730, "two years")]
SOON = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def keys_page(request: HttpRequest, pk: int) -> HttpResponse:
    party = get_object_or_404(Party, pk=pk)
    if request.method == "GET":
        return _page(request, party)
    given = request.POST
    try:
        days = int(given.get("days", "")) if given.get("days", "").isdecimal() else 0
        key, token = keys.make(
            party,
            name=given.get("name", ""),
            scopes=scopes_from(given.getlist("scopes")),
            by=cast(Seen, request).viewer,
            at=now(),
            lasting=timedelta(days=min(days, 10_000)),
        )
    except Invalid as refused:
        return _page(request, party, trouble=refused.sentence)
    return _page(request, party, made=key, token=token)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(Key.objects.select_related("party"), pk=pk)
    keys.revoke(key, by=cast(Seen, request).viewer, at=now())
    messages.success(request, f"{key} is revoked; it opens nothing any more.")
    return redirect(f"/directory/parties/{key.party_id}/keys/")


def _page(
    request: HttpRequest, party: Party, *, trouble: str = "", made: Key | None = None, token: str = ""
) -> HttpResponse:
    at = now()
    why_not = keys.why_not_keep_keys(cast(Seen, request).viewer, party)
    every = [] if why_not else list(keys.keys_of(party, at))
    context = {
        "party": party,
        "why_not": why_not,
        "held": [(key, _state(key, at)) for key in every],
        "ending": [key for key in every if key.live(at) and key.expires_at - at < SOON],
        "scopes": list(OPENS.items()),
        "lasting": LASTING,
        "said": request.POST if trouble else {"days": 365},
        "ticked": request.POST.getlist("scopes") if trouble else [],
        "trouble": trouble,
        "made": made,
        "token": token,
        "address": settings.SITE_URL,
        "rate": settings.API_RATE,
    }
    return render(request, "directory/keys.html", context, status=403 if why_not else 422 if trouble else 200)


def _state(key: Key, at: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "live" if key.live(at) else "expired"
