"""Doors to the mail work: the outbox and the inbox are their own queues, and a job only wakes the worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from procrastinate.contrib.django import app

from crossdesk.accounts.letters import send_account_letters
from crossdesk.exchange.reading import read_due
from crossdesk.exchange.receiving import process_waiting
from crossdesk.exchange.sending import send_due
from crossdesk.threads.models import Entry


@contextmanager
def own_connection() -> Iterator[None]:
    """Given up afterwards: the worker's threads live for weeks, and databases are restarted meanwhile."""
    try:
        yield
    finally:
        connections.close_all()


@app.task(name="mail.send")
def send() -> None:
    with own_connection():
        send_due()


@app.task(name="mail.accounts")
def send_about_accounts() -> None:
    with own_connection():
        send_account_letters()


@app.task(name="mail.read")
def read() -> None:
    with own_connection():
        process_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="mail.every_minute", queueing_lock="mail.every_minute")
def every_minute(timestamp: int) -> None:
    """What no wake-up reached: retries that came due, and letters stored just before a stop."""
    with own_connection():
        process_waiting()
        send_due()
        send_account_letters()


@app.periodic(cron="* * * * *")
@app.task(name="exchange.read", queueing_lock="exchange.read")
def read_lines(timestamp: int) -> None:
    """What was said in tools that do not tell by themselves."""
    with own_connection():
        read_due()


def wake_sending(entry: Entry) -> None:
    send.defer()
