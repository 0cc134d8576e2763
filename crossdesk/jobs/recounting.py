"""The door to working clocks out again after their calendar changed. What waits stands on the clocks themselves."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.clocks.recounting import AT_ONCE, recount_stale
from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now


@app.task(name="clocks.recount")
def recount() -> None:
    """A bounded part; what is left is the next job's."""
    with own_connection():
        if recount_stale(now()) == AT_ONCE:
            recount.defer()


@app.periodic(cron="* * * * *")
@app.task(name="clocks.every_minute", queueing_lock="clocks.every_minute")
def recount_every_minute(timestamp: int) -> None:
    """What no wake-up reached: a worker stopped half-way, a clock that started while the hours were changed."""
    with own_connection():
        recount_stale(now())
