"""The Table API: lists by encoded query, one record, create, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crossdesk.commands.partner_desk.servicenow import query, writing
from crossdesk.commands.partner_desk.servicenow.columns import TABLES
from crossdesk.commands.partner_desk.servicenow.instance import Denied, Instance, Record, User
from crossdesk.commands.partner_desk.servicenow.rendering import rendered

MOST = 10_000
NOT_FOUND = Denied(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def listed(instance: Instance, request: Request, by: User) -> Response:
    table, asked = _table(request), dict(request.query_params)
    offset, limit = _number(asked, "sysparm_offset", 0), _number(asked, "sysparm_limit", MOST)
    if offset < 0:
        raise Denied(400, f"offset is {offset}", "Negative offset is not supported")
    found = _found(instance, table, asked)
    page = found[offset : offset + limit]
    # The limit is applied before the access controls, so a page may be short, or empty, with more behind it.
    rows = [each for each in page if writing.may_see(instance, table, each, by)]
    if not rows and request.path_params.get("version") == "v1":
        raise NOT_FOUND  # version 2 and the latest answer 200 with an empty list
    base = str(request.base_url).rstrip("/")
    result = instance.faults.told([rendered(instance, table, each, asked, base) for each in rows])
    headers = {"X-Total-Count": str(len(found))}
    if asked.get("sysparm_suppress_pagination_header") != "true" and (links := _links(request, asked, len(found))):
        headers["Link"] = links
    return JSONResponse({"result": result}, headers=headers)


def _found(instance: Instance, table: str, asked: Mapping[str, str]) -> list[Record]:
    encoded = asked.get("sysparm_query")
    if encoded is None:
        pairs = {name: value for name, value in asked.items() if not name.startswith("sysparm_")}
        encoded = "^".join(f"{name}={value}" for name, value in pairs.items())
    looked = query.read(encoded, TABLES[table])
    if looked.broken and instance.settings.invalid_query_returns_no_rows:
        return []
    with instance.lock:
        return looked.sorted([dict(each) for each in instance.tables[table].values() if looked.holds(each)])


def _links(request: Request, asked: Mapping[str, str], total: int) -> str:
    offset, limit = _number(asked, "sysparm_offset", 0), _number(asked, "sysparm_limit", MOST)
    if limit < 1 or total <= limit:
        return ""
    places = {"first": 0, "prev": offset - limit, "next": offset + limit, "last": (total - 1) // limit * limit}
    told = [
        f'<{request.url.replace(query=urlencode({**asked, "sysparm_offset": at, "sysparm_limit": limit}))}>;rel="{rel}"'
        for rel, at in places.items()
        if 0 <= at < total
    ]
    return ",".join(told)


def shown(instance: Instance, request: Request, by: User) -> Response:
    return _answer(instance, request, _record(instance, request, by)["sys_id"])


def created(instance: Instance, request: Request, said: Mapping[str, Any], by: User) -> Response:
    table = _writable(request, by)
    record = writing.insert(instance, table, said, by, shown=_as_shown(request))
    location = f"{str(request.base_url).rstrip('/')}/api/now/table/{table}/{record['sys_id']}"
    return _answer(instance, request, record["sys_id"], 201, {"Location": location})


def updated(instance: Instance, request: Request, said: Mapping[str, Any], by: User) -> Response:
    table, record = _writable(request, by), _record(instance, request, by)
    writing.update(instance, table, record["sys_id"], said, by, shown=_as_shown(request))
    return _answer(instance, request, record["sys_id"])


def deleted(instance: Instance, request: Request, by: User) -> Response:
    record = _record(instance, request, by)
    if not by.admin:
        raise Denied(403, writing.REFUSED, "ACL Exception Delete Failed due to security constraints")
    with instance.lock:
        del instance.tables[_table(request)][record["sys_id"]]
    return Response(status_code=204)


def _answer(
    instance: Instance, request: Request, sys_id: str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    table, base = _table(request), str(request.base_url).rstrip("/")
    record = instance.tables[table][sys_id]
    return JSONResponse({"result": rendered(instance, table, record, request.query_params, base)}, status, headers)


def _record(instance: Instance, request: Request, by: User) -> Record:
    record = instance.tables[_table(request)].get(request.path_params["sys_id"])
    if record is None or not writing.may_see(instance, _table(request), record, by):
        raise NOT_FOUND
    return record


def _table(request: Request) -> str:
    table = str(request.path_params["table"])
    if table not in TABLES:
        raise Denied(400, f"Invalid table {table}")
    return table


def _writable(request: Request, by: User) -> str:
    table = _table(request)
    if not by.admin and (table != "incident" or "itil" not in by.roles):
        raise Denied(403, "User Not Authorized", "Failed API level ACL Validation")
    return table


def _as_shown(request: Request) -> bool:
    return request.query_params.get("sysparm_input_display_value") == "true"


def _number(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    try:
        return int(asked.get(name, otherwise))
    except ValueError:
        return otherwise
