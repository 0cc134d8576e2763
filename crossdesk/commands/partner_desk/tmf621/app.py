"""Its two faces, as TM Forum's descriptions have them: tickets and the hub. Specifications are not offered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crossdesk.commands.partner_desk import spoiling
from crossdesk.commands.partner_desk.tmf621.desk import Refused, Said, Ticket, TicketDesk
from crossdesk.commands.partner_desk.tmf621.listing import listed
from crossdesk.commands.partner_desk.tmf621.reading import Version, read_subscription, read_ticket
from crossdesk.commands.partner_desk.tmf621.showing import error, shown

BASE = "/tmf-api/troubleTicket"
MEDIA: dict[Version, str] = {"v4": "application/json;charset=utf-8", "v5": "application/json"}
ACTS = {"close": "closed", "reopen": "inProgress", "cancel": "cancelled"}
"""MEF 124's addresses, for a partner whose agreement says `mef`."""
Work = Callable[["Face", Request], Awaitable[Response]]


class Face:
    def __init__(self, desk: TicketDesk, token: str, version: Version) -> None:
        self.desk, self.token, self.version = desk, token, version

    def routes(self) -> list[Route]:
        at = f"{BASE}/{self.version}"
        return [
            Route(f"{at}/troubleTicket", self.door(tickets), methods=["GET", "POST"]),
            Route(f"{at}/troubleTicket/{{id}}", self.door(one), methods=["GET", "PATCH", "DELETE"]),
            Route(f"{at}/troubleTicket/{{id}}/attachment/{{file}}", self.door(content), methods=["GET"]),
            Route(f"{at}/troubleTicket/{{id}}/{{act}}", self.door(acted), methods=["POST"]),
            Route(f"{at}/hub", self.door(subscribed), methods=["POST"]),
            Route(f"{at}/hub/{{id}}", self.door(subscription), methods=["GET", "DELETE"]),
        ]

    def door(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def worked(request: Request) -> Response:
            try:
                if request.headers.get("authorization", "") != f"Bearer {self.token}":
                    raise Refused(401, "unauthorized", "The key opens nothing here.")
                return await work(self, request)
            except Refused as refused:
                return self.refusal(refused)

        async def answer(request: Request) -> Response:
            return await spoiling.answered(self.desk.faults, request, worked, self.trouble)

        return answer

    def trouble(self, status: int, because: str) -> Response:
        return self.refusal(Refused(status, "fault", because))

    def refusal(self, refused: Refused) -> Response:
        return self.answer(error(refused, self.version), refused.status)

    def answer(self, body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        return JSONResponse(body, status, headers, media_type=MEDIA[self.version])

    def shown(self, ticket: Ticket, request: Request) -> dict[str, object]:
        base = f"{str(request.base_url).rstrip('/')}{BASE}/{self.version}"
        return shown(ticket, self.version, base, self.desk.faults, request.query_params.get("fields", ""))


def application(desk: TicketDesk, token: str) -> Starlette:
    faces: dict[Version, Face] = {"v4": Face(desk, token, "v4"), "v5": Face(desk, token, "v5")}

    async def lost(request: Request, trouble: Exception) -> Response:
        face = faces["v4" if f"{BASE}/v4" in request.url.path else "v5"]
        status = trouble.status_code if isinstance(trouble, HTTPException) else 500
        return face.trouble(status, "There is no such address here, or it does not know this method.")

    routes = [route for face in faces.values() for route in face.routes()]
    return Starlette(routes=routes, exception_handlers={404: lost, 405: lost})


async def tickets(face: Face, request: Request) -> Response:
    if request.method == "POST":
        said = read_ticket(await request.body(), face.version, new=True)
        return face.answer(face.shown(face.desk.create(said), request), 201)
    page, whole = listed(list(face.desk.tickets.values()), request.query_params, face.version)
    rows = face.desk.faults.told([face.shown(each, request) for each in page])
    return face.answer(rows, headers={"X-Total-Count": str(whole), "X-Result-Count": str(len(rows))})


async def one(face: Face, request: Request) -> Response:
    ticket = face.desk.found(request.path_params["id"])
    if request.method == "DELETE":
        raise Refused(403, "forbidden", "Nothing is deleted here; cancel it.")
    if request.method == "PATCH":
        face.desk.change(ticket, read_ticket(await request.body(), face.version, new=False))
    return face.answer(face.shown(ticket, request))


async def content(face: Face, request: Request) -> Response:
    ticket = face.desk.found(request.path_params["id"])
    file = next((each for each in ticket.files if each.id == request.path_params["file"]), None)
    if file is None or file.content is None:
        raise Refused(404, "notFound", "There is no such file.")
    return Response(file.content, media_type=file.media_type)


async def acted(face: Face, request: Request) -> Response:
    ticket, act = face.desk.found(request.path_params["id"]), request.path_params["act"]
    if act not in ACTS:
        raise Refused(404, "notFound", f"A ticket has {', '.join(ACTS)}.")
    said = await request.json() if await request.body() else {}
    reason = str(said.get("reason", "")) if isinstance(said, dict) else ""
    return face.answer(face.shown(face.desk.change(ticket, Said(status=ACTS[act], reason=reason)), request))


async def subscribed(face: Face, request: Request) -> Response:
    asked = read_subscription(await request.body())
    id = uuid4().hex[:12]
    face.desk.subscriptions[id] = (asked.callback, asked.query)
    return face.answer(_subscription(face, id), 201)


async def subscription(face: Face, request: Request) -> Response:
    id = request.path_params["id"]
    if id not in face.desk.subscriptions:
        raise Refused(404, "notFound", "There is no such subscription.")
    if request.method == "DELETE":
        del face.desk.subscriptions[id]
        return Response(status_code=204)
    return face.answer(_subscription(face, id))


def _subscription(face: Face, id: str) -> dict[str, str]:
    callback, query = face.desk.subscriptions[id]
    typed = {"@type": "Hub"} if face.version == "v5" else {}
    return {"id": id, "callback": callback, **({"query": query} if query else {}), **typed}
