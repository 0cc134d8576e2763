"""Doors to the telling: the events are their own queue, and a job only wakes the worker."""

from __future__ import annotations

from django.db import connections
from procrastinate.contrib.django import app

from crossdesk.api.tmf621.events import note
from crossdesk.api.tmf621.leaving import tell_due
from crossdesk.threads.models import Entry


@app.task(name="tickets.tell")
def tell() -> None:
    try:
        tell_due()
    finally:
        connections.close_all()


@app.periodic(cron="* * * * *")
@app.task(name="tickets.every_minute", queueing_lock="tickets.every_minute")
def every_minute(timestamp: int) -> None:
    """What no wake-up reached, and what came due again."""
    try:
        tell_due()
    finally:
        connections.close_all()


def tell_subscribers(entry: Entry) -> None:
    """A reaction: noted in the entry's own transaction, told after it."""
    if note(entry):
        tell.defer()
