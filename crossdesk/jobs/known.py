"""The door to telling cases that the known error behind them is fixed: there may be many, each with its own lock."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from crossdesk.cases.known import tell_of_fix
from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry


@app.task(name="known.tell")
def tell(known_error: str) -> None:
    with own_connection():
        tell_of_fix(UUID(known_error), now())


def wake_telling(entry: Entry) -> None:
    tell.defer(known_error=str(entry.thread_id))
