"""A week as people write it: "Mon-Fri 08:00-12:30, 13:00-18:00; Sat 10:00-24:00"."""

from __future__ import annotations

import re
from itertools import pairwise

from crossdesk.clocks.opening import ALL_WEEK, WHOLE_DAY, Segment, Week

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALWAYS = "always"
EXAMPLE = "Mon-Fri 09:00-17:00; Sat 10:00-24:00"
PART = re.compile(r"\s*(?P<first>[A-Za-z]{3})[a-z]*(?:\s*[-–]\s*(?P<last>[A-Za-z]{3})[a-z]*)?\s+(?P<times>[\d:,\s–-]+)")
TIMES = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)\s*")


class UnreadableWeek(ValueError):
    """Its text says which part, and what it should look like."""


def read_week(written: str) -> Week:
    if written.strip().lower() == ALWAYS:
        return ALL_WEEK
    week: list[list[Segment]] = [[] for _ in DAYS]
    for part in filter(str.strip, written.split(";")):
        days, segments = _part(part)
        for day in days:
            week[day] += segments
    return tuple(_in_order(DAYS[number], day) for number, day in enumerate(week))


def read_day(number: int, written: str) -> tuple[Segment, ...]:
    """The openings of one day, Monday being 0: "08:00-12:30, 13:00-24:00", or nothing."""
    return _in_order(DAYS[number], [_segment(times) for times in written.split(",") if times.strip()])


def write_day(segments: tuple[Segment, ...]) -> str:
    return ", ".join(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in segments)


def _part(part: str) -> tuple[range, list[Segment]]:
    found = PART.fullmatch(part)
    if not found:
        raise UnreadableWeek(f"“{part.strip()}” is not a day and its hours; write them like this: {EXAMPLE}.")
    first = _day(found["first"])
    last = _day(found["last"]) if found["last"] else first
    if last < first:
        raise UnreadableWeek(f"“{part.strip()}” runs past Sunday; write its two ends apart.")
    return range(first, last + 1), [_segment(times) for times in found["times"].split(",")]


def _day(word: str) -> int:
    try:
        return DAYS.index(word.title())
    except ValueError:
        raise UnreadableWeek(f"“{word}” is no day; use {', '.join(DAYS)}.") from None


def _segment(times: str) -> Segment:
    found = TIMES.fullmatch(times)
    if not found:
        raise UnreadableWeek(f"“{times.strip()}” is not an opening; write it like 09:00-17:00.")
    hours = [int(number) for number in found.groups()]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if end > WHOLE_DAY or start >= end:
        raise UnreadableWeek(
            f"“{times.strip()}” does not end after it starts, or ends after 24:00; split it at midnight."
        )
    return start, end


def _in_order(day: str, segments: list[Segment]) -> tuple[Segment, ...]:
    ordered = sorted(segments)
    for (_, ends), (starts, _) in pairwise(ordered):
        if starts < ends:
            raise UnreadableWeek(f"Two openings on {day} overlap; join them into one.")
    return tuple(ordered)
