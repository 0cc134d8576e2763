"""Hours that changed: each version of a calendar counts from its day on, and what was worked before stays counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from crossdesk.clocks.opening import Hours, NeverOpens, WorkingTime
from crossdesk.clocks.week import read_week

DAWN = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Spell:
    """The hours of one version, from a moment until the next spell begins."""

    number: int
    since: datetime
    hours: Hours


@dataclass(frozen=True)
class Timetable(WorkingTime):
    """Spells in the order of time; the first has no beginning."""

    spells: tuple[Spell, ...]

    @property
    def always(self) -> bool:
        return all(spell.hours.always for spell in self.spells)

    def openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        ends = [each.since for each in self.spells[1:]]
        for spell, end in zip(self.spells, [*ends, None], strict=True):
            if end is None:
                yield from spell.hours.openings(max(start, spell.since))
            elif start < end:
                yield from _until(end, spell.hours, max(start, spell.since))

    def at(self, moment: datetime) -> Spell:
        return next(each for each in reversed(self.spells) if each.since <= moment)

    def between(self, start: datetime, end: datetime) -> list[Spell]:
        """Those whose hours count from start to end."""
        first = self.at(start)
        return [each for each in self.spells if each is first or start < each.since < end]


def written(number: int, since: datetime, week: str, region: str, closures: dict[str, str]) -> dict[str, Any]:
    """A spell as the calendar's own row keeps it. Closures by ISO day."""
    return {"number": number, "since": since.isoformat(), "week": week, "region": region, "closures": closures}


def joined(spells: Sequence[dict[str, Any]], new: dict[str, Any]) -> list[dict[str, Any]]:
    """One that begins when another does takes its place; one that was planned for later still comes."""
    return sorted([*(each for each in spells if each["since"] != new["since"]), new], key=_since)


def read(spells: Sequence[dict[str, Any]], zone: str) -> Timetable:
    """Before anybody said any hours it is open around the clock."""
    told = [Spell(each["number"], _since(each), hours_of(each, zone)) for each in spells]
    return Timetable((Spell(0, DAWN, Hours(zone=zone)), *told))


def hours_of(spell: dict[str, Any], zone: str) -> Hours:
    closures = {date.fromisoformat(day): name for day, name in spell["closures"].items()}
    return Hours(read_week(spell["week"]), spell["region"], closures, zone)


def _since(spell: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(spell["since"])


def _until(end: datetime, hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    try:
        for opens, closes in hours.openings(start):
            if opens >= end:
                return
            yield opens, min(closes, end)
            if closes >= end:
                return
    except NeverOpens:
        return
