"""What happens to clocks: started, paused, resumed, met, stopped, judged anew. Inside a verb, with the thread locked.

All that one verb does to the clocks of one audience is one entry. A clock's columns are then read off its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from crossdesk.access import Invalid
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.clocks.opening import NeverOpens
from crossdesk.clocks.reckoning import HUNDRED, Event, Reckoning, Turn, reckon
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer

By = Viewer | Author
A_MOMENT = timedelta(microseconds=1)
TURNED, RETARGETED, WITHDRAWN = "clock.turned", "clock.retargeted", "clock.breach_withdrawn"
RECOUNTED = "clock.recounted"


@dataclass(frozen=True)
class Promise:
    """How long, by whose hours, and on whose word. Steps are the percentages at which it warns and escalates."""

    measure: str
    length: timedelta
    rule: str
    source: str
    published: bool = False
    calendar: Calendar | None = None
    steps: tuple[int, ...] = (HUNDRED,)
    terms: int = 0
    """Which version of an agreement promised it."""

    @property
    def minutes(self) -> int:
        minutes = self.length // timedelta(minutes=1)
        if minutes < 1:
            raise Invalid(
                f"A target of {self.length} is shorter than a minute; nobody could keep it. Mend {self.rule}."
            )
        return minutes


def start(
    thread: Thread,
    promises: Iterable[Promise],
    *,
    desk: int,
    readers: Audience,
    at: datetime,
    since: datetime | None = None,
    leg: int = 0,
    task: int = 0,
    by: By = CROSSDESK,
) -> list[Clock]:
    """New clocks, each with its whole target ahead: what an earlier one spent is not inherited."""
    clocks = [
        Clock(
            thread=thread,
            leg=leg,
            task=task,
            desk=desk,
            measure=promise.measure,
            minutes=promise.minutes,
            calendar=promise.calendar,
            calendar_version=promise.calendar.version if promise.calendar else 0,
            rule=promise.rule[:200],
            terms=promise.terms,
            source=promise.source[:200],
            published=promise.published,
            steps=sorted({*promise.steps, HUNDRED}),
            audience=readers.kind,
            of=readers.of,
            seats=sorted(readers.seats),
            started_at=since or at,
        )
        for promise in promises
    ]
    Clock.objects.bulk_create(clocks)
    turn(thread, clocks, Turn.START, at=at, happened_at=since, by=by)
    return clocks


def turn(
    thread: Thread,
    clocks: Sequence[Clock],
    what: Turn,
    *,
    at: datetime,
    happened_at: datetime | None = None,
    until: datetime | None = None,
    because: str = "",
    by: By = CROSSDESK,
) -> None:
    """One entry for each audience among these clocks; a clock on which the turn changes nothing is left out."""
    moment = happened_at or at
    turned = [clock for clock in clocks if _takes(clock, what)]
    if what is Turn.PAUSE and (until is None or until <= moment):
        raise Invalid("A pause needs a time at which it ends by itself; give one that lies ahead.")
    for clock in turned:
        recount(thread, clock, at=at)
    for _, group in groupby(sorted(turned, key=_audience), key=_audience):
        together = list(group)
        met: dict[str, Any] = {}
        if what is Turn.MEET:
            met["late"] = [clock.due_at is not None and clock.due_at < moment for clock in together]
        record(
            thread,
            TURNED,
            audience=together[0].readers(),
            by=by,
            at=at,
            happened_at=moment,
            words=because,
            turn=what,
            clocks=[clock.pk for clock in together],
            measures=[clock.measure for clock in together],
            legs=[clock.leg for clock in together],
            until=until.isoformat() if until else None,
            **met,
        )
    for clock in turned:
        clock.because = because[:300] if what in {Turn.PAUSE, Turn.STOP} else ""
        settle(clock, at)


def retarget(thread: Thread, clock: Clock, promise: Promise, *, at: datetime, because: str, by: By = CROSSDESK) -> None:
    """Another priority or agreement: the whole history is judged anew. A breach is never deleted."""
    clock.minutes, clock.calendar, clock.rule = promise.minutes, promise.calendar, promise.rule[:200]
    clock.source, clock.published, clock.terms = promise.source[:200], promise.published, promise.terms
    clock.steps = sorted({*promise.steps, HUNDRED})
    _judge_anew(thread, clock, RETARGETED, at=at, because=because, by=by)


def recount(thread: Thread, clock: Clock, *, at: datetime) -> bool:
    """Where its calendar has other hours than when it was last worked out. True where that moved its due time.

    Whoever comes first does it, the job or a turn, and the clock remembers by which version: so it is told once.
    """
    if clock.calendar is None or not clock.live or clock.calendar_version == clock.calendar.version:
        return False
    before, calendar = clock.due_at, clock.calendar
    if _moment(reckoned(clock, at), HUNDRED) == before:
        settle(clock, at)
        return False
    because = f"{calendar} keeps other hours now: version {calendar.version} of its calendar."
    _judge_anew(thread, clock, RECOUNTED, at=at, because=because, by=CROSSDESK)
    return True


def _judge_anew(thread: Thread, clock: Clock, kind: str, *, at: datetime, because: str, by: By) -> None:
    reckoning = reckoned(clock, at)
    due = _moment(reckoning, HUNDRED)
    facts: dict[str, Any] = {"clock": clock.pk, "measure": clock.measure, "leg": clock.leg, "minutes": clock.minutes}
    facts |= {"before": _iso(clock.due_at), "due": _iso(due), "rule": clock.rule}
    breach, clock.breached_at = clock.breached_at, clock.breached_at if due and due <= at else None
    # A breach that nobody recorded yet is left for whoever records breaches.
    acted = [step for step in clock.steps if step < HUNDRED or clock.breached_at]
    clock.passed = max((step for step in acted if (_moment(reckoning, step) or at + A_MOMENT) <= at), default=0)
    settle(clock, at)
    record(thread, kind, audience=clock.readers(), by=by, at=at, words=because, **facts)
    if breach and not clock.breached_at:
        record(thread, WITHDRAWN, audience=clock.readers(), by=by, at=at, words=because, **facts)


def settle(clock: Clock, at: datetime) -> None:
    """Columns as the history says. A calendar that meanwhile never opens has no due time, and the page says so."""
    reckoning = reckoned(clock, at)
    clock.resumes_at, clock.ended_at = reckoning.resumes_at, reckoning.ended_at
    clock.state = _state(reckoning)
    clock.due_at = _moment(reckoning, HUNDRED)
    clock.next_at = None if clock.ended_at else _next(clock, reckoning)
    clock.calendar_version = clock.calendar.version if clock.calendar else 0
    if clock.breached_at is None and clock.ended_at and clock.due_at and clock.due_at < clock.ended_at:
        clock.breached_at = clock.due_at
    clock.save()


def reckoned(clock: Clock, at: datetime) -> Reckoning:
    return reckon(history(clock), clock.target, at)


def history(clock: Clock) -> list[Event]:
    """Read as whoever asks: these entries have the clock's own readers."""
    told = Entry.objects.filter(thread=clock.thread_id, kind=TURNED, facts__clocks__contains=clock.pk).order_by("seq")
    return [
        Event(Turn(facts["turn"]), moment, datetime.fromisoformat(facts["until"]) if facts.get("until") else None)
        for facts, moment in told.values_list("facts", "happened_at")
    ]


def live_clocks(thread: Thread | UUID, **which: Any) -> list[Clock]:
    return list(Clock.objects.filter(thread=thread, ended_at=None, **which).select_related("calendar"))


def _takes(clock: Clock, what: Turn) -> bool:
    if what is Turn.PAUSE:
        return clock.live and clock.state == Clock.State.RUNNING
    if what is Turn.RESUME:
        return clock.live and clock.state == Clock.State.PAUSED
    return not clock.live if what is Turn.REOPEN else clock.live


def _state(reckoning: Reckoning) -> str:
    if reckoning.ended:
        return Clock.State.MET if reckoning.ended is Turn.MEET else Clock.State.STOPPED
    return Clock.State.RUNNING if reckoning.running else Clock.State.PAUSED


def _next(clock: Clock, reckoning: Reckoning) -> datetime | None:
    if not reckoning.running:
        return reckoning.resumes_at
    ahead = next((step for step in clock.steps if step > clock.passed), None)
    return _moment(reckoning, ahead) if ahead else None


def _moment(reckoning: Reckoning, step: int) -> datetime | None:
    """Nothing where a pause or the end comes first, or where the calendar was changed to one that never opens."""
    try:
        return reckoning.reaches(step)
    except NeverOpens:
        return None


def _audience(clock: Clock) -> tuple[str, int, tuple[int, ...]]:
    return clock.audience, clock.of, tuple(clock.seats)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
