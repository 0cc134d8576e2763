"""Into special operations and out of them: declared with a scope, an authority and an end, and over by that end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from crossdesk import rulebook
from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.kit import caseref
from crossdesk.kit.time import in_full, iso
from crossdesk.operations import policy
from crossdesk.operations.models import Period
from crossdesk.parties.models import Party
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer, verbs

ENTER, END = "operations.enter", "operations.end"
BY_ITSELF = "Its time was over."


@dataclass(frozen=True)
class Cause:
    """A major incident with the thread that holds its cases, or else a data breach."""

    incident: str = ""
    held_by: Thread | None = None

    @property
    def key(self) -> str:
        return Period.Cause.MAJOR if self.held_by else Period.Cause.BREACH


@dataclass(frozen=True)
class Declaration:
    scope: str
    systems: tuple[str, ...]
    authority: str
    why: str
    ends_at: datetime


def enter_for_breach(said: Declaration, *, by: Viewer, at: datetime) -> Period:
    return enter(said, Cause(), by=by, at=at)


def enter(said: Declaration, cause: Cause, *, by: Viewer, at: datetime) -> Period:
    """For a major incident through `majors.operating`, which looks whether there is one."""
    _require_sound(said, cause, at)
    with verbs():
        if sentence := policy.why_not(by):
            raise NotAllowed(sentence)
        if because := policy.objections(said.scope, said.why, said.authority):
            raise Invalid(" ".join(because))
        end_due(at)
        if cause.held_by and Period.objects.filter(held_by=cause.held_by, ended_at=None).exists():
            raise Moved(f"Special operations hold for {cause.incident} already; end them first, or let them run out.")
        desk = policy.declaring_desk(by)
        assert desk is not None
        everybody = set(Party.objects.filter(closed_at=None).values_list("seat", flat=True))
        thread = Thread.objects.create(kind="operations", seats=sorted({desk.seat_id, *everybody}))
        author = by.author(desk.pk)
        period = Period.objects.create(
            thread=thread,
            reference=caseref.new("SO"),
            cause=cause.key,
            scope=said.scope.strip(),
            systems=sorted(set(said.systems)),
            incident=cause.incident,
            held_by=cause.held_by,
            authority=said.authority.strip(),
            why=said.why.strip(),
            desk=desk,
            entered_by=f"{author.name}, {author.organisation}"[:200],
            begins_at=at,
            ends_at=said.ends_at,
            seats=thread.seats,
        )
        detail = {"scope": period.scope, "authority": period.authority, "ends_at": iso(period.ends_at)}
        record(thread, ENTER, audience=_readers(period), by=author, at=at, words=period.why, detail=detail)
    return period


def end(period: Period, *, why: str, by: Viewer, at: datetime) -> None:
    """Before its time, by a person with a reason."""
    if not why.strip():
        raise Invalid("Say why they end before their time; every party reads it.")
    with verbs():
        if sentence := policy.why_not(by, "end special operations"):
            raise NotAllowed(sentence)
        if because := policy.objections(why):
            raise Invalid(" ".join(because))
        thread = Thread.objects.select_for_update().get(pk=period.pk)
        period.refresh_from_db()
        if not period.holds_at(at):
            raise WrongStage(
                f"{period} ended on {in_full(period.ended_at or period.ends_at)}; there is nothing to end."
            )
        _end(period, thread, why, by.author(period.desk_id), at)


def end_with(held_by: Thread, why: str, at: datetime) -> None:
    """What it was declared for is over. Inside `verbs()`."""
    for period in Period.objects.filter(held_by=held_by, ended_at=None, ends_at__gt=at):
        thread = Thread.objects.select_for_update().get(pk=period.pk)
        _end(period, thread, why, CROSSDESK, at)


def end_due(at: datetime) -> int:
    """Writes down what time has ended; that it is over needs nobody, because readers compare its end with the clock."""
    with verbs():
        due = list(Period.objects.filter(ended_at=None, ends_at__lte=at).values_list("pk", flat=True))
        return sum(_ran_out(pk, at) for pk in due)


def _ran_out(pk: UUID, at: datetime) -> bool:
    thread = Thread.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    period = Period.objects.filter(pk=pk, ended_at=None).first() if thread else None
    if thread is None or period is None:
        return False
    _end(period, thread, BY_ITSELF, CROSSDESK, at, ended_at=period.ends_at)
    return True


def _end(
    period: Period, thread: Thread, why: str, by: Author, at: datetime, *, ended_at: datetime | None = None
) -> None:
    period.ended_at, period.ended_why = ended_at or at, why.strip()[:300]
    period.ended_by = "" if ended_at else f"{by.name}, {by.organisation}"[:200]
    period.save(update_fields=["ended_at", "ended_why", "ended_by"])
    record(thread, END, audience=_readers(period), by=by, at=at, happened_at=period.ended_at, words=period.ended_why)


def _readers(period: Period) -> Audience:
    return Audience("parties", tuple(period.seats))


def _require_sound(said: Declaration, cause: Cause, at: datetime) -> None:
    if not said.scope.strip() or not said.why.strip():
        raise Invalid("Say what they are for and why; every party reads it.")
    if not said.authority.strip():
        raise Invalid("Say on whose authority: a person or a body, and how it was given.")
    if max(len(said.scope), len(said.why)) > 300 or len(said.authority) > 200:
        raise Invalid("Scope and reason take 300 characters each, the authority 200; shorten what is longer.")
    unknown = set(said.systems) - set(rulebook.current().systems)
    if unknown or not (said.systems or cause.held_by):
        raise Invalid("Choose the systems in scope from the list; a data breach has at least one.")
    most = timedelta(hours=policy.special().at_most_hours)
    if not at < said.ends_at <= at + most:
        hours = policy.special().at_most_hours
        raise Invalid(f"Give an end that lies ahead and within {hours} hours, which is the most the rules allow.")
