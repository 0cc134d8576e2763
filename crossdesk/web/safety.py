"""What every answer carries, and one clear sentence instead of a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crossdesk.access import Moved, NotAllowed, Refused

log = logging.getLogger("crossdesk.web")
POLICY = "; ".join(
    [
        "default-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)


class HeadersMiddleware:
    """Bars and lanes carry their measure in a style attribute, so attributes may style; no script may be inline."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class TroubleMiddleware:
    """A refusal is the policy's sentence; a database that went away is told as that, and nothing was half done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as error:
            return self._away(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Moved) else 422
            return render(
                request, "trouble.html", {"title": "That was not done", "sentence": error.sentence}, status=status
            )
        if isinstance(error, OperationalError | InterfaceError):
            return self._away(request, error)
        return None

    @staticmethod
    def _away(request: HttpRequest, error: Exception) -> HttpResponse:
        log.warning("database unavailable at %s: %s", request.path, type(error).__name__)
        response = HttpResponse(
            "<!doctype html><html lang=en-GB><title>One moment · Crossdesk</title><h1>One moment</h1>"
            "<p>The database is restarting. Nothing was half done: go back, your words are still in the form, and send"
            " them again in a few seconds.</p>",
            status=503,
        )
        response["Retry-After"] = "5"
        return response
