"""A file beside a message of another Crossdesk: offered with its digest, then sent as it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from crossdesk.api.bearing import Caller
from crossdesk.api.exchange.door import spoken
from crossdesk.api.trouble import Trouble
from crossdesk.exchange.held import HeldFile
from crossdesk.exchange.offering import Incomplete, TooMany, agree, read_offer, take

MOST_SAID = 10_000
"""Bytes of an offer."""


@require_http_methods(["POST"])
@spoken
def offers(request: HttpRequest, caller: Caller) -> HttpResponse:
    offer = read_offer(request.read(MOST_SAID))
    try:
        here = agree(offer, party=caller.key.party, key=caller.key.name, at=caller.at)
    except TooMany:
        said = "Files of yours wait here for messages that did not come; send those first."
        raise Trouble(429, "too-often", said, {"Retry-After": "600"}) from None
    return JsonResponse({"held": here})


@require_http_methods(["PUT"])
@spoken
def content(request: HttpRequest, caller: Caller, digest: str) -> HttpResponse:
    try:
        take(request.read, digest, request.GET.get("message", ""), party=caller.key.party, at=caller.at)
    except HeldFile.DoesNotExist:
        raise Trouble(404, "not-found", "Offer the file first; nothing was taken.") from None
    except Incomplete as cut:
        raise Trouble(503, "away", str(cut), {"Retry-After": "1"}) from cut
    return JsonResponse({"held": True}, status=201)
