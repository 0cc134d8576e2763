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


KINDS = {
    "no-token": ("No token was given", "Send it in the header Authorization."),
    "no-key": ("The token opens nothing", "Take a key that is neither revoked nor expired."),
    "wrong-scope": ("The key is not for this", "Make a key that has the scope that is named."),
    "too-often": ("Too many requests", "Wait as long as Retry-After says."),
    "not-allowed": ("Not allowed", "The detail says whose it is to do."),
    "moved": ("It has changed since", "Read it again and decide."),
    "wrong-stage": ("Not possible at this stage", "The detail says what is possible."),
    "invalid": ("That cannot be used", "The detail, and errors where there are several, say what to mend."),
    "refused": ("That was refused", "The detail says why."),
    "not-found": ("Nothing here", "Nothing at this address may be seen by this key."),
    "wrong-method": ("This method is not known here", "Allow names those that are."),
    "too-large": ("Too large", "Send it in parts, or leave out what is not needed."),
    "unreadable": ("That cannot be read", "Mend the request; sent again as it is, it fails again."),
    "no-if-match": ("If-Match is missing", "Send the ETag of what you read, or * for whatever stands."),
    "changed-since": ("It has changed since you read it", "Read it again, decide, and send the new ETag."),
    "no-idempotency-key": ("Idempotency-Key is missing", "Send a value of your own, a new one for each request."),
    "other-request": ("The key was used for another request", "Take a new Idempotency-Key."),
    "still-running": ("The first sending is still running", "Send it again in a moment, to get its answer."),
    "away": ("One moment", "Send it again after Retry-After; nothing was half done."),
    "failed": ("That went wrong", "Send it again; when it stays so, tell the people who run the service."),
}
"""The word of a trouble, what it means, and what to do; told at /api/problems."""
TITLES = {kind: title for kind, (title, _) in KINDS.items()}


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
