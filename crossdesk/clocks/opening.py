"""When a desk works, and how long that is: opening hours as moments in UTC, right on the nights the clocks change.

A segment is open from the first moment its day shows the opening time until the last moment the day has not yet shown
the closing time for good. So a desk open all day works 23 hours in March and 25 in October, and a time that a night
skips is the moment of the change.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

Segment = tuple[int, int]
"""Minutes from midnight, from and to; 24:00 is 1440."""

Week = tuple[tuple[Segment, ...], ...]
"""Monday to Sunday."""

WHOLE_DAY = 24 * 60
ALL_WEEK: Week = (((0, WHOLE_DAY),),) * 7
REGIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
LONGEST_CLOSED = 400
"""Days. A calendar that stays closed for longer never opens, for any promise somebody could make."""


class NeverOpens(ValueError):
    """Working time was asked of a calendar that has none ahead."""


class WorkingTime(ABC):
    """What can be asked of opening hours, whether one week or several after one another."""

    @property
    @abstractmethod
    def always(self) -> bool: ...

    @abstractmethod
    def openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From this moment on, as moments in UTC, in order and without end; NeverOpens where nothing is ahead."""

    def after(self, start: datetime, work: timedelta) -> datetime:
        """The moment when so much working time has passed. Nothing to work is done as soon as the desk is open."""
        if self.always:
            return start + work
        for opens, closes in self.openings(start):
            if work <= closes - opens:
                return opens + work
            work -= closes - opens
        raise NeverOpens("These opening hours never open, so nothing can be due by them; give the calendar some hours.")

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time from start to end; none where end comes first."""
        if self.always:
            return max(end - start, timedelta())
        total = timedelta()
        if end <= start:
            return total
        try:
            for opens, closes in self.openings(start):
                if opens >= end:
                    break
                total += min(closes, end) - opens
        except NeverOpens:
            pass
        return total


@dataclass(frozen=True)
class Hours(WorkingTime):
    """One week of opening hours. Bank holidays are those of its region, if it keeps any."""

    week: Week = ALL_WEEK
    region: str = ""
    closures: Mapping[date, str] = field(default_factory=dict)
    """Days on which it is closed beside, and what they are called."""
    zone: str = "Europe/London"

    @property
    def always(self) -> bool:
        return self.week == ALL_WEEK and not self.region and not self.closures

    def closed_on(self, day: date) -> str:
        """Why the whole day is closed, or nothing."""
        return self.closures.get(day) or _bank_holidays(self.region, day.year).get(day, "")

    def open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The day's segments as moments in UTC, none of them empty."""
        return () if self.closed_on(day) else _moments(self.week[day.weekday()], day, self.zone)

    def openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        start = start.astimezone(UTC)
        day = start.astimezone(ZoneInfo(self.zone)).date()
        closed_for = 0
        while closed_for < LONGEST_CLOSED:
            segments = self.open_on(day)
            closed_for = 0 if segments else closed_for + 1
            for opens, closes in segments:
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)
        raise NeverOpens(f"These opening hours are closed for {LONGEST_CLOSED} days; give the calendar some hours.")


@lru_cache(maxsize=64)
def _bank_holidays(region: str, year: int) -> dict[date, str]:
    if not region:
        return {}
    return dict(holidays.country_holidays("GB", subdiv=REGIONS[region], years=year))


@lru_cache(maxsize=20_000)
def _moments(segments: tuple[Segment, ...], day: date, zone: str) -> tuple[tuple[datetime, datetime], ...]:
    spans = ((_shown(day, start, zone, fold=0), _shown(day, end, zone, fold=1)) for start, end in segments)
    return tuple((opens, closes) for opens, closes in spans if opens < closes)


def _shown(day: date, minutes: int, zone: str, *, fold: int) -> datetime:
    """When the wall clock shows so many minutes: the first time or, with fold 1, the last."""
    days, rest = divmod(minutes, WHOLE_DAY)
    dial = datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60), fold=fold), ZoneInfo(zone))
    moment = dial.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == dial.replace(tzinfo=None):
        return moment
    return _change(dial)


def _change(skipped: datetime) -> datetime:
    """The moment at which the night skipped this time: the offset changes between the two readings of it."""
    zone = skipped.tzinfo
    early, late = (skipped.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    before = early.astimezone(zone).utcoffset()
    seconds = range(int((late - early).total_seconds()) + 1)
    passed = bisect_right(
        seconds, 0, key=lambda n: int((early + timedelta(seconds=n)).astimezone(zone).utcoffset() != before)
    )
    return early + timedelta(seconds=passed)
