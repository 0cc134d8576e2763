"""The door by which a day is anchored. Every worker asks; whoever comes first makes it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now
from crossdesk.threads.anchoring import anchor_if_due


@app.periodic(cron="*/10 * * * *")
@app.task(name="proof.anchor", queueing_lock="proof.anchor")
def every_ten_minutes(timestamp: int) -> None:
    with own_connection():
        anchor_if_due(now())
