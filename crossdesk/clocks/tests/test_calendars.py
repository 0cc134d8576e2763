"""Keeping a calendar: what is refused, what a version says, and what the clocks that run by it are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from crossdesk.access import Invalid, Moved
from crossdesk.clocks.calendars import Keeper, Said, keep_calendar, preview
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Calendar, CalendarVersion, Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.recounting import recount_stale
from crossdesk.clocks.tests.test_opening import london
from crossdesk.clocks.tests.test_turning import NINE, READERS, again, told
from crossdesk.clocks.turning import Promise, start, turn
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import Viewer, verbs, viewing

GWEN = Keeper("Gwen Price, Pennine Grid", 7, (11, 12))
OFFICE = Said("Mon-Fri 09:00-17:00", "scotland")


@pytest.fixture
def calendar(db: None) -> Iterator[Calendar]:
    with verbs():
        yield Calendar.objects.create(name="Pennine Grid help desk")


def keep(calendar: Calendar, said: Said = OFFICE, at: datetime = NINE, seen: int | None = None) -> CalendarVersion:
    return keep_calendar(calendar, said, by=GWEN, at=at, seen=seen)


def running(calendar: Calendar, hours: int = 10, at: datetime = NINE) -> tuple[Thread, Clock]:
    thread = Thread.objects.create(kind="case", seats=[1, 2])
    promise = Promise("resolve", timedelta(hours=hours), "P2: 10 h", "operator", steps=(75, 100), calendar=calendar)
    return thread, start(thread, [promise], desk=7, readers=READERS, at=at)[0]


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (Said(""), "would never open"),
        (Said("Mon-Fri 9 to 5"), "is not a day and its hours"),
        (Said("always", "wales"), "keeps no bank holidays"),
        (Said("always", closures={date(2026, 12, 24): " "}), "Say what the closure on 2026-12-24 is called"),
        (Said("always", since=london(2026, 11, 23)), "from now on or from a day ahead"),
    ],
)
def test_a_calendar_nobody_could_keep_is_refused(calendar: Calendar, said: Said, because: str) -> None:
    with pytest.raises(Invalid, match=because):
        keep(calendar, said)
    with pytest.raises(Invalid, match=because):
        preview(calendar, said, NINE)
    assert Calendar.objects.get().version == 0


def test_until_somebody_says_its_hours_it_is_open_around_the_clock(calendar: Calendar) -> None:
    assert calendar.hours.always


def test_a_version_says_who_when_and_from_when(calendar: Calendar) -> None:
    version = keep(calendar, Said("Mon 09:00-24:00", since=london(2026, 12, 1)))
    assert (version.number, version.kept_by, version.since) == (1, "Gwen Price, Pennine Grid", london(2026, 12, 1))


def test_what_is_planned_for_later_still_comes_after_a_change_before_it(calendar: Calendar) -> None:
    keep(calendar, Said("Mon-Fri 10:00-16:00", since=london(2026, 12, 1)))
    keep(calendar)
    hours = Calendar.objects.get().hours
    assert [each.number for each in hours.spells] == [0, 2, 1]
    keep(calendar, Said("always", since=london(2026, 12, 1)))
    assert [each.number for each in Calendar.objects.get().hours.spells] == [0, 2, 3]


def test_whoever_comes_second_is_told_who_changed_it_and_nothing_is_kept(calendar: Calendar) -> None:
    keep(calendar, seen=0)
    with pytest.raises(Moved, match="Gwen Price, Pennine Grid changed these hours at 09:00: version 1 now"):
        keep(calendar, Said("always"), seen=0)
    assert Calendar.objects.get().version == 1


def test_only_the_people_of_the_desk_read_who_kept_it(calendar: Calendar) -> None:
    keep(calendar)
    with viewing(Viewer("Gwen", 1, "Pennine Grid", seats=(11,))):
        assert CalendarVersion.objects.count() == 1
    with viewing(Viewer("Hal", 2, "Harrier Energy", seats=(99,))):
        assert not CalendarVersion.objects.exists()
        assert Calendar.objects.get().version == 1


# The clocks that run by it


def test_a_changed_calendar_moves_what_is_due_and_says_from_when_to_when(calendar: Calendar) -> None:
    thread, clock = running(calendar)
    keep(calendar, at=NINE + timedelta(hours=1))
    assert recount_stale(NINE + timedelta(hours=1)) == 1
    assert again(clock).due_at == london(2026, 11, 25, 11)
    entry = Entry.objects.get(thread=thread, kind="clock.recounted")
    moved = (entry.facts["before"], entry.facts["due"], entry.facts["rule"])
    assert moved == (london(2026, 11, 24, 19).isoformat(), london(2026, 11, 25, 11).isoformat(), "P2: 10 h")
    assert entry.body.words == "Pennine Grid help desk keeps other hours now: version 1 of its calendar."
    assert list(broken_links()) == []


def test_it_is_told_once_however_often_it_is_looked_at(calendar: Calendar) -> None:
    thread, _ = running(calendar)
    keep(calendar)
    assert [recount_stale(NINE) for _ in range(3)] == [1, 0, 0]
    assert told(thread) == ["start", "recounted"]


def test_a_clock_that_is_due_as_before_is_told_nothing(calendar: Calendar) -> None:
    thread, clock = running(calendar, hours=2)
    keep(calendar)
    recount_stale(NINE)
    assert (told(thread), again(clock).calendar_version) == (["start"], 1)


def test_a_turn_before_the_job_tells_the_change_first(calendar: Calendar) -> None:
    thread, clock = running(calendar)
    keep(calendar)
    turn(thread, [again(clock)], Turn.PAUSE, at=NINE, until=NINE + timedelta(hours=2), because="Which MPANs?")
    assert told(thread) == ["start", "recounted", "pause"]


def test_a_clock_is_not_breached_by_hours_that_hold_no_more(calendar: Calendar) -> None:
    thread, clock = running(calendar)
    keep(calendar, at=NINE + timedelta(hours=1))
    act_on_due(london(2026, 11, 24, 20))
    act_on_due(london(2026, 11, 24, 20))
    assert told(thread) == ["start", "recounted"]
    assert again(clock).breached_at is None


def test_a_breach_stays_because_the_past_is_not_counted_anew(calendar: Calendar) -> None:
    thread, clock = running(calendar, hours=1)
    while act_on_due(NINE + timedelta(hours=2)):
        pass
    keep(calendar, Said("Sat 10:00-12:00"), at=NINE + timedelta(hours=3))
    recount_stale(NINE + timedelta(hours=3))
    assert told(thread) == ["start", "warned", "breached"]
    assert again(clock).breached_at == NINE + timedelta(hours=1)


def test_a_bounded_part_at_a_time(calendar: Calendar) -> None:
    for _ in range(5):
        running(calendar)
    keep(calendar)
    assert [recount_stale(NINE, at_most=2) for _ in range(4)] == [2, 2, 1, 0]
