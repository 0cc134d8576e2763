"""Days as the directory's forms give them, by the clock in Great Britain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from crossdesk.access import Invalid
from crossdesk.kit.time import LONDON


def day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), LONDON)
    except ValueError:
        raise Invalid("Give days as dates, such as 24 November 2026.") from None


def end_of(text: str) -> datetime | None:
    """The last day counts to its end."""
    begun = day(text)
    return begun + timedelta(days=1) if begun else None
