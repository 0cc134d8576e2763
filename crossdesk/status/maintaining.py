"""Planned maintenance: said by the desk that looks after the system, agreed by a second person, begun, done, or off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crossdesk import rulebook
from crossdesk.access import DESK_WORK, Invalid, Moved, NotAllowed, WrongStage
from crossdesk.desks.models import Desk
from crossdesk.kit import caseref
from crossdesk.kit.time import iso
from crossdesk.notices import guard
from crossdesk.notices.guard import Secrets
from crossdesk.notices.models import Line
from crossdesk.parties.models import Party
from crossdesk.rulebook import Rulebook
from crossdesk.status.models import Maintenance
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

Stage = Maintenance.Stage
LONGEST = timedelta(days=31)
NOTHING_KNOWN = Secrets((), (), lambda _: ())
"""Maintenance concerns nobody's cases: what the guard looks for is an identifier in the words."""
MOVES: dict[str, tuple[set[str], str | None, str]] = {
    "plan": ({Stage.PLANNED}, None, "plan it"),
    "agree": ({Stage.PLANNED, Stage.RUNNING}, None, "agree to it"),
    "move": ({Stage.PLANNED, Stage.RUNNING}, None, "change its times"),
    "begin": ({Stage.PLANNED}, Stage.RUNNING, "say that it began"),
    "finish": ({Stage.RUNNING}, Stage.DONE, "say that it is done"),
    "cancel": ({Stage.PLANNED}, Stage.CANCELLED, "cancel it"),
}


@dataclass(frozen=True)
class Window:
    system: str
    title: str
    words: str
    starts_at: datetime
    ends_at: datetime
    public: bool = True


def looks_after(book: Rulebook, rule: str, system: str) -> bool:
    """A desk of the role that runs the system, or one that covers a query about it."""
    desk, row = book.desks.get(rule), book.systems.get(system)
    if desk is None or row is None:
        return False
    return desk.owner_role == row.run_by or any(
        book.query_types[query].system == system for query in desk.covers if query in book.query_types
    )


def systems_of(desk: Desk) -> list[str]:
    book = rulebook.current()
    return [key for key in book.systems if looks_after(book, desk.rule, key)]


def why_not(by: Viewer, move: str, desk: Desk, maintenance: Maintenance | None = None) -> str | None:
    if not _works_there(by, desk):
        return f"Only the people of {desk} can {MOVES[move][2]}."
    if maintenance is None or maintenance.stage in MOVES[move][0]:
        return None
    return f"{maintenance} is {maintenance.get_stage_display().lower()}, so you cannot {MOVES[move][2]}."


def plan(window: Window, desk: Desk, *, by: Viewer, at: datetime) -> Maintenance:
    if sentence := why_not(by, "plan", desk):
        raise NotAllowed(sentence)
    _require_sound(window, desk, at)
    with verbs():
        thread = Thread.objects.create(kind="maintenance", seats=[desk.seat_id])
        planned = Maintenance(
            thread=thread,
            reference=caseref.new("PM"),
            system=window.system,
            desk=desk,
            title=" ".join(window.title.split()),
            words=window.words.strip(),
            public=window.public,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            changed_at=at,
            asked_by=by.person,
            seats=thread.seats,
        )
        _tell(thread, planned, "plan", by, at, planned.words)
        if not _second_person(planned):
            _announce(thread, planned, by, at)
        planned.save(force_insert=True)
    return planned


def agree(maintenance: Maintenance, *, by: Viewer, at: datetime) -> None:
    """Another person of the desk has read it: now the market does, or the new times hold."""
    with _moving(maintenance, "agree", by, at) as thread:
        if not maintenance.waits:
            raise Moved(f"{maintenance} waits for nobody; somebody was here before you.")
        if by.person is None or by.person == maintenance.asked_by:
            raise NotAllowed(f"Another person of {maintenance.desk} than the one who asked agrees.")
        _tell(thread, maintenance, "agree", by, at)
        _announce(thread, maintenance, by, at)


def move(
    maintenance: Maintenance, *, starts_at: datetime, ends_at: datetime, why: str, by: Viewer, at: datetime
) -> None:
    """What is announced keeps its times until the new ones are agreed."""
    _say(why, "Say why its times change.")
    with _moving(maintenance, "move", by, at) as thread:
        begun = maintenance.stage == Stage.RUNNING
        _require_times(maintenance.starts_at if begun else starts_at, ends_at, at, begun=begun)
        maintenance.wants_start = maintenance.starts_at if begun else starts_at
        maintenance.wants_end, maintenance.asked_by = ends_at, by.person
        _tell(thread, maintenance, "move", by, at, why)
        if not _second_person(maintenance):
            _announce(thread, maintenance, by, at)


def begin(maintenance: Maintenance, *, by: Viewer, at: datetime) -> None:
    with _moving(maintenance, "begin", by, at) as thread:
        if maintenance.announced_at is None:
            raise WrongStage(f"{maintenance} is not announced: a second person of {maintenance.desk} has to agree.")
        maintenance.began_at = at
        _tell(thread, maintenance, "begin", by, at)


def finish(maintenance: Maintenance, *, result: str, by: Viewer, at: datetime) -> None:
    _say(result, "Say how it went: what works again, and what is different now.")
    _require_public(maintenance.public, "How it went", result)
    with _moving(maintenance, "finish", by, at) as thread:
        maintenance.ended_at, maintenance.result = at, result.strip()[:300]
        _forget_wish(maintenance)
        _tell(thread, maintenance, "finish", by, at, result)


def cancel(maintenance: Maintenance, *, why: str, by: Viewer, at: datetime) -> None:
    _say(why, "Say why it does not take place.")
    _require_public(maintenance.public, "The reason", why)
    with _moving(maintenance, "cancel", by, at) as thread:
        maintenance.ended_at, maintenance.result = at, why.strip()[:300]
        _forget_wish(maintenance)
        _tell(thread, maintenance, "cancel", by, at, why)


@contextmanager
def _moving(maintenance: Maintenance, name: str, by: Viewer, at: datetime) -> Iterator[Thread]:
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=maintenance.pk)
        maintenance.refresh_from_db(from_queryset=Maintenance.objects.select_related("desk"))
        if sentence := why_not(by, name, maintenance.desk, maintenance):
            raise (WrongStage if _works_there(by, maintenance.desk) else NotAllowed)(sentence)
        maintenance.stage = MOVES[name][1] or maintenance.stage
        maintenance.changed_at, maintenance.revision = at, maintenance.revision + 1
        yield thread
        maintenance.save()


def _works_there(by: Viewer, desk: Desk) -> bool:
    return by.works_at(desk.pk) and bool(by.roles & DESK_WORK)


def _announce(thread: Thread, maintenance: Maintenance, by: Viewer, at: datetime) -> None:
    maintenance.starts_at = maintenance.wants_start or maintenance.starts_at
    maintenance.ends_at = maintenance.wants_end or maintenance.ends_at
    _forget_wish(maintenance)
    again = maintenance.announced_at is not None
    everybody = Party.objects.filter(closed_at=None).values_list("seat", flat=True)
    maintenance.announced_at = maintenance.announced_at or at
    maintenance.seats = sorted({*maintenance.seats, *everybody})
    _tell(thread, maintenance, "announce", by, at, maintenance.words, again=again)


def _forget_wish(maintenance: Maintenance) -> None:
    maintenance.wants_start = maintenance.wants_end = maintenance.asked_by = None


def _tell(
    thread: Thread, maintenance: Maintenance, move: str, by: Viewer, at: datetime, words: str = "", **facts: Any
) -> None:
    """To the desk alone what it is still agreeing on; everything else to whoever reads the announcement."""
    inside = maintenance.announced_at is None or move in {"plan", "agree", "move"}
    desk = maintenance.desk
    readers = (
        Audience("internal", (desk.seat_id,), desk.pk) if inside else Audience("parties", tuple(maintenance.seats))
    )
    detail: dict[str, Any] = {
        "title": maintenance.title,
        "system": maintenance.system,
        "starts_at": iso(maintenance.starts_at),
        "ends_at": iso(maintenance.ends_at),
    }
    by_desk = by.author(desk.pk)
    record(
        thread, f"maintenance.{move}", audience=readers, by=by_desk, at=at, words=words.strip(), detail=detail, **facts
    )


def _second_person(maintenance: Maintenance) -> bool:
    row = rulebook.current().plan("public" if maintenance.public else "parties")
    return row is None or row.approval == "second-person"


def _require_sound(window: Window, desk: Desk, at: datetime) -> None:
    if not looks_after(rulebook.current(), desk.rule, window.system):
        raise Invalid(f"{desk} does not look after that system; its own desk announces work on it.")
    if not window.title.strip() or not window.words.strip():
        raise Invalid("Give it a title, and say what does not work meanwhile and what its users should do.")
    if len(window.title) > 140:
        raise Invalid("The title is longer than 140 characters; shorten it.")
    _require_times(window.starts_at, window.ends_at, at)
    _require_public(window.public, window.title, window.words)


def _require_times(starts_at: datetime, ends_at: datetime, at: datetime, *, begun: bool = False) -> None:
    if ends_at <= starts_at:
        raise Invalid("It ends before it begins; give a later end.")
    if ends_at <= at or (starts_at < at and not begun):
        raise Invalid("That time is over; maintenance is said beforehand.")
    if ends_at - starts_at > LONGEST:
        raise Invalid(f"It takes longer than {LONGEST.days} days; plan it in parts that its users can follow.")


def _require_public(public: bool, title: str, words: str) -> None:
    key = "public" if public else "parties"
    line = Line(number=1, part="happened", words=words, mark=key)
    reader = rulebook.current().audiences[key]
    if because := guard.objections(reader, title, [line], [], NOTHING_KNOWN):
        raise Invalid(" ".join(because))


def _say(words: str, otherwise: str) -> None:
    if not words.strip():
        raise Invalid(otherwise)
