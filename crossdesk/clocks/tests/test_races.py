"""Many workers, one breach: on real connections, each in a thread of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Clock
from crossdesk.clocks.tests.test_turning import NINE, READERS, TEN_HOURS, later
from crossdesk.clocks.turning import start
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import verbs

WORKERS, CLOCKS = 8, 20


def test_however_many_workers_look_each_clock_breaches_once(committed: str) -> None:
    with verbs():
        for _ in range(CLOCKS):
            start(Thread.objects.create(kind="case", seats=[1, 2]), [TEN_HOURS], desk=7, readers=READERS, at=NINE)
    ready = Barrier(WORKERS)

    def worker() -> int:
        ready.wait()
        acted = 0
        while done := act_on_due(later(12)):
            acted += done
        connections.close_all()
        return acted

    with ThreadPoolExecutor(WORKERS) as pool:
        acted = sum(pool.map(lambda _: worker(), range(WORKERS)))
    with verbs():
        while act_on_due(later(12)):  # what was locked at everybody's last look
            acted += 1
        breaches = Entry.objects.filter(kind="clock.breached")
        assert breaches.values("thread").distinct().count() == breaches.count() == CLOCKS
        assert acted == 2 * CLOCKS  # each warned and breached
        assert not Clock.objects.filter(breached_at=None).exists()
