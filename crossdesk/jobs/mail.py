"""Doors to the mail work: the outbox and the inbox are their own queues, and a job only wakes the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.exchange.receiving import process_waiting
from crossdesk.exchange.sending import send_due
from crossdesk.threads.models import Entry


@app.task(name="mail.send")
def send() -> None:
    send_due()


@app.task(name="mail.read")
def read() -> None:
    process_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="mail.every_minute", queueing_lock="mail.every_minute")
def every_minute(timestamp: int) -> None:
    """What no wake-up reached: retries that came due, and letters stored just before a stop."""
    process_waiting()
    send_due()


def wake_sending(entry: Entry) -> None:
    send.defer()
