"""One server process: Django's pages on threads, and beside them what is better native."""

from __future__ import annotations

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from crossdesk.kit.leash import follow_parent
from crossdesk.project.wsgi import application
from crossdesk.web.live import following, live

PAGES_AT_ONCE = 10  # each holds a database connection


def healthz(request: Request) -> PlainTextResponse:
    from django.db import DatabaseError, close_old_connections, connection

    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        connection.close()
        return PlainTextResponse("The database does not answer.\n", 503)
    return PlainTextResponse("ok\n")


pages = WSGIMiddleware(application, workers=PAGES_AT_ONCE)  # type: ignore[arg-type]  # Django types WSGI looser


async def pages_of(scope: Scope, receive: Receive, send: Send) -> None:
    """a2wsgi schedules what it receives as a coroutine; granian hands out a plain awaitable."""

    async def received() -> Message:
        return await receive()

    await pages(scope, received, send)  # type: ignore[arg-type]  # a2wsgi types ASGI its own way


follow_parent()
app = Starlette(
    routes=[
        Route("/healthz", healthz),
        Route("/live", live),
        Mount("/", pages_of),
    ],
    lifespan=following,
)
