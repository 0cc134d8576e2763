"""The API itself: whose key opens what, how a request that cannot be read is told, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security.http import HttpAuthBase

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called, require_scope
from crossdesk.api.native import shapes
from crossdesk.api.native.asked import request_for, request_out
from crossdesk.api.native.named import require_on_case, require_on_leg
from crossdesk.api.native.once import HEADER, Made, Told, once
from crossdesk.api.native.telling import (
    V1,
    affected_out,
    answer,
    case_for,
    case_out,
    etag_of,
    evidence_out,
    leg_for,
    leg_out,
    references_out,
    tags,
    written,
)
from crossdesk.api.trouble import Trouble
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.impact.models import Affected
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs

ABOUT = """
Crossdesk's own API: the verbs of its pages, for the machines of a party. A key sees what its party and the desks it
owns see. Every change stands in the case's timeline under the key's name.

* **Signing in**: `Authorization: Bearer` with a key's token, or with an access token from `POST /oauth/token`.
* **Changes** carry `If-Match` with the `ETag` that was read (428 without one, 412 where it has changed since; `*` takes
  whatever stands). What only adds, such as words, references and evidence, needs none.
* **Sending again**: `Idempotency-Key` on any POST makes the second sending answer as the first; raising needs one.
* **Trouble** is told by RFC 9457; `detail` is a sentence that says what is possible instead.
* **Lists** go on at `Link: <…>; rel="next"`.
* **How often**: `RateLimit` says how many requests are left, 429 comes with `Retry-After`.
"""


class Bearer(HttpAuthBase):
    """The key was opened before the operation is known; here it is asked for the operation's scope."""

    openapi_scheme = "bearer"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> bool:
        require_scope(request.caller, self.scope)  # type: ignore[attr-defined]  # every view here is behind `borne`
        return True


class Native(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Raised on, so that the transaction of the whole request is given up, and told by the face outside it."""
        raise _trouble(exc) from exc

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Native(title="Crossdesk", version="1.0.0", description=ABOUT, docs_url=None, openapi_url=None)


def _trouble(error: Exception) -> Exception:
    if isinstance(error, HttpError):
        return Trouble(error.status_code, "unreadable", "The body is not JSON that can be read.")
    if not isinstance(error, ValidationError):
        return error
    if all(each["loc"][:1] == ("path",) for each in error.errors):
        return Trouble(404, "not-found", "There is nothing here that this key may see.")
    errors = [{"at": ".".join(map(str, _place(each["loc"]))), "why": each["msg"]} for each in error.errors]
    first = errors[0]
    sentence = f"“{first['at']}” cannot be used: {first['why']}." if first["at"] else f"{first['why']}."
    return Trouble(422, "invalid", sentence, more={"errors": errors})


def _place(loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the names that the frame gives to a body and its variable."""
    return loc[2:] if loc[:1] == ("body",) else loc[1:]


# What an operation says of itself


def _declared(*statuses: int) -> dict[int, type[Schema]]:
    return dict.fromkeys(statuses, shapes.ProblemOut)


READ = _declared(400, 401, 403, 404, 413, 422, 429, 500, 503)
CHANGED = READ | _declared(409, 412, 428)
ADDED = READ | _declared(409)
_AGAIN = {
    "name": HEADER,
    "in": "header",
    "description": "A value of your own for this request: sent again, it is answered as the first was.",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]+$"},
}
_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that was read, or * for whatever stands.",
    "schema": {"type": "string"},
    "required": True,
}


NEEDS = "x-scopes"
"""Where an operation notes its scope until the description says it as OpenAPI does."""


def reads(shape: Any, scope: Scope = Scope.CASES_READ) -> dict[str, Any]:
    return {"auth": Bearer(scope), "response": {200: shape} | READ, "openapi_extra": {NEEDS: [str(scope)]}}


def changes(shape: Any, scope: Scope = Scope.CASES_WRITE) -> dict[str, Any]:
    extra = {"parameters": [dict(_MATCH), dict(_AGAIN)], NEEDS: [str(scope)]}
    return {"auth": Bearer(scope), "response": {200: shape} | CHANGED, "openapi_extra": extra}


def adds(shape: Any, scope: Scope = Scope.CASES_WRITE, *, again: bool = False) -> dict[str, Any]:
    extra = {"parameters": [_AGAIN | {"required": again}], NEEDS: [str(scope)]}
    return {"auth": Bearer(scope), "response": {201: shape} | ADDED, "openapi_extra": extra}


# One change


def tell(request: Called, made: Made, status: int) -> HttpResponse:
    """What was made, as it stands now for this caller."""
    viewer = request.caller.viewer
    case = case_for(made.case)
    here = f"{V1}/cases/{case.reference}"
    match made.what:
        case "engagement":
            leg = leg_for(case, made.number)
            return _with(request, leg_out(leg, case, viewer), status, f"{here}/engagements/{leg.number}")
        case "references":
            listed = ReferenceSet.objects.get(pk=made.number)
            return _with(request, references_out(listed), status, f"{here}/references/{listed.pk}")
        case "evidence":
            kept = Evidence.objects.get(pk=made.number)
            return _with(request, evidence_out(kept, case), status, f"{here}/evidence/{kept.pk}")
        case "request":
            asked = request_out(request_for(case.reference), request.caller)
            return _with(request, asked, status, f"{V1}/requests/{case.reference}")
        case "affected":
            row = Affected.objects.select_related("party", "case").filter(pk=made.number).first()
            return _with(request, affected_out(row), status, f"{here}/impact") if row else HttpResponse(status=204)
        case _:
            return _with(request, case_out(case, viewer), status, here)


def _with(request: Called, told: Schema, status: int, location: str) -> HttpResponse:
    return answer(request, told, status=status, location=location if status == 201 else "")


told: Told = tell


def on_case(request: Called, reference: str, do: Callable[[Case], object]) -> HttpResponse:
    """Behind the lock of its thread, so that what was read is still so when it is changed."""

    def act() -> Made:
        case = case_for(reference)
        lock(case)
        case = case_for(reference)
        require_match(request, case_out(case, request.caller.viewer))
        require_on_case(request, case)
        do(case)
        return Made("case", case.reference)

    return once(request, act, told)


def on_leg(request: Called, reference: str, number: int, do: Callable[[Leg], object]) -> HttpResponse:
    def act() -> Made:
        case = case_for(reference)
        lock(case)
        case = case_for(reference)
        leg = leg_for(case, number)
        require_match(request, leg_out(leg, case, request.caller.viewer))
        require_on_leg(request, leg)
        do(leg)
        return Made("engagement", case.reference, number)

    return once(request, act, told)


def adding(request: Called, do: Callable[[], Made], *, required: bool = False) -> HttpResponse:
    return once(request, do, told, status=201, required=required)


def lock(case: Case) -> None:
    with verbs():
        Thread.objects.select_for_update().get(pk=case.pk)


def require_match(request: Called, now_stands: Schema) -> None:
    header = request.headers.get("If-Match", "").strip()
    if not header:
        sentence = "Send If-Match with the ETag of what you read, so that nothing is changed unseen."
        raise Trouble(428, "no-if-match", sentence)
    etag = etag_of(written(now_stands))
    if header != "*" and etag not in [each for each in tags(header) if not header.startswith("W/")]:
        raise Trouble(
            412, "changed-since", "It has changed since you read it; read it again and decide.", {"ETag": etag}
        )
