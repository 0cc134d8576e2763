"""Doors to the work of letters and messages: outbox and inbox are their own queues, a job only wakes the worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from crossdesk.accounts.letters import send_account_letters
from crossdesk.exchange.comparing import compare, probe
from crossdesk.exchange.falling import fall_due
from crossdesk.exchange.hearing import apply_waiting
from crossdesk.exchange.measuring import measure
from crossdesk.exchange.reading import read_due
from crossdesk.exchange.receiving import process_waiting
from crossdesk.exchange.sending import next_due, send_due
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry

SOON = timedelta(minutes=1)


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
        _come_back()


def _come_back() -> None:
    """The first tries follow each other within seconds; the minute's round is for the later ones."""
    at = now()
    due = next_due(at)
    if due and due - at < SOON:
        with suppress(AlreadyEnqueued):
            send.configure(schedule_at=due, queueing_lock="mail.send.soon").defer()


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
        apply_waiting(now())
        send_due()
        if fall_due(now()):
            send_due()
        send_account_letters()


@app.periodic(cron="* * * * *")
@app.task(name="exchange.read", queueing_lock="exchange.read")
def read_lines(timestamp: int) -> None:
    """What was said in tools that do not tell by themselves."""
    with own_connection():
        read_due()


@app.periodic(cron="*/10 * * * *")
@app.task(name="exchange.probe", queueing_lock="exchange.probe")
def probe_lines(timestamp: int) -> None:
    """Lines that were quiet are tried, and who cannot be reached is found out, before either is needed."""
    with own_connection():
        probe(now())
        measure(now())


@app.periodic(cron="20 3 * * *")
@app.task(name="exchange.compare", queueing_lock="exchange.compare")
def compare_lines(timestamp: int) -> None:
    with own_connection():
        compare(now())


def wake_sending(entry: Entry) -> None:
    send.defer()
