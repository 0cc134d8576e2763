"""Planned maintenance: two people before the market reads it, its times, and calendars that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from crossdesk.access import Invalid, Moved, NotAllowed, Role, WrongStage
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.parties.models import Membership
from crossdesk.status import calendars, maintaining, shapes
from crossdesk.status.board import board
from crossdesk.status.maintaining import Window
from crossdesk.status.models import Maintenance
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import ANYBODY, Viewer, verbs, viewing

TOMORROW = NOON + timedelta(days=1)
HOURS = timedelta(hours=2)
WINDOW = Window("dip", "New certificates", "The DIP Portal does not open; messages pass.", TOMORROW, TOMORROW + HOURS)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


def planned(here: Cast, window: Window = WINDOW) -> Maintenance:
    return maintaining.plan(window, here.elexon_desk, by=here.nia, at=NOON)


def announced(here: Cast, window: Window = WINDOW) -> Maintenance:
    work = planned(here, window)
    maintaining.agree(work, by=here.tom, at=NOON)
    return work


def read_by(viewer: Viewer) -> list[str]:
    with viewing(viewer):
        return [work.title for work in board(NOON).planned]


def test_nobody_but_the_desk_knows_of_it_until_a_second_person_agrees(here: Cast) -> None:
    work = planned(here)
    for viewer in (ANYBODY, here.priya, here.gwen):
        with viewing(viewer):
            assert not Maintenance.objects.exists()
    with pytest.raises(NotAllowed, match="Another person"):
        maintaining.agree(work, by=here.nia, at=NOON)
    maintaining.agree(work, by=here.tom, at=NOON)
    assert read_by(ANYBODY) == read_by(here.priya) == ["New certificates"]


def test_what_is_for_the_parties_is_not_for_the_public(here: Cast) -> None:
    announced(here, replace(WINDOW, public=False))
    assert read_by(here.priya) == ["New certificates"]
    with viewing(ANYBODY):
        assert not Maintenance.objects.exists()


def test_its_discussion_stays_at_the_desk(here: Cast) -> None:
    announced(here)
    with viewing(here.priya):
        assert set(Entry.objects.values_list("kind", flat=True)) == {"maintenance.announce"}


@pytest.mark.parametrize("who", ["priya", "gwen", "hal"])
def test_only_the_desk_that_looks_after_the_system_plans(here: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        maintaining.plan(WINDOW, here.elexon_desk, by=getattr(here, who), at=NOON)
    with pytest.raises(Invalid, match="does not look after"):
        maintaining.plan(WINDOW, here.pennine_help, by=here.gwen, at=NOON)


def test_an_auditor_changes_nothing(here: Cast) -> None:
    with pytest.raises(NotAllowed):
        maintaining.plan(WINDOW, here.elexon_desk, by=replace(here.nia, roles=frozenset({Role.AUDITOR})), at=NOON)


def test_new_times_hold_when_a_second_person_agreed(here: Cast) -> None:
    work = announced(here)
    later = TOMORROW + timedelta(days=2)
    maintaining.move(work, starts_at=later, ends_at=later + HOURS, why="A supplier asked.", by=here.tom, at=NOON)
    assert work.starts_at == TOMORROW
    with pytest.raises(NotAllowed):
        maintaining.agree(work, by=here.tom, at=NOON)
    maintaining.agree(work, by=here.nia, at=NOON)
    assert (work.starts_at, work.waits) == (later, False)
    with pytest.raises(Moved):
        maintaining.agree(work, by=here.nia, at=NOON)


def test_its_life(here: Cast) -> None:
    work = planned(here)
    with pytest.raises(WrongStage, match="second person"):
        maintaining.begin(work, by=here.nia, at=NOON)
    maintaining.agree(work, by=here.tom, at=NOON)
    maintaining.begin(work, by=here.nia, at=TOMORROW)
    with viewing(ANYBODY):
        assert next(each.state for each in board(TOMORROW).systems if each.key == "dip") == "maintenance"
    with pytest.raises(WrongStage, match="in progress"):
        maintaining.cancel(work, why="Too late.", by=here.nia, at=TOMORROW)
    maintaining.finish(work, result="All new.", by=here.nia, at=TOMORROW + HOURS)
    with pytest.raises(WrongStage, match="done"):
        maintaining.begin(work, by=here.nia, at=TOMORROW + HOURS)


@pytest.mark.parametrize(
    ("window", "because"),
    [
        (replace(WINDOW, ends_at=TOMORROW), "ends before"),
        (replace(WINDOW, starts_at=NOON - HOURS), "said beforehand"),
        (replace(WINDOW, ends_at=TOMORROW + timedelta(days=40)), "longer than"),
        (replace(WINDOW, words="Ask about 1699 0000 0001 7."), ""),
        (replace(WINDOW, words=" "), "what does not work"),
    ],
)
def test_what_cannot_be_announced(here: Cast, window: Window, because: str) -> None:
    if not because:
        window = replace(window, words="It concerns the MPAN 1200000000006.")
    with pytest.raises(Invalid, match=because or "MPAN"):
        planned(here, window)


def test_a_calendar_takes_over_what_changed(here: Cast) -> None:
    work = announced(here)
    before = events(ANYBODY)[0]
    maintaining.cancel(work, why="Not needed.", by=here.nia, at=NOON + HOURS)
    after = events(ANYBODY)[0]
    assert (before["uid"], before["status"], after["status"]) == (after["uid"], "CONFIRMED", "CANCELLED")
    assert after["sequence"] > before["sequence"]


def events(viewer: Viewer) -> list[Any]:
    with viewing(viewer):
        read = Calendar.from_ical(shapes.calendar(board(NOON + HOURS), "https://x/"))
    return list(read.walk("VEVENT"))


def test_a_private_address_opens_what_its_person_may_see_while_they_may(here: Cast) -> None:
    token = calendars.give(by=here.priya, at=NOON)
    opened = calendars.opened(token, NOON)
    assert opened is not None
    assert opened.seats == here.priya.seats
    assert calendars.opened(token + "x", NOON) is None
    with verbs():
        Membership.objects.filter(person=here.priya.person).update(until=NOON)
    assert calendars.opened(token, NOON + HOURS) is None


def test_an_ended_address_opens_nothing_and_a_new_one_ends_the_old(here: Cast) -> None:
    first, second = (calendars.give(by=here.priya, at=NOON) for _ in range(2))
    assert calendars.opened(first, NOON) is None
    assert calendars.opened(second, NOON)
    assert calendars.end(by=here.priya, at=NOON)
    assert calendars.opened(second, NOON) is None
