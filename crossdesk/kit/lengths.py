"""Lengths of time as people write them into a field: 30 m, 4 h, 1 h 30 m, 45 s; a bare number is minutes."""

from __future__ import annotations

import re
from datetime import timedelta

EXAMPLE = "30 m, 4 h or 1 h 30 m"
WRITTEN = re.compile(
    r"(?:(?P<hours>\d{1,4})\s*h(?:ours?)?)?\s*(?:(?P<minutes>\d{1,5})\s*m(?:in(?:utes?)?)?)?\s*"
    r"(?:(?P<seconds>\d{1,5})\s*s(?:ec(?:onds?)?)?)?",
    re.IGNORECASE,
)


def read_length(written: str) -> timedelta:
    """ValueError where it says no length."""
    said = written.strip()
    if said.isdecimal() and len(said) < 6:
        return timedelta(minutes=int(said))
    found = WRITTEN.fullmatch(said)
    if not said or found is None:
        raise ValueError(f"“{said}” is no length; write it like {EXAMPLE}.")
    return timedelta(**{unit: int(number) for unit, number in found.groupdict().items() if number})


def write_length(minutes: int) -> str:
    """In hours and minutes, never in days: whose days they would be nobody could tell."""
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, [f"{hours} h" if hours else "", f"{rest} m" if rest or not hours else ""]))
