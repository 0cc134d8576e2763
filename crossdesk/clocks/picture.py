"""What opening hours come to in the days ahead, day by day as people in that zone count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crossdesk.clocks.models import Calendar
from crossdesk.clocks.opening import NeverOpens
from crossdesk.kit.time import clock_time, zone

A_FORTNIGHT = 14
AS_GOOD_AS_ALWAYS = timedelta(days=30)


@dataclass(frozen=True)
class Bar:
    """One opening on one day, in moments and as percent of that day, which has 23 to 25 hours."""

    opens: datetime
    closes: datetime
    left: float
    width: float


@dataclass(frozen=True)
class Day:
    day: date
    starts: datetime
    ends: datetime
    bars: tuple[Bar, ...]
    why: str
    """Which bank holiday or closure it is, if it is one."""
    dial: ZoneInfo

    @property
    def words(self) -> str:
        told = ", ".join(f"{self._shown(bar.opens)} to {self._shown(bar.closes)}" for bar in self.bars)
        return ", ".join(filter(None, [told or "closed", self.why, self.change]))

    @property
    def change(self) -> str:
        longer = (self.ends - self.starts) - timedelta(days=1)
        return "" if not longer else "the clocks go back" if longer > timedelta() else "the clocks go forward"

    def _shown(self, moment: datetime) -> str:
        return "24:00" if moment == self.ends else f"{moment.astimezone(self.dial):%H:%M}"


def days_ahead(calendar: Calendar, at: datetime, days: int = A_FORTNIGHT) -> list[Day]:
    dial = ZoneInfo(calendar.zone)
    today = at.astimezone(dial).date()
    edges = [_midnight(today + timedelta(days=number), dial) for number in range(days + 1)]
    open_times = list(_open_times(calendar, edges[0], edges[-1]))
    return [
        _day(calendar, today + timedelta(days=number), edges[number], edges[number + 1], open_times, dial)
        for number in range(days)
    ]


def state_now(calendar: Calendar, at: datetime) -> tuple[bool, str]:
    """Whether it is open, and until when or from when."""
    ahead = list(_open_times(calendar, at, at + AS_GOOD_AS_ALWAYS))
    if ahead and ahead[0][0] <= at:
        closes = ahead[0][1]
        if closes >= at + AS_GOOD_AS_ALWAYS:
            return True, "Open around the clock"
        return True, f"Open now, until {clock_time(closes, at)} {zone(closes)}"
    try:
        opens = ahead[0][0] if ahead else next(calendar.hours.openings(at))[0]
    except NeverOpens:
        return False, "Closed; no opening is ahead"
    return False, f"Closed now, opens {clock_time(opens, at)} {zone(opens)}"


def _day(
    calendar: Calendar, day: date, starts: datetime, ends: datetime, open_times: list[tuple[datetime, datetime]],
    dial: ZoneInfo,
) -> Day:  # fmt: skip
    length = ends - starts
    bars = []
    for opens, closes in open_times:
        opens, closes = max(opens, starts), min(closes, ends)
        if opens < closes:
            bars.append(Bar(opens, closes, 100 * ((opens - starts) / length), 100 * ((closes - opens) / length)))
    why = calendar.hours.at(starts + length / 2).hours.closed_on(day)
    return Day(day, starts, ends, tuple(bars), why, dial)


def _open_times(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Openings that touch are one."""
    begun: tuple[datetime, datetime] | None = None
    try:
        for opens, closes in calendar.hours.openings(start):
            if opens >= end:
                break
            if begun and opens <= begun[1]:
                begun = begun[0], max(closes, begun[1])
                if begun[1] >= end:
                    break
                continue
            if begun:
                yield begun
            begun = opens, closes
    except NeverOpens:
        pass
    if begun:
        yield begun[0], min(begun[1], end)


def _midnight(day: date, dial: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), dial).astimezone(UTC)
