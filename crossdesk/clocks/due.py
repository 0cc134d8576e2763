"""What the passing of time itself does: a warning, a breach, an escalation, a pause that ends. Nothing is swept.

Any number of workers may look at the same time. Each takes the thread's lock and looks again, so every step happens
exactly once; a thread that somebody else holds is left for the next look, a moment later.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import HUNDRED, Turn
from crossdesk.clocks.turning import reckoned, recount, settle, turn
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, verbs

AT_ONCE = 100
WARNED, BREACHED, ESCALATED, CHASED = "clock.warned", "clock.breached", "clock.escalated", "clock.chased"


def due_before(at: datetime, at_most: int = AT_ONCE) -> list[tuple[int, UUID]]:
    """From the index of what comes next: its cost is that of what is due, however many clocks run."""
    with verbs():
        rows = Clock.objects.filter(Q(next_at__isnull=False), next_at__lte=at).order_by("next_at")
        return list(rows.values_list("pk", "thread")[:at_most])


def act_on_due(at: datetime, at_most: int = AT_ONCE) -> int:
    """How many acted. Whoever calls goes on while any did."""
    return sum(act(clock, thread, at) for clock, thread in due_before(at, at_most))


def act(pk: int, thread: UUID, at: datetime) -> bool:
    with verbs():
        locked = Thread.objects.select_for_update(skip_locked=True).filter(pk=thread).first()
        clock = Clock.objects.select_related("calendar").filter(pk=pk, next_at__lte=at).first() if locked else None
        if locked is None or clock is None:
            return False
        if recount(locked, clock, at=at) and (clock.next_at is None or clock.next_at > at):
            return True  # by the hours as they are now it was not due
        if clock.state == Clock.State.PAUSED:
            _wake(locked, clock, at)
        else:
            _step(locked, clock, at)
        return True


def _wake(thread: Thread, clock: Clock, at: datetime) -> None:
    """The answer did not come: the clock runs again, and whoever was asked is chased."""
    turn(thread, [clock], Turn.RESUME, at=at, happened_at=clock.resumes_at)
    record(
        thread, CHASED, audience=clock.readers(), by=CROSSDESK, at=at, clock=clock.pk, leg=clock.leg, desk=clock.desk
    )


def _step(thread: Thread, clock: Clock, at: datetime) -> None:
    step = next(each for each in clock.steps if each > clock.passed)
    moment = reckoned(clock, at).reaches(step) or at
    if step == HUNDRED:
        clock.breached_at = moment
    clock.passed = step
    record(
        thread,
        BREACHED if step == HUNDRED else WARNED if step < HUNDRED else ESCALATED,
        audience=clock.readers(),
        by=CROSSDESK,
        at=at,
        happened_at=moment,
        clock=clock.pk,
        measure=clock.measure,
        leg=clock.leg,
        desk=clock.desk,
        percent=step,
        rule=clock.rule,
    )
    settle(clock, at)
