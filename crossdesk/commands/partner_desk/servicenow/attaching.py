"""The Attachment API: one file with each request, within what the instance allows."""

from __future__ import annotations

import json
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crossdesk.commands.partner_desk.servicenow import query, writing
from crossdesk.commands.partner_desk.servicenow.columns import ATTACHMENT
from crossdesk.commands.partner_desk.servicenow.instance import Denied, Instance, Record, User


async def attach(instance: Instance, request: Request, by: User) -> Response:
    asked = request.query_params
    if missing := [each for each in ("table_name", "table_sys_id", "file_name") if not asked.get(each)]:
        raise Denied(400, f"Missing required parameter: {', '.join(missing)}")
    if not request.headers.get("content-type"):
        raise Denied(400, "Content-Type header is mandatory to post file attachments")
    record = instance.tables.get(asked["table_name"], {}).get(asked["table_sys_id"])
    if record is None or not writing.may_see(instance, asked["table_name"], record, by):
        raise Denied(404, "Record doesn't exist or ACL restricts the record retrieval")
    content = await request.body()
    _allowed(instance, asked["file_name"], content)
    at = instance.stamp()
    row = dict.fromkeys(ATTACHMENT, "") | {"sys_id": secrets.token_hex(16), "file_name": asked["file_name"][:100]}
    row |= {"content_type": request.headers["content-type"], "size_bytes": str(len(content)), "sys_created_by": by.name}
    row |= {"table_name": asked["table_name"], "table_sys_id": asked["table_sys_id"], "sys_created_on": at}
    row |= {"sys_updated_on": at, "sys_updated_by": by.name, "sys_mod_count": "0"}
    with instance.lock:
        instance.tables["sys_attachment"][row["sys_id"]] = row
        instance.files[row["sys_id"]] = content
    told = _told(row, request)
    return JSONResponse({"result": told}, 201, {"Location": told["download_link"].removesuffix("/file")})


def _allowed(instance: Instance, name: str, content: bytes) -> None:
    if len(content) > instance.settings.largest_attachment:
        raise Denied(413, "Attachment size exceeds com.glide.attachment.max_size")
    extension = name.rpartition(".")[2].lower()
    if instance.settings.extensions and extension not in instance.settings.extensions:
        raise Denied(403, "Attachment rejected", f"The file extension {extension} is not allowed")


def _told(row: Record, request: Request) -> dict[str, str]:
    base = str(request.base_url).rstrip("/")
    return row | {"download_link": f"{base}/api/now/attachment/{row['sys_id']}/file"}


async def listed(instance: Instance, request: Request, by: User) -> Response:
    looked = query.read(request.query_params.get("sysparm_query", ""), ATTACHMENT)
    rows = [each for each in instance.tables["sys_attachment"].values() if looked.holds(each)]
    seen = [each for each in rows if writing.may_see(instance, "sys_attachment", each, by)]
    return JSONResponse({"result": [_told(each, request) for each in looked.sorted(seen)]})


async def content(instance: Instance, request: Request, by: User) -> Response:
    row = instance.tables["sys_attachment"].get(request.path_params["sys_id"])
    if row is None or not writing.may_see(instance, "sys_attachment", row, by):
        raise Denied(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")
    headers = {"X-Attachment-Metadata": json.dumps(row)}
    return Response(instance.files[row["sys_id"]], media_type=row["content_type"], headers=headers)
