"""The doors to what follows when hours or agreements change. What waits stands on clocks, legs and terms themselves."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.cases.agreeing import apply_changes
from crossdesk.cases.undisputed import confirm_undisputed
from crossdesk.clocks.recounting import AT_ONCE, recount_stale
from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now


@app.task(name="clocks.recount")
def recount() -> None:
    """A bounded part; what is left is the next job's."""
    with own_connection():
        if recount_stale(now()) == AT_ONCE:
            recount.defer()


@app.task(name="agreements.apply")
def apply() -> None:
    with own_connection():
        if apply_changes(now()):
            apply.defer()


@app.periodic(cron="* * * * *")
@app.task(name="clocks.every_minute", queueing_lock="clocks.every_minute")
def recount_every_minute(timestamp: int) -> None:
    """What no wake-up reached: a worker stopped half-way, a clock that started while the hours were changed, a version
    whose day has come; and answers that nobody disputed in the days agreed."""
    with own_connection():
        recount_stale(now())
        apply_changes(now())
        confirm_undisputed(now())
