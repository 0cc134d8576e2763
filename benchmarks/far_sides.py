"""The far ends of channels, each in a process of its own, so that only our side is on our clock."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import httpx

USER, PASSWORD, ANN = "crossdesk", "s3cret", "ann"


@dataclass
class Far:
    endpoint: str
    secret: str
    empty: str
    """An address that reads a post and answers it with nothing."""
    comment: Callable[[str, str], None]
    """One of their people writes on a ticket."""


def _empty() -> Any:
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def empty(request: Request) -> JSONResponse:
        await request.body()
        return JSONResponse({})

    return Route("/empty", empty, methods=["POST"])


def _instance(told: Connection) -> None:
    from crossdesk.commands.partner_desk.servicenow.app import application
    from crossdesk.commands.partner_desk.servicenow.instance import Instance, User
    from crossdesk.commands.partner_desk.serving import served

    instance = Instance()
    for name in (USER, ANN):
        instance.add_user(User(name, PASSWORD))
    app = application(instance)
    app.router.routes.append(_empty())
    with served(app) as address:
        told.send(address)
        told.recv()


def _tickets(told: Connection) -> None:
    from crossdesk.commands.partner_desk.faults import Faults
    from crossdesk.commands.partner_desk.serving import served
    from crossdesk.commands.partner_desk.tmf621.app import application
    from crossdesk.commands.partner_desk.tmf621.desk import TicketDesk

    app = application(TicketDesk(Faults()), PASSWORD)
    app.router.routes.append(_empty())
    with served(app) as address:
        told.send(address)
        told.recv()


def _letters(told: Connection) -> None:
    from aiosmtpd.controller import Controller

    from benchmarks.mail import Bare

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    Controller(Bare(), hostname="127.0.0.1", port=port).start()
    told.send(port)
    told.recv()


@contextmanager
def _apart(work: Callable[[Connection], None]) -> Iterator[Any]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=work, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()  # it keeps nothing
        process.join(10)


@contextmanager
def servicenow() -> Iterator[Far]:
    with _apart(_instance) as address, httpx.Client(auth=(ANN, PASSWORD)) as ann:

        def comment(ticket: str, words: str) -> None:
            url = f"{address}/api/now/table/incident/{ticket}"
            ann.patch(url, json={"comments": words}).raise_for_status()

        yield Far(address, f"{USER}:{PASSWORD}", f"{address}/empty", comment)


@contextmanager
def tmf621() -> Iterator[Far]:
    with _apart(_tickets) as address, httpx.Client(headers={"Authorization": f"Bearer {PASSWORD}"}) as ann:
        endpoint = f"{address}/tmf-api/troubleTicket/v5"

        def comment(ticket: str, words: str) -> None:
            note = {"@type": "Note", "text": words}
            ann.patch(f"{endpoint}/troubleTicket/{ticket}", json={"note": [note]}).raise_for_status()

        yield Far(endpoint, PASSWORD, f"{address}/empty", comment)


@contextmanager
def smtp() -> Iterator[int]:
    with _apart(_letters) as port:
        yield port
