from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit import time

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
# Both half past ones of the night the clocks go back, the first in summer time.
FIRST_HALF_PAST_ONE = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
SECOND_HALF_PAST_ONE = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.fixture
def tomorrow() -> Iterator[None]:
    time.set_offset(timedelta(days=1))
    yield
    time.set_offset(timedelta())


def test_now_knows_its_zone() -> None:
    assert time.now().utcoffset() == timedelta()


def test_a_rehearsal_moves_the_wall_clock(tomorrow: None) -> None:
    assert time.now() - datetime.now(UTC) > timedelta(hours=23)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 23, 13, 42, tzinfo=UTC), "13:42"),
        (datetime(2026, 11, 24, 13, 42, tzinfo=UTC), "24 Nov 13:42"),
        (datetime(2025, 11, 24, 13, 42, tzinfo=UTC), "24 Nov 2025, 13:42"),
        (datetime(2026, 7, 1, 13, 42, tzinfo=UTC), "1 Jul 14:42"),
    ],
)
def test_a_moment_is_shown_as_short_as_the_reader_can_take_it(at: datetime, shown: str) -> None:
    assert time.clock_time(at, NOON) == shown


def test_the_day_is_londons_and_not_greenwichs() -> None:
    just_after_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert time.clock_time(just_after_midnight, datetime(2026, 7, 1, 8, 0, tzinfo=UTC)) == "00:30"


def test_the_zone_tells_the_repeated_hour_apart() -> None:
    assert time.clock_time(FIRST_HALF_PAST_ONE, NOON) == time.clock_time(SECOND_HALF_PAST_ONE, NOON)
    assert (time.zone(FIRST_HALF_PAST_ONE), time.zone(SECOND_HALF_PAST_ONE)) == ("BST", "GMT")


def test_an_hour_passes_between_the_two_half_past_ones() -> None:
    first, second = time.london(FIRST_HALF_PAST_ONE), time.london(SECOND_HALF_PAST_ONE)
    assert time.left(second, first) == "1 h 00 m left"


def test_the_night_in_march_is_an_hour_short() -> None:
    midnight, three = (datetime(2026, 3, 29, hour, tzinfo=time.LONDON) for hour in (0, 3))
    assert time.left(three, midnight) == "2 h 00 m left"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(seconds=59), "0 m"),
        (timedelta(minutes=12), "12 m"),
        (timedelta(hours=1, minutes=2), "1 h 02 m"),
        (timedelta(days=1, hours=6, minutes=59), "1 d 6 h"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_a_length_of_time(length: timedelta, shown: str) -> None:
    assert time.span(length) == shown


def test_what_is_left_and_what_is_over() -> None:
    assert time.left(NOON + timedelta(hours=5, minutes=18), NOON) == "5 h 18 m left"
    assert time.left(NOON, NOON + timedelta(minutes=12)) == "12 m over"


def test_iso_is_in_utc() -> None:
    assert time.iso(time.london(datetime(2026, 7, 1, 13, 42, 7, tzinfo=UTC))) == "2026-07-01T13:42:07Z"


@pytest.mark.parametrize("show", [time.london, time.iso])
def test_a_moment_without_a_zone_is_refused(show: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        show(datetime(2026, 7, 1))


@given(moments, moments)
def test_it_does_not_matter_in_which_zone_the_ends_are_given(due: datetime, at: datetime) -> None:
    assert time.left(time.london(due), time.london(at)) == time.left(due, at)


@given(moments)
def test_iso_reads_back_to_the_second(at: datetime) -> None:
    assert datetime.fromisoformat(time.iso(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("ref", "behind", "expected"),
    [
        ("23:00", False, "00:30"),  # the evening before: the first half past one
        ("00:40", False, "01:30"),  # twenty to two in summer time: the second is meant
        ("00:40", True, "00:30"),
        ("03:00", True, "01:30"),
    ],
)
def test_an_hour_shown_twice_is_read_as_lying_ahead_or_behind(ref: str, behind: bool, expected: str) -> None:
    day = "2025-10-25" if ref == "23:00" else "2025-10-26"
    moment = time.by_the_dial(datetime(2025, 10, 26, 1, 30), datetime.fromisoformat(f"{day}T{ref}Z"), behind=behind)
    assert moment == datetime.fromisoformat(f"2025-10-26T{expected}Z")


def test_an_hour_that_a_night_skips_is_no_moment() -> None:
    assert time.by_the_dial(datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 1, tzinfo=UTC)) is None
