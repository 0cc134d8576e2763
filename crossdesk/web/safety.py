"""What every answer carries, and one clear sentence instead of a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from crossdesk.access import Moved, NotAllowed, Refused

log = logging.getLogger("crossdesk.web")
LARGEST = 512 * 2**20
"""Of one request with all its files. Lists and evidence have their own, smaller limits, which say what to do."""
TOO_MUCH_TEXT = (
    "What was written or pasted is more than 5 MB. Go back: your words are still in the form. Put a long list into a"
    " CSV file and choose that instead; it may hold a million lines."
)
TOO_MUCH = (
    "Everything together is more than 512 MB. Go back: your words are still in the form. Send fewer files at once."
)
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
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return too_large(request, TOO_MUCH)
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


def too_large(request: HttpRequest, sentence: str) -> HttpResponse:
    if request.headers.get("X-Upload"):
        return JsonResponse({"sentence": sentence}, status=413)
    return render(request, "trouble.html", {"title": "That is too large", "sentence": sentence}, status=413)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's door for what it refuses to read; of that, only a long paste is anybody's honest mistake."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, TOO_MUCH_TEXT)
    return render(request, "400.html", status=400)
