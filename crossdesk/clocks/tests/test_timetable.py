"""Hours that changed, against counting every minute by the version of its own day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.clocks.opening import Hours, NeverOpens
from crossdesk.clocks.tests.test_opening import MINUTE, OFFICE, days, london, open_minutes, some_hours
from crossdesk.clocks.timetable import DAWN, Spell, Timetable

ALL_DAY = Hours()
EVENINGS = Hours((((17 * 60, 22 * 60),),) * 7)


def told(*changes: tuple[datetime, Hours], first: Hours = ALL_DAY) -> Timetable:
    later = [Spell(number, since, hours) for number, (since, hours) in enumerate(changes, start=1)]
    return Timetable((Spell(0, DAWN, first), *later))


def test_what_was_worked_before_the_change_stays_counted() -> None:
    hours = told((london(2026, 11, 24, 12), OFFICE))
    # Three hours of the night and the morning, then from noon to five, then the next day.
    assert hours.after(london(2026, 11, 24, 2), timedelta(hours=16)) == london(2026, 11, 25, 10)


def test_a_change_in_the_middle_of_an_opening_takes_its_rest() -> None:
    hours = told((london(2026, 11, 24, 15), EVENINGS), first=OFFICE)
    assert hours.after(london(2026, 11, 24, 14), timedelta(hours=2)) == london(2026, 11, 24, 18)


def test_a_long_closure_ends_where_other_hours_begin() -> None:
    hours = told((london(2028, 3, 1), OFFICE), first=Hours(((),) * 7))
    assert hours.after(london(2026, 11, 24), timedelta(hours=1)) == london(2028, 3, 1, 10)


def test_which_versions_count_between_two_moments() -> None:
    hours = told((london(2026, 11, 20), OFFICE), (london(2026, 11, 25), EVENINGS), (london(2026, 12, 1), OFFICE))
    assert [each.number for each in hours.between(london(2026, 11, 21), london(2026, 11, 26))] == [1, 2]
    assert [each.number for each in hours.between(london(2026, 11, 1), london(2026, 11, 2))] == [0]


changes = st.lists(st.tuples(st.integers(0, 7000), some_hours), max_size=3)


@given(first=some_hours, drawn=changes, day=days, start=st.integers(0, 1439), length=st.integers(0, 5000))
@settings(max_examples=60)
def test_any_changes_agree_with_counting_minutes(
    first: Hours, drawn: list[tuple[int, Hours]], day: date, start: int, length: int
) -> None:
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    kept = {midnight + minutes * MINUTE: hours for minutes, hours in drawn}
    hours = told(*sorted(kept.items(), key=lambda each: each[0]), first=first)
    since = midnight + start * MINUTE
    until = since + length * MINUTE
    around = [day + timedelta(days=number) for number in range(-1, 7)]
    counted = sum(
        since <= minute < until and hours.at(minute) is spell
        for spell in hours.spells
        for each in around
        for minute in open_minutes(spell.hours, each)
    )
    assert hours.worked(since, until) == counted * MINUTE
    if counted:
        assert hours.after(since, counted * MINUTE) <= until
    try:
        due = hours.after(since, (counted + 1) * MINUTE)
    except NeverOpens:
        return
    assert due > until
