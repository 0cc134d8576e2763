"""The doors of the fake: paths, errors and faults as the REST API reference of ServiceNow describes them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crossdesk.commands.partner_desk import spoiling
from crossdesk.commands.partner_desk.servicenow import attaching, importing, limiting, signing_in, tables
from crossdesk.commands.partner_desk.servicenow.instance import Denied, Instance, User

API_NAMES = {"table": "Table API", "import": "Import Set API", "attachment": "Attachment API"}
Work = Callable[[Instance, Request, User], Awaitable[Response]]


def application(instance: Instance) -> Starlette:
    routes = [Route("/oauth_token.do", _token(instance), methods=["POST"])]
    for version in ("", "/{version:str}"):
        at = f"/api/now{version}"
        routes += [
            Route(f"{at}/table/{{table}}", _door(instance, "table", _rows), methods=["GET", "POST"]),
            Route(
                f"{at}/table/{{table}}/{{sys_id}}",
                _door(instance, "table", _row),
                methods=["GET", "PATCH", "PUT", "DELETE"],
            ),
            Route(f"{at}/import/{{table}}", _door(instance, "import", _import), methods=["POST"]),
            Route(f"{at}/attachment/file", _door(instance, "attachment", attaching.attach), methods=["POST"]),
            Route(f"{at}/attachment", _door(instance, "attachment", attaching.listed), methods=["GET"]),
            Route(f"{at}/attachment/{{sys_id}}/file", _door(instance, "attachment", attaching.content)),
        ]
    return Starlette(routes=routes)


def failure(denied: Denied, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"error": {"message": denied.message, "detail": denied.detail}, "status": "failure"}
    told = dict(headers or {})
    if denied.status == 401:
        told["WWW-Authenticate"] = 'BASIC realm="Service-now"'
    return JSONResponse(body, denied.status, told)


def _door(instance: Instance, api: str, work: Work) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        instance.requests.append(f"{request.method} {request.url.path}")
        return await spoiling.answered(
            instance.faults, request, lambda asked: _worked(instance, api, work, asked), _refusal
        )

    return answer


async def _worked(instance: Instance, api: str, work: Work, request: Request) -> Response:
    headers: dict[str, str] = {}
    try:
        user = signing_in.caller(instance, request.headers.get("authorization", ""))
        headers, throttled = limiting.counted(instance, user, API_NAMES[api])
        if throttled:
            raise throttled
        response = await work(instance, request, user)
    except Denied as denied:
        return failure(denied, headers)
    response.headers.update(headers)
    return response


def _refusal(status: int, because: str) -> Response:
    return failure(Denied(status, because, "See the log of the instance"))


def _token(instance: Instance) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        instance.requests.append("POST /oauth_token.do")
        fault = instance.faults.next("POST", "/oauth_token.do")
        if fault and (spoilt := spoiling.spoilt_by(fault, _refusal)):
            return spoilt
        granted = None
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            granted = signing_in.grant(instance, dict(parse_qsl((await request.body()).decode("utf-8", "replace"))))
        if granted is None:
            return JSONResponse({"error_description": "access_denied", "error": "server_error"}, 401)
        return JSONResponse(granted)

    return answer


async def _rows(instance: Instance, request: Request, by: User) -> Response:
    if request.method == "GET":
        return tables.listed(instance, request, by)
    return tables.created(instance, request, await _said(request), by)


async def _row(instance: Instance, request: Request, by: User) -> Response:
    if request.method == "GET":
        return tables.shown(instance, request, by)
    if request.method == "DELETE":
        return tables.deleted(instance, request, by)
    return tables.updated(instance, request, await _said(request), by)


async def _import(instance: Instance, request: Request, by: User) -> Response:
    said = await _said(request)
    base = str(request.base_url).rstrip("/")
    return JSONResponse(importing.take(instance, request.path_params["table"], said, by, base), 201)


async def _said(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "application/json").startswith("application/json"):
        raise Denied(415, "Unsupported media type", "Use application/json or application/xml")
    try:
        said = json.loads(await request.body() or b"{}")
    except ValueError as trouble:
        raise Denied(400, "Exception while reading request", "The payload is not valid JSON.") from trouble
    if isinstance(said, list):
        said = said[0] if said else {}  # of several records only the first is worked on
    return dict(said)
