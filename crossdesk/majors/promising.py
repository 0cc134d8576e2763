"""The promise of the next update: a clock on the incident's own thread, which everybody in the room sees."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.cases.promises import UPDATE, steps
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import By, Promise, live_clocks, start, turn
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import CROSSDESK

OPERATORS = "the operator's own, not published"
MINUTE = timedelta(minutes=1)


def planned(incident: MajorIncident, state: str) -> tuple[timedelta, str, bool] | None:
    """How soon somebody has to hear again while the incident is in this state, by the strictest row of the plan."""
    book = rulebook.current()
    rows = [book.plan(audience, incident.scenario) for audience in book.audiences]
    told = [(row.stood_down if state == State.STOOD_DOWN else row.declared, row) for row in rows if row]
    minutes, row = min(
        ((minutes, row) for minutes, row in told if minutes), key=lambda each: each[0], default=(0, None)
    )
    return (timedelta(minutes=minutes), row.source, row.published) if row else None


def begin(incident: MajorIncident, thread: Thread, at: datetime) -> None:
    """With the declaration, by the plan. Where nobody set a figure nothing is promised until somebody promises."""
    plan = planned(incident, State.DECLARED)
    if plan:
        length, source, published = plan
        promise = Promise(UPDATE, length, "The communications plan", source, published=published, steps=steps())
        _start(incident, thread, promise, at)


def renew(incident: MajorIncident, thread: Thread, until: datetime | None, *, at: datetime, by: By) -> None:
    """An update keeps the promise that stood and makes the next one, or none where it is the last."""
    if until is not None and until - at < MINUTE:
        raise Invalid("Promise the next update for a time that lies at least a minute ahead.")
    turn(thread, _standing(thread), Turn.MEET, at=at, by=by)
    incident.next_update_by = None
    if until is not None:
        length = -(-(until - at) // MINUTE) * MINUTE  # whole minutes that end with the promise, not before it
        promise = Promise(UPDATE, length, "Promised with the last update", OPERATORS, steps=steps())
        _start(incident, thread, promise, at, since=until - length, by=by)


def end(incident: MajorIncident, thread: Thread, because: str, *, at: datetime) -> None:
    turn(thread, _standing(thread), Turn.STOP, at=at, because=because)
    incident.next_update_by = None


def _start(
    incident: MajorIncident,
    thread: Thread,
    promise: Promise,
    at: datetime,
    *,
    since: datetime | None = None,
    by: By = CROSSDESK,
) -> None:
    (clock,) = start(thread, [promise], desk=incident.lead_id, readers=incident.room(), at=at, since=since, by=by)
    incident.next_update_by = clock.due_at


def _standing(thread: Thread) -> list[Clock]:
    return live_clocks(thread, measure=UPDATE)
