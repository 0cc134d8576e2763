"""Microsoft Graph as far as a mailbox needs it, by its public documentation: client credentials, delta query with
pages, whole letters, immutable ids, moves, marks, throttling, places that end."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crossdesk.commands.partner_desk.serving import served

CLIENT, SECRET, MAILBOX = "11111111-2222-3333-4444-555555555555", "s3cret", "desk@crossdesk.example"
SCOPE = "https://graph.microsoft.com/.default"
FOLDERS = {"inbox": "inbox", "kept": "kept"}
PAGE = 10
"""Unless the request prefers another size."""


@dataclass
class Item:
    content: bytes
    received: datetime
    folder: str = "inbox"
    immutable: str = field(default_factory=lambda: f"AAkALg{secrets.token_urlsafe(30)}=")
    plain: str = field(default_factory=lambda: f"AAMkAG{secrets.token_urlsafe(30)}=")
    read: bool = False
    change: int = 0


@dataclass
class GraphHost:
    """`limit` requests are let through before the next is told to wait; `broken` ids answer with an error."""

    items: list[Item] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    removed: list[tuple[int, str]] = field(default_factory=list)
    changes: int = 0
    granted: int = 0
    ended: set[str] = field(default_factory=set)
    busy: int = 0
    broken: set[str] = field(default_factory=set)
    elsewhere: str = ""
    address: str = ""

    def put(self, content: bytes, received: datetime) -> Item:
        self.changes += 1
        item = Item(content, received, change=self.changes)
        self.items.append(item)
        return item

    def move(self, item: Item, folder: str) -> None:
        """The usual id changes with the folder, the immutable one does not."""
        self.changes += 1
        self.removed.append((self.changes, item.immutable))
        item.folder, item.plain, item.change = folder, f"AAMkAG{secrets.token_urlsafe(30)}=", self.changes

    def app(self) -> Starlette:
        user = f"/v1.0/users/{MAILBOX}"
        return Starlette(
            routes=[
                Route("/tenant/oauth2/v2.0/token", self.grant, methods=["POST"]),
                Route(f"{user}/mailFolders/{{folder}}/messages/delta", self.delta),
                Route(f"{user}/messages/{{key}}/$value", self.value),
                Route(f"{user}/messages/{{key}}/move", self.moved, methods=["POST"]),
                Route(f"{user}/messages/{{key}}", self.patch, methods=["PATCH"]),
            ]
        )

    async def grant(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        wanted = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET, "scope": SCOPE}
        if asked != wanted:
            words = "AADSTS7000215: Invalid client secret provided."
            return JSONResponse({"error": "invalid_client", "error_description": words}, 401)
        self.granted += 1
        token = secrets.token_urlsafe(20)
        self.tokens.add(token)
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    async def delta(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        if request.path_params["folder"] not in FOLDERS:
            return wrong(404, "ErrorItemNotFound")
        asked = request.query_params
        state = asked.get("$deltatoken") or asked.get("$skiptoken") or "0.0"
        if state in self.ended:
            return wrong(410, "SyncStateNotFound")
        since, skip = (int(each) for each in state.split("."))
        changed = [self._row(each, request) for each in self.items if self._in(each, request, since)]
        gone = [{"@removed": {"reason": "changed"}, "id": known} for at, known in self.removed if since and at > since]
        rows, size = changed + gone, size_of(request)
        page: dict[str, Any] = {"@odata.context": "…", "value": rows[skip : skip + size]}
        link = f"{self.elsewhere or self.address}{request.url.path}"
        if skip + size < len(rows):
            page["@odata.nextLink"] = f"{link}?$skiptoken={since}.{skip + size}"
        else:
            page["@odata.deltaLink"] = f"{link}?$deltatoken={self.changes}.0"
        return JSONResponse(page)

    def _in(self, item: Item, request: Request, since: int) -> bool:
        return item.folder == request.path_params["folder"] and item.change > since

    def _row(self, item: Item, request: Request) -> dict[str, Any]:
        known = item.immutable if 'IdType="ImmutableId"' in request.headers.get("Prefer", "") else item.plain
        return {"@odata.etag": 'W/"x"', "id": known, "receivedDateTime": f"{item.received:%Y-%m-%dT%H:%M:%SZ}"}

    async def value(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        item = self._item(request)
        if item is None:
            return wrong(404, "ErrorItemNotFound")
        if item.immutable in self.broken:
            return wrong(400, "ErrorMimeContentConversionFailed")
        return Response(item.content, media_type="text/plain")

    async def moved(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        item, asked = self._item(request), await request.json()
        if item is None or asked.get("destinationId") not in FOLDERS:
            return wrong(404, "ErrorItemNotFound")
        self.move(item, asked["destinationId"])
        return JSONResponse(self._row(item, request), 201)

    async def patch(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        item = self._item(request)
        if item is None:
            return wrong(404, "ErrorItemNotFound")
        item.read = bool((await request.json()).get("isRead"))
        return JSONResponse(self._row(item, request))

    def _item(self, request: Request) -> Item | None:
        key = request.path_params["key"]
        return next((each for each in self.items if key in {each.immutable, each.plain}), None)

    def _refusal(self, request: Request) -> Response | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.tokens:
            return wrong(401, "InvalidAuthenticationToken")
        if self.busy:
            self.busy -= 1
            return wrong(429, "TooManyRequests", {"Retry-After": "300"})
        return None


def size_of(request: Request) -> int:
    prefer = request.headers.get("Prefer", "")
    said = prefer.partition("odata.maxpagesize=")[2].split(",")[0]
    return int(said) if said.isdecimal() else PAGE


def wrong(status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": code}}, status, headers)


@contextmanager
def graph_host() -> Iterator[GraphHost]:
    host = GraphHost()
    with served(host.app()) as address:
        host.address = address
        yield host
