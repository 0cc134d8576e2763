"""The status page as one value: every system, what is wrong with it, what was, and what is planned.

It is read as whoever looks, under row-level security; the page, the feeds and the written site all draw from it. What
it costs depends on what it shows and not on what is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from crossdesk import rulebook
from crossdesk.kit.time import LONDON, london
from crossdesk.status.disruptions import MOST, Disruption, Stretch, disruptions, over
from crossdesk.status.models import Maintenance, State

DAYS = 90
PAST_SHOWN = 5

OPERATIONAL, MAINTENANCE = "operational", "maintenance"
WORST = (State.MAJOR, State.DEGRADED, MAINTENANCE, OPERATIONAL)
NAMES = {
    State.MAJOR: "Major incident",
    State.DEGRADED: "Degraded",
    MAINTENANCE: "Under maintenance",
    OPERATIONAL: "Operational",
}


def named(key: str) -> str:
    row = rulebook.current().systems.get(key)
    return row.name if row else key or "Not of one system"


@dataclass(frozen=True)
class Run:
    """Days on end that look the same."""

    state: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class SystemNow:
    key: str
    code: str
    name: str
    state: str
    runs: tuple[Run, ...]

    def days_in(self, state: str) -> int:
        return sum(run.days for run in self.runs if run.state == state)


@dataclass(frozen=True)
class Board:
    at: datetime
    systems: tuple[SystemNow, ...]
    current: tuple[Disruption, ...]
    past: tuple[Disruption, ...]
    planned: tuple[Maintenance, ...]
    """Planned and in progress, the next one first."""

    calendar: tuple[Maintenance, ...]
    """With what was done and cancelled of late."""

    @property
    def worst(self) -> str:
        states = {each.state for each in self.systems} | {each.state for each in self.current}
        return next(state for state in WORST if state in states or state == OPERATIONAL)


def board(at: datetime) -> Board:
    first = london(at).date() - timedelta(days=DAYS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=LONDON)
    ended = over(None, PAST_SHOWN)
    shown = disruptions(Q(until=None) | Q(until__gt=since) | Q(incident__in=ended), updates_of=ended)
    works = _maintenance(since)
    current = [each for each in shown if each.state != State.OVER]
    return Board(
        at,
        tuple(_systems(shown, works, first, at)),
        tuple(sorted(current, key=lambda each: (WORST.index(each.state) if each.state in WORST else 9, each.since))),
        tuple(each for reference in ended for each in shown if each.reference == reference),
        tuple(each for each in works if each.stage in {Maintenance.Stage.PLANNED, Maintenance.Stage.RUNNING}),
        tuple(works),
    )


def _maintenance(since: datetime) -> list[Maintenance]:
    """What is announced; what its desk still agrees on stands on the desk's own page."""
    ahead = Q(stage__in=[Maintenance.Stage.PLANNED, Maintenance.Stage.RUNNING])
    rows = Maintenance.objects.filter(ahead | Q(ended_at__gt=since), announced_at__isnull=False)
    return list(rows.select_related("desk").order_by("starts_at", "reference")[:MOST])


def _systems(shown: list[Disruption], works: list[Maintenance], first: date, at: datetime) -> Iterable[SystemNow]:
    marks: dict[str, list[Stretch]] = defaultdict(list)
    for each in shown:
        marks[each.system] += [stretch for stretch in each.stretches if stretch.state in NAMES]
    for work in works:
        if work.began_at:
            marks[work.system].append(Stretch(MAINTENANCE, work.began_at, work.ended_at))
    for key, row in rulebook.current().systems.items():
        now = {stretch.state for stretch in marks[key] if stretch.until is None}
        state = next(each for each in WORST if each in now or each == OPERATIONAL)
        yield SystemNow(key, row.code, row.name, state, tuple(_runs(marks[key], first, at)))


def _runs(marks: list[Stretch], first: date, at: datetime) -> Iterable[Run]:
    days = [first + timedelta(days=number) for number in range(DAYS)]
    worst = dict.fromkeys(days, OPERATIONAL)
    for mark in marks:
        last = london(mark.until or at).date()
        for day in days:
            if london(mark.since).date() <= day <= last and WORST.index(mark.state) < WORST.index(worst[day]):
                worst[day] = mark.state
    begun = 0
    for number in range(1, DAYS + 1):
        if number == DAYS or worst[days[number]] != worst[days[begun]]:
            yield Run(worst[days[begun]], days[begun], days[number - 1])
            begun = number
