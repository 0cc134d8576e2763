"""Every page runs as its viewer: seats worked out anew, and the database told, before the view begins."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from crossdesk.desks.seats import ActingFor, acting_for
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs, viewing

CHOSEN = "acting_for"
OPEN_TO_ALL = ("/account/", "/static/", "/healthz", "/invitation/")
FOR_STRANGERS_TOO = "/anchors"


class Seen(HttpRequest):
    """A request of somebody who signed in: what a view is given."""

    viewer: Viewer
    acting: ActingFor
    began: float


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_TO_ALL):
            return self.get_response(request)
        if not request.user.is_authenticated and request.path.startswith(FOR_STRANGERS_TOO):
            return self.get_response(request)
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request") or request.headers.get("X-Upload"):
                return _signed_out(request)
            return redirect(f"/account/login/?next={request.get_full_path()}")
        began = time.time()
        with verbs():
            acting = acting_for(request.user, request.session.get(CHOSEN), now())
        if acting.chosen is None:
            return TemplateResponse(request, "account/no_membership.html", status=403).render()
        seen = cast(Seen, request)
        seen.viewer, seen.acting, seen.began = acting.chosen, acting, began
        with viewing(acting.chosen):
            return self.get_response(request)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """A part of a page cannot become the sign-in page, and the words around it must stay where they are."""
    sentence = "You are signed out. Sign in again in another tab; your words stay in this one."
    if request.headers.get("X-Upload"):
        return JsonResponse({"sentence": sentence}, status=401)
    return HttpResponse(f'<p class="note warn" role="alert">{sentence}</p>', status=401)
