"""Keeping calendars. One that never opens, or cannot be read, is refused with a sentence. Called inside `verbs()`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crossdesk.access import Invalid
from crossdesk.clocks.models import Calendar
from crossdesk.clocks.opening import REGIONS, Hours, NeverOpens
from crossdesk.clocks.week import UnreadableWeek, read_week


def keep_calendar(
    name: str, *, week: str, at: datetime, region: str = "", closures: Iterable[date] = (), zone: str = "Europe/London"
) -> Calendar:
    """New, or the one of this name with other hours. Clocks that run by it are recomputed by whoever changes it."""
    name = " ".join(name.split())[:80]
    if not name:
        raise Invalid("Give the calendar a name, such as “Office hours, Scotland”.")
    if region and region not in REGIONS:
        raise Invalid(f"“{region}” keeps no bank holidays here; use one of: {', '.join(REGIONS)}.")
    kept = Calendar(name=name, week=week.strip(), region=region, closures=sorted(set(closures)), zone=zone)
    _require_opens(kept, at)
    Calendar.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["name"], update_fields=["week", "region", "closures", "zone"]
    )
    return Calendar.objects.get(name=name)


def _require_opens(calendar: Calendar, at: datetime) -> None:
    try:
        ZoneInfo(calendar.zone)
        hours = Hours(read_week(calendar.week), calendar.region, frozenset(calendar.closures), calendar.zone)
        hours.after(at, timedelta(minutes=1))
    except UnreadableWeek as unreadable:
        raise Invalid(str(unreadable)) from unreadable
    except (ZoneInfoNotFoundError, ValueError) as trouble:
        if isinstance(trouble, NeverOpens):
            raise Invalid(f"{calendar.name} never opens; give it at least one opening.") from trouble
        raise Invalid(f"“{calendar.zone}” is no time zone; Europe/London is meant in Great Britain.") from trouble
