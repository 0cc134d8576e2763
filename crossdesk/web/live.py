"""The live signal: one stream per browser that says only which thread changed. The page asks again, as its viewer.

A stream holds no database connection. One listener serves them all; whose seats reach a thread is looked up once per
notice, and every stream's own seats are worked out again every few seconds, so that a lost right ends it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import close_old_connections, connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from crossdesk.desks.seats import acting_for
from crossdesk.kit.time import now
from crossdesk.parties.models import Person
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs
from crossdesk.web.seeing import CHOSEN

log = logging.getLogger("crossdesk.live")
RECHECK_SECONDS = 5.0
BEAT = ": still here\n\n"
Session = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(eq=False)
class Stream:
    """One browser that listens. `seats` is empty once its right is lost."""

    session: str
    seats: frozenset[int]
    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(200))

    def tell(self, message: str | None) -> None:
        """A browser that does not read is let go; it comes back and asks anew."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.seats = frozenset()


streams: set[Stream] = set()


def seats_of(session: str) -> frozenset[int]:
    """The live seats of whoever holds this session; none where it has ended."""
    close_old_connections()
    try:
        kept = Session(session).load()
        person = Person.objects.filter(pk=kept.get(SESSION_KEY) or 0, is_active=True).first()
        if person is None:
            return frozenset()
        with verbs():
            chosen = acting_for(person, kept.get(CHOSEN), now()).chosen
        return frozenset(chosen.seats) if chosen else frozenset()
    finally:
        connection.close()


def readers_of(threads: set[str]) -> dict[str, frozenset[int]]:
    close_old_connections()
    try:
        with verbs():
            return {
                str(pk): frozenset(seats)
                for pk, seats in Thread.objects.filter(pk__in=threads).values_list("pk", "seats")
            }
    finally:
        connection.close()


async def live(request: Request) -> Response:
    session = request.cookies.get(settings.SESSION_COOKIE_NAME, "")
    seats = await asyncio.to_thread(seats_of, session) if session else frozenset()
    if not seats:
        return PlainTextResponse("Sign in to follow changes.\n", 401)
    stream = Stream(session, seats)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(stream), media_type="text/event-stream", headers=headers)


async def _told(stream: Stream) -> AsyncIterator[str]:
    streams.add(stream)
    try:
        yield "retry: 2000\n\n"
        while stream.seats:
            try:
                message = await asyncio.wait_for(stream.waiting.get(), timeout=15)
            except TimeoutError:
                yield BEAT
                continue
            if message is None:
                return
            yield f"data: {message}\n\n"
    finally:
        streams.discard(stream)


async def _pass_on(threads: set[str]) -> None:
    readers = await asyncio.to_thread(readers_of, threads)
    for thread, seats in readers.items():
        message = json.dumps({"thread": thread})
        for stream in streams:
            if stream.seats & seats:
                stream.tell(message)


async def listen() -> None:
    """For ever: hear notices, gather those of one moment, and come back by itself when PostgreSQL restarts."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as heard:
                await heard.execute("listen crossdesk")
                while True:
                    gathered = {
                        notice.payload async for notice in heard.notifies(timeout=RECHECK_SECONDS, stop_after=1)
                    }
                    gathered |= {notice.payload async for notice in heard.notifies(timeout=0.05)}
                    if gathered and streams:
                        await _pass_on(gathered)
        except (psycopg.OperationalError, OSError) as error:
            log.warning("the live signal lost its database: %s", type(error).__name__)
            await asyncio.sleep(1)


async def recheck() -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        for session in {stream.session for stream in streams}:
            with suppress(Exception):  # a database that is away is the listener's to tell
                seats = await asyncio.to_thread(seats_of, session)
                for stream in [each for each in streams if each.session == session]:
                    stream.seats = seats
                    if not seats:
                        stream.tell(None)


def _address() -> dict[str, Any]:
    default = settings.DATABASES["default"]
    return {
        "host": default["HOST"],
        "port": default["PORT"] or 5432,
        "user": default["USER"],
        "password": default["PASSWORD"],
        "dbname": default["NAME"],
    }


@asynccontextmanager
async def following(app: object) -> AsyncIterator[None]:
    """The listener and the recheck, for as long as the server lives."""
    tasks = [asyncio.create_task(listen()), asyncio.create_task(recheck())]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
