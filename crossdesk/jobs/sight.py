"""Doors to the back-fill of delegations: what waits stands on the delegations, and a job only looks there."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.cases.following import fill, look_again, waiting_to_be_filled
from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now
from crossdesk.parties.delegating import close_run_out
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs


@app.task(name="sight.fill")
def fill_waiting() -> None:
    with own_connection():
        for delegation in waiting_to_be_filled(now()):
            fill(delegation, now())


@app.periodic(cron="* * * * *")
@app.task(name="sight.every_minute", queueing_lock="sight.every_minute")
def every_minute(timestamp: int) -> None:
    """What no wake-up reached: a delegation that was accepted, a filling that was stopped half-way, a last day."""
    with own_connection():
        with verbs():
            close_run_out(now())
        for delegation in waiting_to_be_filled(now()):
            fill(delegation, now())


def wake_filling(entry: Entry) -> None:
    if look_again(entry):
        fill_waiting.defer()
