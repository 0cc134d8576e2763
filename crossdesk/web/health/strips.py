"""A strip of half-hours as a picture and in words: taller and darker is worse, a gap is what nothing is known of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.kit.time import clock_time, zone
from crossdesk.signals.questions import HALF_HOUR, Cell, Strip

LEVELS = ((0.0, "calm", 6), (2.0, "some", 12), (10.0, "more", 18), (101.0, "most", 24))
"""Up to so many percent of the messages fail: how it looks, and how tall it stands of 24."""


@dataclass(frozen=True)
class Bar:
    x: int
    height: int
    look: str


@dataclass(frozen=True)
class Drawn:
    strip: Strip
    name: str
    bars: list[Bar]
    aloud: str
    worst: Cell | None

    @property
    def percent(self) -> float:
        return 100 * self.strip.failing / self.strip.messages if self.strip.messages else 0.0


def draw(strip: Strip, name: str) -> Drawn:
    bars = [Bar(place, *_look(cell)) for place, cell in enumerate(strip.cells) if cell.messages]
    worst = strip.worst if strip.failing else None
    return Drawn(strip, name, bars, _aloud(strip, worst), worst)


def _look(cell: Cell) -> tuple[int, str]:
    return next((height, look) for most, look, height in LEVELS if cell.percent <= most)


def _aloud(strip: Strip, worst: Cell | None) -> str:
    if not strip.messages:
        return f"{strip.key}, the last 24 hours: nothing is known."
    told = f"{strip.key}, the last 24 hours: {strip.failing:,} of {strip.messages:,} messages failed"
    if worst is None:
        return f"{told}."
    return f"{told}, most of them {between(worst, strip.cells[-1].begins_at)}: {worst.failing:,} of {worst.messages:,}."


def between(cell: Cell, ref: datetime) -> str:
    end = cell.begins_at + HALF_HOUR
    return f"from {clock_time(cell.begins_at, ref)} to {clock_time(end, ref)} {zone(cell.begins_at)}"
