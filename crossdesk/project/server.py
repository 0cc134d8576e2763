"""One server process: Django's pages on threads, and beside them what is better native."""

from __future__ import annotations

from importlib import import_module

from a2wsgi import WSGIMiddleware
from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from crossdesk.kit import code
from crossdesk.kit.leash import follow_parent
from crossdesk.project import figures
from crossdesk.project.readiness import why_not_ready
from crossdesk.project.wsgi import application
from crossdesk.web.live import following, live

PAGES_AT_ONCE = 10  # each holds a database connection


async def healthz(request: Request) -> PlainTextResponse:
    """Alive: the process answers. A restart would mend nothing that /readyz complains of."""
    return PlainTextResponse("ok\n")


def readyz(request: Request) -> PlainTextResponse:
    """Worth sending people to: the database answers, its tables are at this version, the rules are sound."""
    sentence = why_not_ready()
    return PlainTextResponse(f"{sentence}\n", 503) if sentence else PlainTextResponse("ok\n")


def metrics(request: Request) -> Response:
    if not figures.may_read(request.headers, request.client.host if request.client else ""):
        return PlainTextResponse("These figures are for the operator's monitoring.\n", 403)
    return Response(figures.written(), media_type=CONTENT_TYPE_LATEST)


pages = WSGIMiddleware(application, workers=PAGES_AT_ONCE)  # type: ignore[arg-type]  # Django types WSGI looser


async def pages_of(scope: Scope, receive: Receive, send: Send) -> None:
    """a2wsgi schedules what it receives as a coroutine; granian hands out a plain awaitable."""

    async def received() -> Message:
        return await receive()

    await pages(scope, received, send)  # type: ignore[arg-type]  # a2wsgi types ASGI its own way


follow_parent()
with code.reading():  # of every page: or the first person would wait for it, a second or more
    import_module(settings.ROOT_URLCONF)
app = Starlette(
    routes=[
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        Route("/live", live),
        Mount("/", pages_of),
    ],
    lifespan=following,
)
