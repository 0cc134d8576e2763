"""Lengths of time as the stories write them: "2d 4h 30m"."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def length(written: str) -> timedelta:
    parts = written.split()
    if not parts or not all(re.fullmatch(r"\d+[dhm]", part) for part in parts):
        raise ValueError(f"“{written}” is no length of time; write it like 2d 4h 30m.")
    return timedelta(**{_UNITS[part[-1]]: int(part[:-1]) for part in parts})
