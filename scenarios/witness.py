"""What the database holds as true, to the second: pages tell moments by the minute."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.clocks.models import Clock
from crossdesk.kit.tests.waiting import until
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import verbs

WITHIN = timedelta(seconds=5)
"""How soon the worker acts on what time brings, on a machine that has a core free for it."""


@dataclass(frozen=True)
class Step:
    """A warning, a breach or an escalation of one clock."""

    percent: int
    due: datetime
    recorded_at: datetime

    @property
    def in_time(self) -> bool:
        """A machine with more to do than cores is no failure: the worker waits its turn there as others do."""
        crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
        return timedelta() <= self.recorded_at - self.due <= WITHIN * max(crowd, 1)


def steps(thread: Thread, measure: str, leg: int = 0) -> list[Step]:
    """Of the newest promise of this kind, in the order in which they were recorded."""
    kinds = ("clock.warned", "clock.breached", "clock.escalated")
    newest = clock(thread, measure, leg).pk
    with verbs():
        told = Entry.objects.filter(thread=thread, kind__in=kinds, facts__clock=newest)
        return [Step(each.facts["percent"], each.happened_at, each.recorded_at) for each in told.order_by("seq")]


def percents(thread: Thread, measure: str, leg: int = 0) -> list[int]:
    return [each.percent for each in steps(thread, measure, leg)]


def comes(thread: Thread, measure: str, percent: int, leg: int = 0) -> Step:
    """The step, as soon as it was recorded."""
    return until(
        lambda: next((each for each in steps(thread, measure, leg) if each.percent == percent), None),
        f"{percent} % of the promise to {measure}",
    )


def clock(thread: Thread, measure: str, leg: int = 0) -> Clock:
    """The newest of this promise."""
    with verbs():
        return Clock.objects.filter(thread=thread, measure=measure, leg=leg).latest("pk")


def due(thread: Thread, measure: str, leg: int = 0) -> datetime:
    at = clock(thread, measure, leg).due_at
    assert at is not None
    return at


def count(thread: Thread, kind: str) -> int:
    with verbs():
        return Entry.objects.filter(thread=thread, kind=kind).count()
