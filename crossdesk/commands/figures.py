"""The figures of a process that serves no pages: at a port of its own, on this machine only."""

from __future__ import annotations

import click
from prometheus_client import start_http_server

from crossdesk.commands.ports import require_free

figures_port = click.option(
    "--figures-port", type=click.IntRange(1, 65535), help="Where to tell figures for monitoring; nowhere if left out."
)


def tell_figures(port: int | None) -> None:
    if port is None:
        return
    from crossdesk.project.figures import whole

    require_free("127.0.0.1", port)
    start_http_server(port, addr="127.0.0.1", registry=whole())
