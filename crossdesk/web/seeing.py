"""Every page runs as its viewer: seats worked out anew, and the database told, before the view begins."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast
from urllib.parse import quote

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from crossdesk.desks.seats import ActingFor
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs, viewing
from crossdesk.web.kept import not_taken
from crossdesk.web.signed import acting_in, only_for, strongly

OPEN_TO_ALL = ("/account/", "/static/", "/healthz", "/invitation/", "/unsubscribe/")
FOR_STRANGERS_TOO = ("/anchors", "/status/", "/api/")
"""Who has no seat here, or not the second factor for it, reads these as a stranger does."""
STILL_OPEN = ("/acting/",)
"""Who lacks the second factor one party asks for may still act for another."""
OWN_KEYS = ("/account/2fa/", "/account/password/", "/account/email/", "/account/reauthenticate/")
"""An organisation's provider must not be able to give itself a passkey or a password of the person's."""


class Seen(HttpRequest):
    """A request of somebody who signed in: what a view is given."""

    viewer: Viewer
    acting: ActingFor
    began: float


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path.startswith(OWN_KEYS)
            and request.user.is_authenticated
            and only_for(request.session) is not None
        ):
            return TemplateResponse(request, "account/by_provider.html", status=403).render()
        if request.path.startswith(OPEN_TO_ALL):
            return self.get_response(request)
        open_anyway = request.path.startswith(FOR_STRANGERS_TOO)
        if not request.user.is_authenticated and open_anyway:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return _signed_out(request)
        began = time.time()
        with verbs():
            acting = acting_in(request.session, request.user, now())
        lacks_factor = acting.asks_second_factor and not strongly(request.session)
        if open_anyway and (acting.chosen is None or lacks_factor):
            return self.get_response(request)
        if acting.chosen is None:
            return TemplateResponse(request, "account/no_membership.html", status=403).render()
        if lacks_factor and request.path not in STILL_OPEN:
            context = {"standing": acting, "has_one": is_mfa_enabled(request.user)}
            return TemplateResponse(request, "account/second_factor.html", context, status=403).render()
        seen = cast(Seen, request)
        seen.viewer, seen.acting, seen.began = acting.chosen, acting, began
        with viewing(acting.chosen):
            return self.get_response(request)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """A session ends while somebody writes: the words stay, and are sent after signing in beside them."""
    if request.method == "POST" or request.headers.get("HX-Request"):
        return not_taken(
            request,
            title="You are signed out",
            sentence="Sign in again in another tab; your words stay in this one.",
            status=401,
        )
    return redirect(f"/account/login/?next={quote(request.get_full_path())}")
