"""The board in the shapes that machines read: JSON, Atom and iCalendar. docs/status.md tells them to their readers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from icalendar import Calendar, Event

from crossdesk.kit.time import in_full, iso
from crossdesk.majors.models import MajorIncident
from crossdesk.status.board import Board, named
from crossdesk.status.disruptions import Disruption
from crossdesk.status.models import Maintenance

SCHEMA = "crossdesk-status/1"
ENTRIES = 50
REFRESH = timedelta(minutes=15)
SHORTEST_CALL = timedelta(hours=1)


def document(board: Board) -> dict[str, Any]:
    """Everything the page says and nothing that only its moment makes: the same facts give the same document."""
    return {
        "schema": SCHEMA,
        "state": board.worst,
        "systems": [
            {
                "key": each.key,
                "code": each.code,
                "name": each.name,
                "state": each.state,
                "days": [{"from": _day(run.first), "to": _day(run.last), "state": run.state} for run in each.runs],
            }
            for each in board.systems
        ],
        "current": [incident(each, board.at) for each in board.current],
        "past": [incident(each, board.at) for each in board.past],
        "maintenance": [_work(each, board.at) for each in board.planned],
    }


def facts(board: Board) -> list[object]:
    """What the answers are made of, for telling whether one would be new."""
    return [document(board), [(work.reference, work.revision) for work in board.calendar]]


def as_json(board: Board, **more: Any) -> bytes:
    return json.dumps({**document(board), **more}, ensure_ascii=False, indent=1).encode()


def digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()[:32]


def atom(board: Board, link: str, feed: str) -> bytes:
    """Updates and announcements, newest first; an announcement that changed stands where it changed."""
    news: list[tuple[datetime, dict[str, Any]]] = []
    for each in (*board.current, *board.past):
        name = named(each.system) if each.system else "Several systems"
        news += [
            (
                update.at,
                {
                    "title": f"{name}: {update.title}",
                    "description": update.words,
                    "unique_id": _tag(f"{each.reference}/{update.number}"),
                },
            )
            for update in each.updates
        ]
    news += [(work.changed_at, _announced(work)) for work in board.calendar]
    written = Atom1Feed("Service status", link, "State of the market's systems", feed_url=feed, author_name="Crossdesk")
    for at, item in sorted(news, key=lambda each: each[0], reverse=True)[:ENTRIES]:
        written.add_item(link=link, pubdate=at, updateddate=at, **item)
    if not news:  # the day: with no news the feed must not seem to change at every look
        written.latest_post_date = lambda: board.at.replace(hour=0, minute=0, second=0, microsecond=0)  # type: ignore[method-assign]
    return written.writeString("utf-8").encode()


def calendar(board: Board, link: str, calls: Iterable[MajorIncident] = ()) -> bytes:
    """Maintenance as the reader sees it, and the bridge calls of the war rooms they are in, if any."""
    made = Calendar()
    made.add("prodid", "-//Crossdesk//Service status//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Service status")
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", "PT15M")
    for work in board.calendar:
        made.add_component(_event(work, link))
    for incident in calls:
        made.add_component(_call(incident))
    written: bytes = made.to_ical()
    return written


def _event(work: Maintenance, link: str) -> Event:
    event = Event()
    event.add("uid", f"{work.reference}@{_host()}")
    event.add("dtstamp", work.changed_at)
    event.add("last-modified", work.changed_at)
    event.add("sequence", work.revision)
    event.add("dtstart", work.began_at or work.starts_at)
    done = work.ended_at if work.stage == Maintenance.Stage.DONE else None
    event.add("dtend", done or work.ends_at)
    event.add("summary", f"{named(work.system)}: {work.title}")
    event.add("description", "\n\n".join(filter(None, [work.words, work.result])))
    event.add("status", "CANCELLED" if work.stage == Maintenance.Stage.CANCELLED else "CONFIRMED")
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    return event


def _call(incident: MajorIncident) -> Event:
    """It has no end of its own: it lasts to the next update that is promised, and grows with the promise."""
    begins = incident.declared_at or incident.proposed_at
    event = Event()
    event.add("uid", f"{incident.reference}-call@{_host()}")
    event.add("dtstamp", begins)
    event.add("sequence", incident.thread.length)
    event.add("dtstart", begins)
    event.add("dtend", max(incident.next_update_by or begins, begins + SHORTEST_CALL))
    event.add("summary", f"Bridge call of {incident.reference}: {incident.title}")
    event.add("location", incident.bridge)
    event.add("url", f"{settings.SITE_URL}/majors/{incident.reference}/")
    event.add("class", "CONFIDENTIAL")
    return event


def incident(each: Disruption, at: datetime) -> dict[str, Any]:
    return {
        "reference": each.reference,
        "system": each.system,
        "title": each.title,
        "state": each.state,
        "since": iso(each.since),
        "over_at": _moment(each.over_at),
        "next_update_by": _moment(each.next_update_by),
        "overdue": each.overdue(at),
        "states": [
            {"state": stretch.state, "since": iso(stretch.since), "until": _moment(stretch.until)}
            for stretch in each.stretches
        ],
        "updates": [
            {"number": said.number, "title": said.title, "words": said.words, "at": iso(said.at)}
            for said in each.updates
        ],
    }


def _work(work: Maintenance, at: datetime) -> dict[str, Any]:
    return {
        "reference": work.reference,
        "system": work.system,
        "title": work.title,
        "words": work.words,
        "state": work.stage,
        "starts_at": iso(work.starts_at),
        "ends_at": iso(work.ends_at),
        "began_at": _moment(work.began_at),
        "overrun": work.ends_at < at,
    }


def _announced(work: Maintenance) -> dict[str, Any]:
    times = f"{in_full(work.starts_at)} to {in_full(work.ends_at)}"
    return {
        "title": f"{named(work.system)}: {work.title} ({work.get_stage_display().lower()})",
        "description": "\n\n".join(filter(None, [times, work.words, work.result])),
        "unique_id": _tag(f"{work.reference}/{work.revision}"),
    }


def _tag(path: str) -> str:
    return f"tag:{_host()},2026:status/{path}"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _moment(at: datetime | None) -> str | None:
    return iso(at) if at else None


def _day(day: date) -> str:
    return day.isoformat()
