"""The two weeks that a page draws are the hours that clocks are counted by: minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.clocks.models import Calendar
from crossdesk.clocks.opening import Hours
from crossdesk.clocks.picture import days_ahead, state_now
from crossdesk.clocks.tests.test_opening import MINUTE, days, london, open_minutes, some_hours
from crossdesk.clocks.timetable import written
from crossdesk.clocks.week import DAYS, write_day


def calendar_of(*changes: tuple[datetime, Hours]) -> Calendar:
    spells = []
    for number, (since, hours) in enumerate(changes, start=1):
        week = "; ".join(f"{DAYS[day]} {write_day(each)}" for day, each in enumerate(hours.week) if each)
        closures = {day.isoformat(): name for day, name in hours.closures.items()}
        spells.append(written(number, since, week, hours.region, closures))
    return Calendar(name="Pennine Grid help desk", version=len(spells), spells=spells)


OFFICE = calendar_of(
    (
        london(2026, 11, 1),
        Hours((((540, 750), (750, 1020)),) * 5 + (((600, 1440),), ()), "scotland", {date(2026, 12, 2): "Stocktaking"}),
    )
)


def test_a_fortnight_in_words() -> None:
    told = [day.words for day in days_ahead(OFFICE, london(2026, 11, 27, 18))][:6]
    assert told == [
        "09:00 to 17:00",
        "10:00 to 24:00",
        "closed",
        "closed, Saint Andrew's Day",
        "09:00 to 17:00",
        "closed, Stocktaking",
    ]


def test_a_night_on_which_the_clocks_change_is_told_and_drawn_by_its_own_length() -> None:
    short, long = (days_ahead(calendar_of(), at)[0] for at in (london(2027, 3, 28, 6), london(2026, 10, 25, 6)))
    assert (short.words, long.words) == (
        "00:00 to 24:00, the clocks go forward",
        "00:00 to 24:00, the clocks go back",
    )
    assert (short.bars[0].width, long.bars[0].width) == (100, 100)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (london(2026, 11, 27, 10), (True, "Open now, until 17:00 GMT")),
        (london(2026, 11, 27, 17), (False, "Closed now, opens 28 Nov 10:00 GMT")),
        (london(2026, 11, 28, 23), (True, "Open now, until 29 Nov 00:00 GMT")),
        (london(2026, 11, 29, 9), (False, "Closed now, opens 1 Dec 09:00 GMT")),
    ],
)
def test_open_now_or_when(at: datetime, told: tuple[bool, str]) -> None:
    assert state_now(OFFICE, at) == told


def test_open_all_the_time_needs_no_end() -> None:
    assert state_now(calendar_of(), london(2026, 11, 27)) == (True, "Open around the clock")


def test_nothing_ahead_is_said() -> None:
    never = Calendar(name="Never", spells=[written(1, london(2026, 1, 1), "", "", {})])
    assert state_now(never, london(2026, 11, 27)) == (False, "Closed; no opening is ahead")


@given(first=some_hours, second=some_hours, day=days, at=st.integers(0, 1439), change=st.integers(0, 7 * 1440))
@settings(max_examples=40)
def test_what_is_drawn_is_what_is_counted(first: Hours, second: Hours, day: date, at: int, change: int) -> None:
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    now, changed = midnight + at * MINUTE, midnight + change * MINUTE
    calendar = calendar_of((midnight - timedelta(days=90), first), (changed, second))
    hours = calendar.hours
    drawn = days_ahead(calendar, now)
    for each in drawn:
        length = sum((bar.closes - bar.opens for bar in each.bars), timedelta())
        assert hours.worked(each.starts, each.ends) == length
        in_force = [(minute < changed, minute) for minute in sorted(open_minutes(first, each.day))]
        counted = {minute for former, minute in in_force if former}
        counted |= {minute for minute in open_minutes(second, each.day) if minute >= changed}
        assert length == len(counted) * MINUTE
        assert all(minute in counted for bar in each.bars for minute in (bar.opens, bar.closes - MINUTE))
    is_open, _ = state_now(calendar, now)
    assert is_open == (hours.worked(now, now + MINUTE) > timedelta())
