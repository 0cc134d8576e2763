"""What every verb on a major incident does around its own few lines: lock, permission, state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crossdesk.access import Moved
from crossdesk.access.moves import Move
from crossdesk.kit.time import clock_time
from crossdesk.majors import policy
from crossdesk.majors.lifecycle import MOVES, advance
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

TRUTH = MajorIncident.objects.select_related("lead__owner", "lead__seat")


@contextmanager
def moving(
    incident: MajorIncident, name: str, *, by: Viewer, at: datetime, seen: int | None = None
) -> Iterator[Thread]:
    """Inside, the thread is locked and the incident is as it truly is. `seen` is the last sequence the asker read."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=incident.pk)
        incident.refresh_from_db(from_queryset=TRUTH)
        same_as_seen(thread, by, seen, MOVES, "incident")
        to = advance(incident, name)
        policy.require(by, name, incident)
        incident.state = to or incident.state
        yield thread
        incident.seats = thread.seats
        incident.save()


def told(
    thread: Thread,
    incident: MajorIncident,
    move: str,
    words: str,
    by: Viewer,
    at: datetime,
    *,
    audience: Audience | None = None,
    **more: Any,
) -> Entry:
    """The entry of a move, in the hand of the lead desk where one of its people made it; to the room unless said."""
    author = by.author(incident.lead_id if by.works_at(incident.lead_id) else None)
    readers = audience or incident.room()
    return record(thread, f"major.{move}", audience=readers, by=author, at=at, words=words.strip(), **more)


def same_as_seen(thread: Thread, by: Viewer, seen: int | None, moves: dict[str, Move], noun: str) -> None:
    """Moved where somebody else made a step after `seen`; words alone are no step. `moves` are those of the thread."""
    if seen is None or seen >= thread.length:
        return
    steps = [f"{thread.kind}.{name}" for name, move in moves.items() if move.to]
    since = Entry.objects.filter(thread=thread, seq__gt=seen, kind__in=steps, seats__overlap=list(by.seats))
    step = since.exclude(by_person=by.person).select_related("body").order_by("seq").first()
    if step:
        done = moves[step.kind.split(".")[1]].done
        raise Moved(
            f"{step.body.author} was here before you: “{done}” at {clock_time(step.happened_at, step.happened_at)}."
            f" Look at the {noun} as it is now and decide again."
        )
