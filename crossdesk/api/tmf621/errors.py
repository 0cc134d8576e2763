"""Trouble in TMF621's words: only what its descriptions declare, each with one sentence that says what to do."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from crossdesk.api.tmf621.faces import Version
from crossdesk.api.trouble import TITLES, Face, Trouble

DECLARED = {
    "v4": frozenset({400, 401, 403, 404, 405, 409, 500}),
    "v5": frozenset({400, 401, 403, 404, 405, 409, 500, 501, 503}),
}
MEDIA: dict[Version, str] = {"v4": "application/json;charset=utf-8", "v5": "application/json"}
"""As the descriptions write them."""
INSTEAD = {422: 400, 413: 400, 415: 400, 412: 409, 428: 400, 429: 503}
"""For a status that neither description knows. Asked too often, v5 says that it is not available for a while."""
REASONS = {
    400: "The request cannot be used as it is",
    401: "No key, or one that opens nothing",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not known here",
    409: "Not possible as things stand",
    422: "The request cannot be used as it is",
    429: "Too many requests",
    500: "That went wrong",
    503: "Not available for a moment",
}


def invalid(sentence: str, code: str = "invalidValue", **more: object) -> Trouble:
    return Trouble(400, code, sentence, more=more)


def missing(name: str) -> Trouble:
    return invalid(f"“{name}” is mandatory; send it.", "missingProperty", propertyPath=name)


def not_found() -> Trouble:
    return Trouble(404, "not-found", "There is no such ticket that this key may see.")


def told(trouble: Trouble, version: Version, further: frozenset[int] = frozenset()) -> HttpResponse:
    """`further` are statuses that an operation of our own declares beside TMF621's."""
    status = declared(trouble.status, version, further)
    body: dict[str, object] = {
        **trouble.more,
        "code": trouble.kind,
        "reason": TITLES.get(trouble.kind) or REASONS.get(status, "Refused"),
        "message": trouble.sentence,
        "status": str(status),
        "referenceError": f"{settings.SITE_URL}/api/problems#{trouble.kind}",
    }
    if version == "v5":
        body["@type"] = "Error"
    return JsonResponse(body, status=status, content_type=MEDIA[version])


def declared(status: int, version: Version, further: frozenset[int] = frozenset()) -> int:
    if status in DECLARED[version] | further:
        return status
    instead = INSTEAD.get(status, 500 if status >= 500 else 400)
    if instead in DECLARED[version]:
        return instead
    return status if status == 429 else 500


def face(version: Version, *further: int) -> Face:
    return partial(told, version=version, further=frozenset(further))
