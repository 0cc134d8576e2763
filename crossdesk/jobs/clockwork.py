"""The door that time comes in by: looks every second for what is due, and distrusts a wall clock that jumps."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error, connections

from crossdesk.clocks.due import AT_ONCE, act_on_due
from crossdesk.kit.time import now, span
from crossdesk.notices.publishing import leave_due
from crossdesk.operations.entering import end_due

log = logging.getLogger("crossdesk.clockwork")
EVERY = 1.0
JUMP = timedelta(seconds=60)
PATIENCE = 2.0
"""Seconds that a stop waits for a look; one that is cut off is rolled back and done again by the next worker."""

HOLD = 60.0
"""Seconds that a wall clock must go steadily again before it may breach anything."""


@dataclass
class WallClock:
    """Compares the wall clock with one that cannot be set. After a jump it is not believed for a while."""

    wall: datetime
    steady: float
    held_until: float = 0.0

    def believed(self, wall: datetime, steady: float) -> bool:
        jumped = (wall - self.wall) - timedelta(seconds=steady - self.steady)
        self.wall, self.steady = wall, steady
        if abs(jumped) > JUMP:
            self.held_until = steady + HOLD
            way = "forward" if jumped > timedelta() else "back"
            log.warning(
                "The server's clock jumped %s by %s. Nothing is breached for %d seconds: check its time service.",
                way,
                span(jumped),
                HOLD,
            )
        return steady >= self.held_until


class Clockwork(Thread):
    """Runs beside the jobs in every worker; any number of them may run."""

    def __init__(self) -> None:
        super().__init__(name="clockwork", daemon=True)
        self.stopping = Event()

    def run(self) -> None:
        wall_clock = WallClock(now(), time.monotonic())
        while not self.stopping.wait(EVERY):
            at = now()
            if wall_clock.believed(at, time.monotonic()):
                self.look(at)

    def look(self, at: datetime) -> None:
        try:
            while act_on_due(at) == AT_ONCE and not self.stopping.is_set():
                pass
            leave_due(at)
            end_due(at)
        except Error as trouble:
            log.warning("The clocks wait for the database: %s", type(trouble).__name__)
            connections.close_all()

    def stop(self) -> None:
        self.stopping.set()
        self.join(PATIENCE)
