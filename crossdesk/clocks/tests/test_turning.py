"""Clocks in the database: each turn an entry, each breach once, and nothing inherited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crossdesk.access import Invalid
from crossdesk.clocks.calendars import Keeper, Said, keep_calendar
from crossdesk.clocks.due import act_on_due, due_before
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.tests.test_opening import london
from crossdesk.clocks.turning import Promise, retarget, start, turn
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import Audience
from crossdesk.threads.viewer import verbs

NINE = london(2026, 11, 24, 9)
TEN_HOURS = Promise(
    "resolve", timedelta(hours=10), "P2 in the DIP: 10 h", "Elexon", published=True, steps=(75, 100, 150)
)
READERS = Audience("raiser", (1, 2))


@pytest.fixture
def thread(db: None) -> Iterator[Thread]:
    with verbs():
        yield Thread.objects.create(kind="case", seats=[1, 2])


def later(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def begin(thread: Thread, promise: Promise = TEN_HOURS, at: datetime = NINE) -> Clock:
    return start(thread, [promise], desk=7, readers=READERS, at=at)[0]


def office(week: str = "Mon-Fri 09:00-17:00", region: str = "scotland") -> Calendar:
    calendar = Calendar.objects.create(name="Pennine Grid help desk")
    return keep_calendar(calendar, Said(week, region), by=Keeper("Gwen Price, Pennine Grid"), at=NINE).calendar


def again(clock: Clock) -> Clock:
    return Clock.objects.select_related("calendar").get(pk=clock.pk)


def told(thread: Thread) -> list[str]:
    kinds = Entry.objects.filter(thread=thread).order_by("seq").values_list("kind", "facts")
    return [facts.get("turn") or kind.removeprefix("clock.") for kind, facts in kinds]


def test_a_clock_that_starts_knows_when_it_is_due_and_when_it_acts_next(thread: Thread) -> None:
    clock = again(begin(thread))
    assert (clock.due_at, clock.next_at) == (later(10), later(7.5))


def test_each_turn_leaves_an_entry(thread: Thread) -> None:
    clock = begin(thread)
    turn(thread, [clock], Turn.PAUSE, at=later(1), until=later(5), because="Which MPANs?")
    turn(thread, [clock], Turn.RESUME, at=later(3))
    turn(thread, [clock], Turn.MEET, at=later(4))
    assert told(thread) == ["start", "pause", "resume", "meet"]
    assert list(broken_links()) == []


def test_a_turn_that_changes_nothing_leaves_no_entry(thread: Thread) -> None:
    clock = begin(thread)
    turn(thread, [clock], Turn.RESUME, at=later(1))
    assert told(thread) == ["start"]


@pytest.mark.parametrize("until", [None, later(1), later(0.5)])
def test_a_pause_without_an_end_ahead_is_refused(thread: Thread, until: datetime | None) -> None:
    clock = begin(thread)
    with pytest.raises(Invalid, match="a time at which it ends by itself"):
        turn(thread, [clock], Turn.PAUSE, at=later(1), until=until)


def test_a_target_shorter_than_a_minute_is_refused(thread: Thread) -> None:
    with pytest.raises(Invalid, match="shorter than a minute"):
        begin(thread, Promise("resolve", timedelta(seconds=59), "rule", "source"))


def test_time_alone_warns_breaches_and_escalates_each_once(thread: Thread) -> None:
    begin(thread)
    for hours in (7, 8, 8, 11, 11, 16, 16, 99):
        act_on_due(later(hours))
    assert told(thread) == ["start", "warned", "breached", "escalated"]


def test_a_breach_is_told_for_the_moment_it_was_and_recorded_when_it_was_seen(thread: Thread) -> None:
    clock = begin(thread)
    act_on_due(later(8))
    act_on_due(later(12))
    breach = Entry.objects.get(thread=thread, kind="clock.breached")
    assert (breach.happened_at, breach.recorded_at) == (later(10), later(12))
    assert again(clock).breached_at == later(10)


def test_after_a_long_stop_everything_that_came_due_is_told_in_order(thread: Thread) -> None:
    begin(thread)
    while act_on_due(later(40)):
        pass
    assert told(thread) == ["start", "warned", "breached", "escalated"]


def test_a_pause_ends_by_itself_and_chases(thread: Thread) -> None:
    clock = begin(thread)
    turn(thread, [clock], Turn.PAUSE, at=later(1), until=later(5), because="Which MPANs?")
    assert act_on_due(later(4.9)) == 0
    act_on_due(later(5.1))
    assert told(thread) == ["start", "pause", "resume", "chased"]
    assert again(clock).due_at == later(14)


def test_an_ended_clock_wakes_nobody(thread: Thread) -> None:
    clock = begin(thread)
    turn(thread, [clock], Turn.MEET, at=later(1))
    assert due_before(later(1000)) == []


def test_met_late_is_breached_even_if_nobody_looked_in_time(thread: Thread) -> None:
    clock = begin(thread)
    turn(thread, [clock], Turn.MEET, at=later(11))
    assert again(clock).breached_at == later(10)


def test_a_longer_target_withdraws_the_breach_with_a_reason(thread: Thread) -> None:
    clock = begin(thread)
    act_on_due(later(8))
    act_on_due(later(11))
    longer = Promise("resolve", timedelta(hours=20), "P3: 20 h", "operator", steps=(75, 100))
    thread.refresh_from_db()
    retarget(thread, again(clock), longer, at=later(12), because="The priority is P3 now.")
    assert told(thread)[-3:] == ["breached", "retargeted", "breach_withdrawn"]
    clock = again(clock)
    assert (clock.breached_at, clock.due_at, clock.next_at) == (None, later(20), later(15))


def test_a_shorter_target_that_is_already_over_breaches_at_the_next_look(thread: Thread) -> None:
    clock = begin(thread)
    shorter = Promise("resolve", timedelta(hours=1), "P1: 1 h", "operator")
    retarget(thread, again(clock), shorter, at=later(2), because="The priority is P1 now.")
    act_on_due(later(2))
    assert again(clock).breached_at == later(1)


def test_an_office_calendar_moves_the_due_time_to_the_next_working_day(thread: Thread) -> None:
    calendar = office()
    promise = Promise("resolve", timedelta(hours=10), "rule", "source", calendar=calendar)
    assert again(begin(thread, promise)).due_at == london(2026, 11, 25, 11)


def test_a_new_clock_for_the_same_promise_inherits_nothing(thread: Thread) -> None:
    first = begin(thread)
    turn(thread, [first], Turn.STOP, at=later(9), because="The engagement was withdrawn.")
    assert again(begin(thread, at=later(9))).due_at == later(19)
