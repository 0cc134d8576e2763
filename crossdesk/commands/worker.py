from __future__ import annotations

import logging
import os

import click

from crossdesk.commands.django import setup
from crossdesk.kit.leash import follow_parent


@click.command()
@click.option("--at-once", default=4, show_default=True, type=click.IntRange(1, 100), help="Jobs running at one time.")
def worker(at_once: int) -> None:
    """Carry out jobs. Run as many of these as you like, on as many machines."""
    setup()
    from procrastinate.contrib.django import app

    from crossdesk.project.schema import refuse_powerful_role

    refuse_powerful_role()
    if "CROSSDESK_PARENT" in os.environ:
        follow_parent()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector):
        app.run_worker(concurrency=at_once, shutdown_graceful_timeout=8)
