"""An action's own clock: whoever owes it and the desk that leads are warned before it is due and told when it is late.

Only those two read it: to the others an action has a due time and an end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crossdesk import rulebook
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import HUNDRED, Turn
from crossdesk.clocks.turning import By, Promise, live_clocks, retarget, start, turn
from crossdesk.joint.models import ActionRow
from crossdesk.joint.work import Work
from crossdesk.kit.time import clock_time
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import CROSSDESK

ACTION = Clock.Measure.ACTION
MINUTE = timedelta(minutes=1)
GIVEN = "the day given with the action"


def begin(work: Work, action: Any, part: Any, thread: Thread, *, at: datetime, by: By = CROSSDESK) -> None:
    """Ends with the minute the action is due. One that is late already is told of as late, and of nothing before."""
    record = getattr(action, work.record)
    length = _whole_minutes(action.due_at - action.given_at)
    promise = _promise(record, action, length, at)
    since, desk = action.due_at - length, work.lead(record).pk
    start(thread, [promise], desk=desk, readers=part.between(), at=at, since=since, task=action.pk, by=by)


def move(work: Work, action: Any, part: Any, thread: Thread, *, at: datetime, because: str, by: By) -> None:
    for clock in _standing(thread, action):
        length = _whole_minutes(action.due_at - clock.started_at)
        promise = _promise(getattr(action, work.record), action, length, at)
        retarget(thread, clock, promise, at=at, because=because, by=by)
        return
    begin(work, action, part, thread, at=at, by=by)


def meet(action: ActionRow, thread: Thread, *, at: datetime, by: By) -> None:
    turn(thread, _standing(thread, action), Turn.MEET, at=at, by=by)


def stop(action: ActionRow, thread: Thread, *, at: datetime, because: str, by: By) -> None:
    turn(thread, _standing(thread, action), Turn.STOP, at=at, because=because, by=by)


def stop_all(thread: Thread, *, at: datetime, because: str) -> None:
    turn(thread, live_clocks(thread, measure=ACTION), Turn.STOP, at=at, because=because)


def widen(work: Work, part: Any, thread: Thread) -> None:
    """A party that reads the record from now on reads what the clocks of its actions do from now on."""
    for clock in live_clocks(thread, measure=ACTION, task__in=work.action.objects.filter(part=part).values("pk")):
        clock.seats = sorted(part.seats)
        clock.save(update_fields=["seats"])


def _standing(thread: Thread, action: ActionRow) -> list[Clock]:
    return live_clocks(thread, measure=ACTION, task=action.pk)


def _promise(record: Any, action: ActionRow, length: timedelta, at: datetime) -> Promise:
    levels = rulebook.current().escalations.values()
    steps = tuple(
        level.percent for level in levels if level.actions and (level.percent >= HUNDRED or action.due_at > at)
    )
    rule = f"Action {action.number} of {record}, due {clock_time(action.due_at, at)}"
    return Promise(ACTION, length, rule, GIVEN, steps=steps or (HUNDRED,))


def _whole_minutes(length: timedelta) -> timedelta:
    return max(-(-length // MINUTE), 1) * MINUTE
