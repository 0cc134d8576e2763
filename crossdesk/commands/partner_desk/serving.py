"""Serves an application of the far side on a free port of this machine, beside whatever else runs in the process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette

PATIENCE = 20.0


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def served(app: Starlette, port: int = 0) -> Iterator[str]:
    """Yields the address it answers at; when the block ends, nobody answers there any more."""
    port = port or free_port()
    loop = asyncio.new_event_loop()
    server = Server(app, port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, log_enabled=False)
    thread = threading.Thread(target=_run, args=(loop, server), daemon=True)
    thread.start()
    try:
        _wait_for(port, thread)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(PATIENCE)


def _run(loop: asyncio.AbstractEventLoop, server: Server) -> None:
    asyncio.set_event_loop(loop)
    loop.run_until_complete(server.serve())


def _wait_for(port: int, thread: threading.Thread) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and thread.is_alive():
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.02)
    raise RuntimeError(f"Nothing answers on port {port}.")
