"""The live signal: one stream per browser that says only which thread changed. The page asks again, as its viewer.

A stream holds no database connection. One listener serves them all; whose seats reach a thread is looked up once per
notice, and every stream's own seats are worked out again every few seconds, so that a lost right ends it.

Nothing is missed between a page's rendering and its stream. A page carries the moment before its first query, a stream
asks with that moment (or with the last it heard of), and is told at its opening what changed since: a notice comes
after its commit, so whatever a page could not see yet is heard of later than the page's moment. Where the listener
itself was not listening all that time, the opening says "all", and every part asks again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections, connection
from django.utils.crypto import constant_time_compare
from prometheus_client import Gauge
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from crossdesk.kit.time import now
from crossdesk.parties.models import Person
from crossdesk.parties.signalling import SEATS_CHANGED
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs
from crossdesk.web.signed import acting_in, strongly

log = logging.getLogger("crossdesk.live")
RECHECK_SECONDS = 5.0
BEAT_SECONDS = 15
KEPT_SECONDS = 900
SKEW = 2.0
"""Seconds by which the clocks of two of our machines may differ; what is heard twice costs one question."""
ALL = "all"
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
OPEN = Gauge("crossdesk_streams", "Live streams open.", multiprocess_mode="livesum")


@dataclass
class Heard:
    """The notices of the last minutes: which thread, when heard. `since` is when the listener last began to listen;
    up to `told` every notice was passed on to its streams."""

    since: float = math.inf
    told: float = 0
    notices: deque[tuple[float, str]] = field(default_factory=deque)

    def begin(self) -> None:
        self.since = self.told = time.time()
        self.notices.clear()

    def end(self) -> None:
        self.since = math.inf

    def take_in(self, threads: set[str], at: float) -> None:
        self.notices.extend((at, thread) for thread in threads)
        while self.notices and self.notices[0][0] < at - KEPT_SECONDS:
            self.notices.popleft()

    def after(self, moment: float) -> set[str] | None:
        """The threads that changed after that moment; None where nobody here can say."""
        if moment < max(self.since, time.time() - KEPT_SECONDS + SKEW):
            return None
        return {thread for at, thread in self.notices if at >= moment - SKEW}


heard = Heard()


def seats_of(session: str) -> frozenset[int]:
    """The live seats of whoever holds this session; none where it has ended."""
    close_old_connections()
    try:
        kept = Session(session).load()
        person = Person.objects.filter(pk=kept.get(SESSION_KEY) or 0, is_active=True).first()
        if person is None or not _still_signed(kept, person):
            return frozenset()
        with verbs():
            acting = acting_in(kept, person, now())
        if acting.chosen is None or (acting.asks_second_factor and not strongly(kept)):
            return frozenset()
        return frozenset(acting.chosen.seats)
    finally:
        connection.close()


def _still_signed(session: Mapping[str, Any], person: Person) -> bool:
    """A changed password ends the sessions before it."""
    held = str(session.get(HASH_SESSION_KEY) or "")
    known = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return any(constant_time_compare(held, each) for each in known)


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
    since = _moment(request.headers.get("last-event-id") or request.query_params.get("since", ""))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(Stream(session, seats), since), media_type="text/event-stream", headers=headers)


def _moment(written: str) -> float | None:
    try:
        moment = float(written)
    except ValueError:
        return None
    return moment if math.isfinite(moment) else None


async def _told(stream: Stream, since: float | None) -> AsyncIterator[str]:
    streams.add(stream)  # first of all: what changes from here on is told as it comes
    try:
        yield f"retry: 2000\n{event(await _missed(stream, since))}"
        while stream.seats:
            try:
                message = await asyncio.wait_for(stream.waiting.get(), timeout=BEAT_SECONDS)
            except TimeoutError:
                yield event()
                continue
            if message is None:
                return
            yield message
    finally:
        streams.discard(stream)
        OPEN.dec()


def event(told: dict[str, Any] | None = None) -> str:
    """Its id is the moment up to which a browser has heard all; without words it only carries that on."""
    data = f"data: {json.dumps(told)}\n" if told is not None else ""
    return f"id: {heard.told:.3f}\n{data}\n"


async def _missed(stream: Stream, since: float | None) -> dict[str, Any]:
    """What the opening says: the threads that changed since, of those this stream's seats reach."""
    now = round(time.time(), 3)
    changed = set() if since is None else heard.after(since)
    if changed is None:
        return {"missed": ALL, "now": now}
    readers = await asyncio.to_thread(readers_of, changed) if changed else {}
    reached = [thread for thread, seats in readers.items() if stream.seats & seats]
    return {"missed": reached, "since": since or now, "now": now}


async def _pass_on(threads: set[str], at: float) -> None:
    readers = await asyncio.to_thread(readers_of, threads)
    for thread, seats in readers.items():
        message = event({"thread": thread, "at": round(at, 3)})
        for stream in streams:
            if stream.seats & seats:
                stream.tell(message)


async def listen() -> None:
    """For ever: hear notices, gather those of one moment, and come back by itself when PostgreSQL restarts."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as ear:
                await ear.execute("listen crossdesk")
                heard.begin()
                for stream in streams:  # what was missed meanwhile nobody can name
                    stream.tell(event({"missed": ALL, "now": round(heard.since, 3)}))
                while True:
                    began = time.time()
                    gathered = {notice.payload async for notice in ear.notifies(timeout=RECHECK_SECONDS, stop_after=1)}
                    gathered |= {notice.payload async for notice in ear.notifies(timeout=0.05)}
                    if SEATS_CHANGED in gathered:
                        gathered.discard(SEATS_CHANGED)
                        await look_again()
                    if gathered:
                        at = time.time()
                        heard.take_in(gathered, at)
                        await _pass_on(gathered, at)
                    heard.told = began
        except (psycopg.OperationalError, OSError) as error:
            log.warning("the live signal lost its database: %s", type(error).__name__)
            heard.end()
            await asyncio.sleep(1)


async def recheck() -> None:
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        await look_again()


async def look_again() -> None:
    """Every stream's seats as they are now; one that lost them all ends, one that gained some asks for everything."""
    for session in {stream.session for stream in streams}:
        with suppress(Exception):  # a database that is away is the listener's to tell
            seats = await asyncio.to_thread(seats_of, session)
            for stream in [each for each in streams if each.session == session]:
                gained = seats - stream.seats
                stream.seats = seats
                if not seats:
                    stream.tell(None)
                elif gained:
                    stream.tell(event({"missed": ALL, "now": round(time.time(), 3)}))


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
