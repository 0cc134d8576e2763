"""The worker of an installation, as an operator runs it: a process that tests may kill.

It runs on the wall clock. Retries take three days, so a test lets hours pass: what an installation waits for comes that
much nearer, which is all that its exchange knows of them.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError
from django.db.models import F
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from crossdesk.exchange.lines import Line
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.sending import LEASE
from crossdesk.jobs.mail import every_minute
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs

AWAY = (OperationalError, InterfaceError, ConnectorException)
"""What a test meets while PostgreSQL is gone, by Django and by the queue of jobs."""


@dataclass
class Worker:
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, environment: dict[str, str], log: Path) -> Worker:
        with log.open("ab") as kept:
            command = [sys.executable, "-m", "crossdesk", "worker"]
            return cls(subprocess.Popen(command, env=environment, stdout=kept, stderr=kept))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


# On the database in use


def pass_hours(hours: int) -> None:
    by = timedelta(hours=hours)
    with verbs():
        unsent = OutboxItem.objects.filter(state__in=OutboxItem.UNSENT)
        unsent.update(next_try_at=F("next_try_at") - by, leased_until=F("leased_until") - by)
    with verbs():
        Line.objects.exclude(resting_until=None).update(resting_until=F("resting_until") - by)
    wake()


def wake() -> None:
    """What the worker's own clock does each minute; nobody wants to wait for it a hundred times."""
    with suppress(AlreadyEnqueued):
        every_minute.configure(task_kwargs={"timestamp": 0}).defer()


def idle(since: datetime) -> bool:
    """Nothing is due and nothing on its way. What a worker that died before `since` had claimed is nobody's now."""
    with verbs():
        heads = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, link__isnull=False)
        if heads.filter(next_try_at__lte=now()).exists() or heads.filter(leased_until__gt=since + LEASE).exists():
            return False
        return not RawMail.objects.filter(fate=RawMail.Fate.WAITING).exists()
