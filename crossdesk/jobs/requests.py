"""The door that time comes in by for requests: silence that became consent, and steps read off the records."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now
from crossdesk.requests.approving import lapse
from crossdesk.requests.proving import look_at_all


@app.periodic(cron="* * * * *")
@app.task(name="requests.every_minute", queueing_lock="requests.every_minute")
def look_at_requests(timestamp: int) -> None:
    with own_connection():
        lapse(now())
        look_at_all(now())
