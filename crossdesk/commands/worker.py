from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path

import click

from crossdesk.commands.django import setup
from crossdesk.commands.figures import figures_port, tell_figures
from crossdesk.kit.leash import follow_parent

LOOKS_AGAIN_AFTER = 1.0
CONNECTS_WITHIN = 5.0
"""Seconds. The pool's own thirty would hold up a stop, and every job, while a restarted database is long back."""

log = logging.getLogger(__name__)


@click.command()
@figures_port
@click.option("--at-once", default=4, show_default=True, type=click.IntRange(1, 100), help="Jobs running at one time.")
def worker(at_once: int, figures_port: int | None) -> None:
    """Carry out jobs. Run as many of these as you like, on as many machines."""
    setup()
    from django.conf import settings

    from crossdesk.jobs.clockwork import Clockwork
    from crossdesk.project.schema import refuse_powerful_role
    from crossdesk.web.status.keeper import Keeping

    refuse_powerful_role()
    tell_figures(figures_port)
    if "CROSSDESK_PARENT" in os.environ:
        follow_parent()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    beside: list[Clockwork | Keeping] = [Clockwork()]
    if settings.STATUS_FOLDER:
        beside.append(Keeping(Path(settings.STATUS_FOLDER).absolute()))
    for each in beside:
        each.start()
    try:
        asyncio.run(until_told_to_stop(at_once))
    finally:
        for each in beside:
            each.stop()


async def until_told_to_stop(at_once: int) -> None:
    """A database that restarts ends procrastinate's worker as if it had been told to; so the signals are ours, and one
    that ends without them begins again."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, told.set)
    stopping = asyncio.create_task(told.wait())
    while not told.is_set():
        working = asyncio.create_task(work(at_once))
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if told.is_set():
            working.cancel()
        [ended] = await asyncio.gather(working, return_exceptions=True)
        if not told.is_set():
            log.warning("the worker lost its database and looks again", extra={"error": type(ended).__name__})
            await asyncio.wait({stopping}, timeout=LOOKS_AGAIN_AFTER)


async def work(at_once: int) -> None:
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    connector = PsycopgConnector(kwargs=connector_params(), timeout=CONNECTS_WITHIN)
    with app.replace_connector(connector):
        async with app.open_async():
            await app.run_worker_async(concurrency=at_once, shutdown_graceful_timeout=8, install_signal_handlers=False)
