"""Doors to the telling: the events are their own queue, and a job only wakes the worker."""

from __future__ import annotations

from django.db import connections
from procrastinate.contrib.django import app

from crossdesk.kit.time import now
from crossdesk.threads.models import Entry
from crossdesk.webhooks import cloud
from crossdesk.webhooks.leaving import forget_old, tell_due


@app.task(name="webhooks.tell")
def tell() -> None:
    try:
        tell_due()
    finally:
        connections.close_all()


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.every_minute", queueing_lock="webhooks.every_minute")
def every_minute(timestamp: int) -> None:
    """What no wake-up reached, and what came due again."""
    try:
        tell_due()
    finally:
        connections.close_all()


@app.periodic(cron="17 3 * * *")
@app.task(name="webhooks.every_night", queueing_lock="webhooks.every_night")
def every_night(timestamp: int) -> None:
    try:
        forget_old(now())
    finally:
        connections.close_all()


def tell_programs(entry: Entry) -> None:
    """A reaction: noted in the entry's own transaction, told after it."""
    if cloud.note(entry):
        tell.defer()
