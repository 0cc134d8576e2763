"""Opening hours against the slowest reading of them: every minute of every day, looked at one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.clocks.opening import ALL_WEEK, Hours, NeverOpens, Segment

LONDON = ZoneInfo("Europe/London")
OFFICE = Hours((((9 * 60, 17 * 60),),) * 5 + ((), ()), region="england-and-wales")
MINUTE = timedelta(minutes=1)


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def test_a_promise_made_on_friday_afternoon_is_due_on_monday() -> None:
    assert OFFICE.after(london(2026, 11, 20, 16), timedelta(hours=2)) == london(2026, 11, 23, 10)


def test_christmas_is_closed() -> None:
    assert OFFICE.after(london(2026, 12, 24, 16), timedelta(hours=2)) == london(2026, 12, 29, 10)


@pytest.mark.parametrize(
    ("region", "day", "closed"),
    [
        ("scotland", date(2026, 11, 30), True),
        ("england-and-wales", date(2026, 11, 30), False),
        ("northern-ireland", date(2026, 7, 13), True),
        ("scotland", date(2026, 4, 6), False),
        ("england-and-wales", date(2026, 4, 6), True),
        ("", date(2026, 12, 25), False),
    ],
)
def test_each_nation_has_its_own_bank_holidays(region: str, day: date, closed: bool) -> None:
    assert bool(Hours(region=region).closed_on(day)) is closed


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2028, 2, 29), 24)])
def test_a_day_open_all_round_is_as_long_as_the_day(day: date, hours: int) -> None:
    ((opens, closes),) = Hours(region="scotland").open_on(day)
    assert closes - opens == timedelta(hours=hours)


def test_a_segment_inside_the_hour_that_is_skipped_is_not_open() -> None:
    assert Hours((((70, 110),),) * 7).open_on(date(2026, 3, 29)) == ()


def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever() -> None:
    with pytest.raises(NeverOpens, match="closed for 400 days"):
        Hours(((),) * 7).after(london(2026, 1, 1), MINUTE)


def test_no_working_time_passes_where_nothing_opens() -> None:
    assert Hours(((),) * 7).worked(london(2026, 1, 1), london(2027, 1, 1)) == timedelta()


def test_all_hours_is_plain_time() -> None:
    assert Hours().after(london(2026, 3, 28, 12), timedelta(hours=24)) == london(2026, 3, 29, 13)


# Against the reference

days = st.dates(date(2024, 1, 1), date(2028, 12, 31)) | st.sampled_from(
    [
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 10, 24),
        date(2026, 10, 25),
        date(2028, 2, 29),
        date(2024, 12, 31),
    ]
)
edges = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(sorted)


def segments(cuts: list[int]) -> tuple[Segment, ...]:
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


weeks = st.lists(edges.map(segments) | st.just(()), min_size=7, max_size=7).map(tuple)
some_hours = st.builds(
    Hours,
    week=weeks | st.just(ALL_WEEK),
    region=st.sampled_from(["", "england-and-wales", "scotland", "northern-ireland"]),
    closures=st.dictionaries(days, st.just("stocktaking"), max_size=3),
)


def minutes_of(day: date) -> list[datetime]:
    """Every minute whose date in London is this day, in order."""
    first = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=2)
    every = (first + number * MINUTE for number in range(28 * 60))
    return [minute for minute in every if minute.astimezone(LONDON).date() == day]


def dial(minute: datetime) -> int:
    return minute.astimezone(LONDON).hour * 60 + minute.astimezone(LONDON).minute


def open_minutes(hours: Hours, day: date) -> set[datetime]:
    if hours.closed_on(day):
        return set()
    every = minutes_of(day)
    found: set[datetime] = set()
    for opens, closes in hours.week[day.weekday()]:
        begun = [minute for minute in every if dial(minute) >= opens]
        before_the_end = [minute for minute in every if dial(minute) < closes]
        if begun and before_the_end:
            found |= {minute for minute in every if begun[0] <= minute <= before_the_end[-1]}
    return found


@given(hours=some_hours, day=days, start=st.integers(0, 1500), length=st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_working_time_is_the_count_of_open_minutes(hours: Hours, day: date, start: int, length: int) -> None:
    since = datetime.combine(day, datetime.min.time(), UTC) + start * MINUTE
    until = since + length * MINUTE
    around = [day + timedelta(days=number) for number in range(-1, 5)]
    counted = sum(since <= minute < until for each in around for minute in open_minutes(hours, each))
    assert hours.worked(since, until) == counted * MINUTE


@given(hours=some_hours, day=days, start=st.integers(0, 1439), work=st.integers(1, 3000))
@settings(max_examples=200, deadline=None)
def test_what_is_due_after_so_much_work_was_worked_by_then(hours: Hours, day: date, start: int, work: int) -> None:
    since = datetime.combine(day, datetime.min.time(), UTC) + start * MINUTE
    try:
        due = hours.after(since, work * MINUTE)
    except NeverOpens:
        assert hours.worked(since, since + timedelta(days=399)) < work * MINUTE
        return
    assert hours.worked(since, due) == work * MINUTE
    assert hours.worked(since, due - MINUTE) < work * MINUTE
