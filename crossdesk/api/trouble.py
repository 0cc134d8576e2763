"""What went wrong, before any face has put it into its own words: RFC 9457 on the native one, TMF621's on its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse

from crossdesk.access import Invalid, Moved, NotAllowed, Refused, WrongStage

log = logging.getLogger("crossdesk.api")
AWAY = (OperationalError, InterfaceError)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
STATUS: dict[type[Refused], tuple[int, str]] = {
    NotAllowed: (403, "not-allowed"),
    Moved: (409, "moved"),
    WrongStage: (409, "wrong-stage"),
    Invalid: (422, "invalid"),
}


@dataclass
class Trouble(Exception):
    """Raised by a machine door. `kind` is the same word for the same trouble at every face."""

    status: int
    kind: str
    sentence: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    """Further members of the body, such as the places of a request that cannot be read."""

    def __str__(self) -> str:
        return self.sentence


Face = Callable[[Trouble], HttpResponse]
"""How one kind of client is told of trouble. It sets body, type and status; the door adds the headers."""


def told(error: Exception, face: Face) -> HttpResponse:
    trouble = trouble_of(error)
    response = face(trouble)
    for name, value in trouble.headers.items():
        response[name] = value
    return response


def trouble_of(error: Exception) -> Trouble:
    match error:
        case Trouble():
            return error
        case Refused():
            status, kind = next((known for each, known in STATUS.items() if isinstance(error, each)), (422, "refused"))
            return Trouble(status, kind, error.sentence)
        case Http404():
            return Trouble(404, "not-found", "There is nothing here that this key may see.")
        case _ if isinstance(error, TOO_LARGE):
            return Trouble(413, "too-large", "The request is larger than this address takes.")
        case SuspiciousOperation() | DataError():  # a number beyond its column, a NUL in a text
            return Trouble(400, "unreadable", "The request cannot be read as it is.")
        case _ if isinstance(error, AWAY):
            log.warning("database unavailable", extra={"error": type(error).__name__})
            return Trouble(
                503, "away", "The database is restarting. Nothing was half done; try again.", {"Retry-After": "5"}
            )
    log.error("a machine's request failed", exc_info=error)
    return Trouble(500, "failed", "That went wrong. Nothing was half done; try again, and tell us when it stays so.")


TITLES = {
    "no-token": "No token was given",
    "no-key": "The token opens nothing",
    "wrong-scope": "The key is not for this",
    "too-often": "Too many requests",
    "not-allowed": "Not allowed",
    "moved": "It has changed since",
    "wrong-stage": "Not possible at this stage",
    "invalid": "That cannot be used",
    "refused": "That was refused",
    "not-found": "Nothing here",
    "wrong-method": "This method is not known here",
    "too-large": "Too large",
    "unreadable": "That cannot be read",
    "away": "One moment",
    "failed": "That went wrong",
}


def problem(trouble: Trouble) -> HttpResponse:
    """RFC 9457. The detail is the sentence that a person would read on the page."""
    body = {
        **trouble.more,
        "type": f"/api/problems#{trouble.kind}",
        "title": TITLES.get(trouble.kind, "Problem"),
        "status": trouble.status,
        "detail": trouble.sentence,
    }
    return JsonResponse(body, status=trouble.status, content_type="application/problem+json")
