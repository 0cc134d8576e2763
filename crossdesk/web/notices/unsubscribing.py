"""The link at the end of every update: it works for whoever holds the letter, and says what it did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crossdesk.kit.time import now
from crossdesk.notices import subscribing


@csrf_exempt  # mail programs press it by themselves (RFC 8058); the signed link is what proves it
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """To look changes nothing, because mail scanners open every link; one press does it."""
    recipient = subscribing.opened(token)
    if recipient is None:
        return render(request, "notices/unsubscribe.html", {"ended": None, "done": False}, status=404)
    ended = subscribing.unsubscribe(token, at=now()) if request.method == "POST" else subscribing.about(recipient)
    return render(request, "notices/unsubscribe.html", {"ended": ended, "done": request.method == "POST"})
