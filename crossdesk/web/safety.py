"""What every answer carries, and one clear sentence instead of a traceback."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crossdesk.access import Moved, NotAllowed, Refused
from crossdesk.web.kept import not_taken

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
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 365 * 24 * 3600
AWAY = (OperationalError, InterfaceError)
Answer = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Bars and lanes carry their measure in a style attribute, so attributes may style; no script may be inline."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE:  # TLS ends before us, so the public address says how people reached us
            request.META["wsgi.url_scheme"] = "https"
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if settings.SECURE:
            response.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class TroubleMiddleware:
    """A refusal is the policy's sentence; a method that a page does not know is told in our own look."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return too_large(request, TOO_MUCH)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return _wrong_method(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Moved) else 422
            return render(
                request, "trouble.html", {"title": "That was not done", "sentence": error.sentence}, status=status
            )
        return database_away(request, error) if isinstance(error, AWAY) else None


def database_away(request: HttpRequest, error: BaseException) -> HttpResponse:
    log.warning("database unavailable", extra={"error": type(error).__name__})
    response = not_taken(
        request,
        title="One moment",
        sentence="The database is restarting. Nothing was half done; it is back within seconds.",
        status=503,
    )
    response["Retry-After"] = "5"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """For what nobody expected. A middleware's own trouble with the database ends here too, not in the one above."""
    error = sys.exc_info()[1]
    if isinstance(error, AWAY):
        return database_away(request, error)
    return not_taken(
        request,
        title="That went wrong",
        sentence="Nothing was half done. Try again; if it stays like this, tell the people who run this service when"
        " it happened.",
        status=500,
    )


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, TOO_MUCH_TEXT)
    return not_taken(
        request, title="That could not be read", sentence="Load the page again and send it once more.", status=400
    )


def too_large(request: HttpRequest, sentence: str) -> HttpResponse:
    return not_taken(request, title="That is too large", sentence=sentence, status=413)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token of the form does not fit: a page open since before the sign-in, or another site's doing."""
    return not_taken(
        request,
        title="The page was open for too long",
        sentence="For your safety nothing was done.",
        status=403,
    )


def _wrong_method(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    told = not_taken(
        request,
        title="Nothing can be sent to this address",
        sentence="It only works from the page it belongs to; go back and use the form there.",
        status=405,
    )
    told["Allow"] = response["Allow"]
    return told
