"""Doors to the reading of feeds: they are their own queue, and a job only wakes the worker."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connections
from procrastinate.contrib.django import app

from crossdesk.kit.time import now
from crossdesk.signals.digesting import digest_waiting, forget_old
from crossdesk.signals.following import take_from
from crossdesk.threads.viewer import verbs

FOLLOWED = "CROSSDESK_SIGNALS_INBOX"
"""Names the folder whose files are read as they come; none is followed unless it is set."""


@app.task(name="signals.digest")
def digest() -> None:
    try:
        digest_waiting(now())
    finally:
        connections.close_all()


def wake() -> None:
    """Something waits to be read."""
    with verbs():
        digest.defer()


@app.periodic(cron="* * * * *")
@app.task(name="signals.every_minute", queueing_lock="signals.every_minute")
def look_for_feeds(timestamp: int) -> None:
    try:
        if named := os.environ.get(FOLLOWED):
            take_from(Path(named), now())
        digest_waiting(now())
    finally:
        connections.close_all()


@app.periodic(cron="41 3 * * *")
@app.task(name="signals.every_night", queueing_lock="signals.every_night")
def forget_signals(timestamp: int) -> None:
    try:
        forget_old(now())
    finally:
        connections.close_all()
