"""When a desk is open, as its administrators say. It has a calendar from its first day; version 0 says nothing yet.

Called inside `verbs()`. Clocks that run by it are worked out again by a job that whoever calls this wakes.
"""

from __future__ import annotations

from datetime import datetime

from crossdesk.clocks.calendars import Keeper, Said, keep_calendar
from crossdesk.clocks.models import Calendar, CalendarVersion
from crossdesk.desks.models import Desk
from crossdesk.desks.policy import why_not_keep_hours
from crossdesk.parties.models import Party
from crossdesk.parties.policy import ActsFor, require


def keep_hours(desk: Desk, said: Said, *, by: ActsFor, at: datetime, seen: int | None = None) -> CalendarVersion:
    require(why_not_keep_hours(by, desk))
    calendar = desk.calendar or _first(desk)
    seats = {desk.seat_id, desk.owner.seat_id, desk.provider.seat_id, Party.objects.get(pk=by.party).seat_id}
    keeper = Keeper(f"{by.name}, {by.party_name}", by.person, sorted(seats))
    return keep_calendar(calendar, said, by=keeper, at=at, seen=seen)


def _first(desk: Desk) -> Calendar:
    desk.calendar = Calendar.objects.create(name=desk.name)
    desk.save(update_fields=["calendar"])
    return desk.calendar
