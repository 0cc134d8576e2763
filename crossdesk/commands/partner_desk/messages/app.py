"""Its door, as `crossdesk/api/exchange` has it, and its own way to ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crossdesk.commands.partner_desk import spoiling
from crossdesk.commands.partner_desk.messages.desk import MessageDesk
from crossdesk.exchange.channels.crossdesk import MESSAGES
from crossdesk.exchange.messages.message import MEDIA_TYPE, SCHEMA, Message, Unreadable, read_message


def application(desk: MessageDesk, token: str) -> Starlette:
    async def work(request: Request) -> Response:
        if request.headers.get("authorization", "") != f"Bearer {token}":
            return JSONResponse({"title": "The key opens nothing here."}, 401)
        if request.method == "GET":
            return JSONResponse({"speaks": [SCHEMA]})
        try:
            message = read_message(await request.body())
        except Unreadable as unreadable:
            return JSONResponse({"title": unreadable.sentence}, 400)
        reply = desk.take(message)
        return JSONResponse(reply.body, reply.status)

    async def answer(request: Request) -> Response:
        return await spoiling.answered(desk.faults, request, work, _refusal)

    return Starlette(routes=[Route(MESSAGES, answer, methods=["GET", "POST"])])


def _refusal(status: int, because: str) -> Response:
    return JSONResponse({"title": because, "status": status}, status, media_type="application/problem+json")


@dataclass
class Player:
    """Works on each ticket in turn and tells the other side; without an address it works in silence."""

    desk: MessageDesk
    answer_to: str = ""
    key: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False))

    def step(self) -> Iterator[str]:
        """Told in a line each."""
        self.desk.step()
        said, self.desk.log = self.desk.log, []
        yield from said
        leaving = list(self.desk.leaving())
        for at, message in enumerate(leaving):
            if not self.answer_to:
                yield f"{message.our_number}: {message.kind}, told to nobody (no --answer-to)"
                continue
            told, taken = self._told(message)
            yield told
            if not taken:
                self.desk.not_left(leaving[at:])
                return

    def _told(self, message: Message) -> tuple[str, bool]:
        """False where it has to be tried again."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": MEDIA_TYPE, "Idempotency-Key": message.id}
        try:
            answer = self.http.post(self.answer_to.rstrip("/") + MESSAGES, content=message.encoded(), headers=headers)
        except httpx.HTTPError as trouble:
            return f"{message.our_number}: {message.kind} does not reach them ({type(trouble).__name__})", False
        said = f"{message.our_number}: {message.kind} told, they answer {answer.status_code}"
        again = answer.status_code >= 500 or answer.status_code in {401, 408, 425, 429}
        return said if answer.is_success else f"{said}: {' '.join(answer.text.split())[:160]}", not again
