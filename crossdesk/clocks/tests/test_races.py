"""Many workers, one breach: on real connections, each in a thread of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from django.db import connections

from crossdesk.access import Moved
from crossdesk.clocks.calendars import Keeper, Said, keep_calendar
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.clocks.recounting import recount_stale
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


def test_however_many_workers_recount_each_moved_due_time_is_told_once(committed: str) -> None:
    with verbs():
        calendar = Calendar.objects.create(name="Pennine Grid help desk")
        promise = replace(TEN_HOURS, calendar=calendar)
        for _ in range(CLOCKS):
            start(Thread.objects.create(kind="case", seats=[1, 2]), [promise], desk=7, readers=READERS, at=NINE)
        keep_calendar(calendar, Said("Mon-Fri 09:00-17:00"), by=Keeper("Gwen Price"), at=NINE)
    ready = Barrier(WORKERS)

    def worker(_: int) -> None:
        ready.wait()
        while recount_stale(later(1)):
            pass
        connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(worker, range(WORKERS)))
    with verbs():
        told = Entry.objects.filter(kind="clock.recounted")
        assert told.values("thread").distinct().count() == told.count() == CLOCKS


def test_two_people_change_one_calendar_at_once_and_the_second_is_told(committed: str) -> None:
    with verbs():
        calendar = Calendar.objects.create(name="Pennine Grid help desk")
    ready = Barrier(2)

    def change(name: str) -> str:
        ready.wait()
        try:
            with verbs():
                keep_calendar(calendar, Said("always"), by=Keeper(name), at=NINE, seen=0)
            return "kept"
        except Moved as moved:
            return moved.sentence
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(change, ("Gwen Price", "Rhys Price")), key=len)
    assert told[0] == "kept"
    assert "changed these hours at 09:00: version 1 now" in told[1]
