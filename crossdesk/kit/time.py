"""Time: the only wall clock, and how moments and lengths of time are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_offset = timedelta()


def now() -> datetime:
    return datetime.now(UTC) + _offset


def set_offset(offset: timedelta) -> None:
    """Moves `now()` for this process. Rehearsals only: nothing that serves a real market calls it."""
    global _offset
    _offset = offset


def london(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; give a moment that has one.")
    return at.astimezone(LONDON)


def by_the_dial(shown: datetime, ref: datetime, *, behind: bool = False) -> datetime | None:
    """The moment at which a clock in London shows this, none for an hour that a night skips. Where a night shows it
    twice: the first that lies ahead of `ref`, or the last that lies behind it."""
    first, second = (shown.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        return None
    if behind:
        return second if second <= ref else first
    return first if first > ref else second


def clock_time(at: datetime, ref: datetime) -> str:
    """As short as it can be for somebody reading at `ref`: the date only on another day, the year only in another."""
    here, there = london(at), london(ref)
    if here.date() == there.date():
        return f"{here:%H:%M}"
    return f"{here.day} {here:%b %H:%M}" if here.year == there.year else f"{here.day} {here:%b %Y, %H:%M}"


def until(end: datetime, ref: datetime) -> str:
    """A time that ends at midnight ends with the day before, as people say it."""
    here = london(end)
    if (here.hour, here.minute) != (0, 0):
        return f"until {clock_time(end, ref)}"
    last = here - timedelta(days=1)
    year = "" if last.year == london(ref).year else f" {last.year}"
    return f"until the end of {last.day} {last:%b}{year}"


def in_full(at: datetime) -> str:
    """For somebody who reads it anywhere and at any time: in letters, feeds and files."""
    here = london(at)
    return f"{here.day} {here:%b %Y, %H:%M %Z}"


def zone(at: datetime) -> str:
    """GMT or BST; it tells the two half past ones of the night the clocks go back apart."""
    return london(at).strftime("%Z")


def iso(at: datetime) -> str:
    """For `<time datetime>` and exports: UTC, to the second."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; give a moment that has one.")
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def span(length: timedelta) -> str:
    """Whole minutes below a day, whole hours above; a started minute is not counted."""
    minutes = abs(length) // timedelta(minutes=1)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{hours} h {minutes % 60:02} m" if hours else f"{minutes} m"


def left(due: datetime, at: datetime) -> str:
    # In UTC, because Python subtracts two local times by the dial and so loses the hour of a night the clocks change.
    remaining = due.astimezone(UTC) - at.astimezone(UTC)
    return f"{span(remaining)} left" if remaining >= timedelta() else f"{span(remaining)} over"


def half_hour_of(at: datetime) -> datetime:
    """When the half-hour began that `at` is in."""
    return at - timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
