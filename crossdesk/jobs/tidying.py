"""What is thrown away by itself when nobody came back for it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from crossdesk.cases import drafts
from crossdesk.exchange import held
from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs


@app.periodic(cron="17 3 * * *")
@app.task(name="drafts.expire", queueing_lock="drafts.expire")
def expire_drafts(timestamp: int) -> None:
    with own_connection():
        drafts.expire(now())


@app.periodic(cron="23 3 * * *")
@app.task(name="exchange.expire_files", queueing_lock="exchange.expire_files")
def expire_files(timestamp: int) -> None:
    with own_connection(), verbs():
        held.expire(now())
