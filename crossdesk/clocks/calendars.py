"""Keeping calendars: a change is a version that counts from its day on. One that never opens is refused.

Called inside `verbs()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crossdesk.access import Invalid, Moved
from crossdesk.clocks.models import Calendar, CalendarVersion
from crossdesk.clocks.opening import REGIONS, Hours, NeverOpens
from crossdesk.clocks.timetable import hours_of, joined, written
from crossdesk.clocks.week import UnreadableWeek
from crossdesk.kit.time import clock_time, london

MOST_CLOSURES = 200
NAMED = 60


@dataclass(frozen=True)
class Said:
    """What somebody wants a calendar to say. Without `since` it counts at once."""

    week: str
    region: str = ""
    closures: Mapping[date, str] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True)
class Keeper:
    """Whose hand a version is in, and the seats that may know."""

    name: str
    person: int | None = None
    seats: Sequence[int] = ()


def keep_calendar(
    calendar: Calendar, said: Said, *, by: Keeper, at: datetime, seen: int | None = None
) -> CalendarVersion:
    """`seen` is the version that whoever writes has read; where another was kept meanwhile, nothing is."""
    live = Calendar.objects.select_for_update().get(pk=calendar.pk)
    _same_as_seen(live, seen)
    since = _from(said.since, at)
    spell = written(live.version + 1, since, _week(said.week), _region(said.region), _closures(said.closures))
    _require_opens(live, spell, at)
    live.version, live.spells = live.version + 1, joined(live.spells, spell)
    live.save(update_fields=["version", "spells"])
    return CalendarVersion.objects.create(
        calendar=live,
        number=live.version,
        week=spell["week"],
        region=spell["region"],
        closures=spell["closures"],
        since=since,
        kept_at=at,
        kept_by=by.name[:160],
        person=by.person,
        seats=sorted(by.seats),
    )


def preview(calendar: Calendar, said: Said, at: datetime) -> Calendar:
    """As it would be, kept nowhere; refused as keeping it would be."""
    since = _from(said.since, at)
    spell = written(calendar.version + 1, since, _week(said.week), _region(said.region), _closures(said.closures))
    _require_opens(calendar, spell, at)
    return Calendar(
        name=calendar.name,
        zone=calendar.zone,
        version=calendar.version + 1,
        spells=joined(calendar.spells, spell),
    )


def _same_as_seen(calendar: Calendar, seen: int | None) -> None:
    if seen is None or seen == calendar.version:
        return
    last = CalendarVersion.objects.get(calendar=calendar, number=calendar.version)
    raise Moved(
        f"{last.kept_by} changed these hours at {clock_time(last.kept_at, last.kept_at)}: version {last.number} now."
        " What you wrote is still here; compare, and keep yours if it should come after."
    )


def _from(since: datetime | None, at: datetime) -> datetime:
    if since is None or london(since).date() == london(at).date():
        return at if since is None or since < at else since
    if since < at:
        raise Invalid("Hours change from now on or from a day ahead; what was counted before stays counted.")
    return since


def _week(week: str) -> str:
    written = " ".join(week.split())
    if len(written) > 400:
        raise Invalid("These hours take more than 400 characters; join openings that follow each other.")
    return written


def _region(region: str) -> str:
    if region and region not in REGIONS:
        raise Invalid(f"“{region}” keeps no bank holidays here; use one of: {', '.join(REGIONS)}.")
    return region


def _closures(closures: Mapping[date, str]) -> dict[str, str]:
    if len(closures) > MOST_CLOSURES:
        raise Invalid(f"That is more than {MOST_CLOSURES} closures; leave out those that are over.")
    named = {day.isoformat(): " ".join(name.split())[:NAMED] for day, name in sorted(closures.items())}
    for day, name in named.items():
        if not name:
            raise Invalid(f"Say what the closure on {day} is called, such as Stocktaking.")
    return named


def _require_opens(calendar: Calendar, spell: dict[str, object], at: datetime) -> None:
    try:
        hours: Hours = hours_of(spell, calendar.zone)
        hours.after(datetime.fromisoformat(str(spell["since"])), timedelta(minutes=1))
    except UnreadableWeek as unreadable:
        raise Invalid(str(unreadable)) from unreadable
    except NeverOpens as never:
        raise Invalid(
            f"{calendar.name} would never open, and nothing could ever be due; give at least one day an opening."
        ) from never
