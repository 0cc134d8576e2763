from __future__ import annotations

import os
import tempfile

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from crossdesk.commands.django import setup
from crossdesk.commands.ports import require_free
from crossdesk.kit.leash import follow_parent

# Every open page holds one stream, so many connections are idle: room for them, and for a rush behind them.
BACKLOG = 8192
BACKPRESSURE = 8192


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address of this machine to answer at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where the pages are.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="One for each core.")
def serve(host: str, port: int, processes: int) -> None:
    """Serve the pages over HTTP."""
    setup()
    from django.db import connections

    from crossdesk.project.schema import refuse_powerful_role

    refuse_powerful_role()
    connections.close_all()
    require_free(host, port)
    if "CROSSDESK_PARENT" in os.environ:
        follow_parent()
        # The server's own processes follow the server, not our supervisor.
        del os.environ["CROSSDESK_PARENT"]
    if processes > 1:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="crossdesk-figures-")
    Server(
        "crossdesk.project.server:app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=5,
    ).serve()
