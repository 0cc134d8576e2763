"""A calendar changed: every clock that runs by it is worked out again, a bounded number at a time.

What waits is found by the version each clock was last worked out by, so no wake-up can be lost, and a clock that
started by the former hours while they were being changed is found as well.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from crossdesk.clocks.models import Clock
from crossdesk.clocks.turning import recount
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs

AT_ONCE = 500


def recount_stale(at: datetime, at_most: int = AT_ONCE) -> int:
    """How many were looked at. Whoever calls goes on while any were."""
    waiting = _stale(at_most)
    for clock, thread in waiting:
        _recount(clock, thread, at)
    return len(waiting)


def _stale(at_most: int) -> list[tuple[int, UUID]]:
    with verbs():
        rows = Clock.objects.filter(ended_at=None, calendar__isnull=False, calendar_version__lt=F("calendar__version"))
        return list(rows.order_by("calendar", "pk").values_list("pk", "thread")[:at_most])


def _recount(pk: int, thread: UUID, at: datetime) -> None:
    """Locked and read again: another worker, or a verb on the case, may have been here."""
    with verbs():
        locked = Thread.objects.select_for_update().get(pk=thread)
        recount(locked, Clock.objects.select_related("calendar").get(pk=pk), at=at)
