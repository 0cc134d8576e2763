"""What their people did with the ticket, as messages: a change of state, each note, each file. Read again, each has the
same id, so that nothing is applied twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from crossdesk.desks.ways import Meaning, Ways
from crossdesk.exchange.channels import Heard, NotTaken, Ticket
from crossdesk.exchange.channels.fields import heard_in, named
from crossdesk.exchange.channels.servicenow.hearing import KINDS, RIGHT_DESK
from crossdesk.exchange.channels.servicenow.marks import mark_in
from crossdesk.exchange.channels.tmf621.api import Body
from crossdesk.exchange.channels.tmf621.rendering import FILE_OF_OURS
from crossdesk.exchange.messages.message import LARGEST_FILE, LONGEST_WORDS, File, Kind, Message, Redirect, Side, State

STATES = {
    "acknowledged": Meaning.ACKNOWLEDGED,
    "inProgress": Meaning.IN_PROGRESS,
    "pending": Meaning.PENDING_US,
    "held": Meaning.PENDING_THEM,
    "resolved": Meaning.RESOLVED,
    "closed": Meaning.CLOSED,
    "rejected": Meaning.DECLINED,
    "cancelled": Meaning.WITHDRAWN,
}
"""TMF621's own. An agreement that has a map goes by that alone: a tenant's states are its own."""
ASKS = frozenset({Kind.REQUEST_INFO, Kind.PROPOSE_RESOLUTION, Kind.CLOSE, Kind.REJECT_REDIRECT})
"""Said without a reason, the note made with them is what they say."""
WITH = timedelta(seconds=5)
BEGAN = datetime(2000, 1, 1, tzinfo=UTC)


def meaning_of(raw: str, ways: Ways) -> Meaning:
    return ways.meaning(raw) if ways.states else STATES.get(raw, Meaning.UNKNOWN)


@dataclass(frozen=True)
class Read:
    """How far one of their tickets was read: its state, the newest note, and the one told with a change of state."""

    state: str = ""
    newest: str = ""
    spoken: str = ""

    def __str__(self) -> str:
        return "|".join((self.state[:30], self.newest, self.spoken))

    @classmethod
    def of(cls, text: str) -> Read:
        return cls(*[*text.split("|"), "", "", ""][:3])


def read_now(ticket: Body) -> Read:
    """As it stands: nothing of it is news."""
    newest = max((moment(each, "date") for each in notes_of(ticket)), default=BEGAN)
    return Read(text(ticket, "status"), _stamp(newest) if newest > BEGAN else "")


def heard_of(known: Ticket, ticket: Body, ways: Ways, fetch: Callable[[str], bytes]) -> list[Heard]:
    before, number = Read.of(known.version), text(ticket, "id")[:60]
    fresh = [each for each in notes_of(ticket) if _is_fresh(each, before)]
    after = replace(read_now(ticket), spoken=before.spoken)
    moved: list[tuple[str, Message]] = []
    if after.state != before.state:
        told = _moved(known, ticket, ways, fresh, first=not before.state)
        if told:
            message, with_it = told
            moved = [(message.id, message)]
            if with_it is not None:
                after = replace(after, spoken=_key(with_it)[:12])
                fresh = [each for each in fresh if each is not with_it]
    said = [_said(known, ticket, each) for each in fresh]
    given = [_given(known, ticket, each, fetch) for each in files_of(ticket)]
    begins = bool(moved) and moved[0][1].kind in {Kind.RECEIPT, Kind.ACCEPT}
    in_order = [*moved, *said, *given] if begins else [*said, *given, *moved]
    if heard := heard_in(attributes(ticket), known.fields, ways.fields, known.on_the_way):
        id = _id(
            "fields", text(ticket, "id"), *(f"{each.name} {each.raw}" for each in heard), text(ticket, "lastUpdate")
        )
        in_order.insert(0, (id, named(id, known, heard, moment(ticket, "lastUpdate"), number)))
    return [Heard(id, message, number, str(after)) for id, message in in_order]


def _is_fresh(note: Body, before: Read) -> bool:
    if mark_in(text(note, "text")) or (before.spoken and _key(note).startswith(before.spoken)):
        return False
    return not before.newest or _stamp(moment(note, "date")) >= before.newest or moment(note, "date") == BEGAN


def _moved(
    known: Ticket, ticket: Body, ways: Ways, fresh: list[Body], *, first: bool
) -> tuple[Message, Body | None] | None:
    raw = text(ticket, "status")
    meaning = meaning_of(raw, ways)
    if meaning is Meaning.ACKNOWLEDGED and first:
        return None  # it is new because we made it
    kind, words = KINDS[meaning], text(ticket, "statusChangeReason")
    changed_at = moment(ticket, "statusChangeDate")
    with_it = None
    if meaning is Meaning.UNKNOWN:
        words = f"Their ticket is in state “{raw[:60]}”, which the agreement gives no meaning. {words}".strip()
    elif kind in ASKS and not words:
        with_it = next((each for each in reversed(fresh) if abs(moment(each, "date") - changed_at) <= WITH), None)
        words = text(with_it, "text") if with_it else ""
    named = RIGHT_DESK.search(words) or None
    when = changed_at if changed_at > BEGAN else moment(ticket, "lastUpdate")
    message = Message(
        id=_id("state", text(ticket, "id"), raw, text(ticket, "statusChangeDate")),
        link=known.token,
        kind=kind,
        seq=1,
        occurred_at=when,
        sender=Side(author=text(with_it, "author") if with_it else ""),
        our_number=text(ticket, "id")[:60],
        words=words[:LONGEST_WORDS],
        state=State(mapped=meaning, raw=raw),
        redirect=Redirect(to=named["desk"] if named else "") if kind is Kind.REJECT_REDIRECT else None,
    )
    return message, with_it


def _said(known: Ticket, ticket: Body, note: Body) -> tuple[str, Message]:
    at = moment(note, "date")
    message = Message(
        id=_id("note", text(ticket, "id"), _key(note)),
        link=known.token,
        kind=Kind.UPDATE,
        seq=1,
        occurred_at=at if at > BEGAN else moment(ticket, "lastUpdate"),
        sender=Side(author=text(note, "author")),
        our_number=text(ticket, "id")[:60],
        words=text(note, "text")[:LONGEST_WORDS],
    )
    return message.id, message


def _given(known: Ticket, ticket: Body, file: Body, fetch: Callable[[str], bytes]) -> tuple[str, Message]:
    """Fetched where it lies at their own server; kept anywhere else, it is named with its address."""
    name, where = text(file, "name") or "attachment", text(file, "url") or text(file, "href")
    content = None
    try:
        content = fetch(where) if where else None
    except NotTaken as trouble:
        if not trouble.forever:
            raise
    kept = content if content is not None and len(content) <= LARGEST_FILE else None
    digest = sha256(kept or b"").hexdigest()
    given = File(
        name=name,
        media_type=text(file, "mimeType") or "application/octet-stream",
        size=len(kept or b""),
        sha256=digest,
        content=kept,
    )
    message = Message(
        id=_id("file", text(ticket, "id"), text(file, "id") or where or name),
        link=known.token,
        kind=Kind.UPDATE,
        seq=1,
        occurred_at=moment(ticket, "lastUpdate"),
        our_number=text(ticket, "id")[:60],
        words=f"They attached “{name}”." if kept else f"They attached “{name}”, kept at {where}.",
        files=[given] if kept else [],
    )
    return message.id, message


# Their JSON, which may be anything


def attributes(ticket: Body) -> dict[str, str]:
    """Its lines of text by name, and the entities it is about as our references are written."""
    flat = {name: text(ticket, name) for name in ticket if isinstance(ticket[name], str | int)}
    ends = [
        each.get("entity") if isinstance(each.get("entity"), dict) else each
        for each in objects(ticket, "relatedEntity")
    ]
    told = [f"{text(end, '@referredType')}: {text(end, 'id')}" for end in ends]
    return {**flat, "relatedEntity": "; ".join(told)} if told else flat


def text(shape: Body | None, name: str) -> str:
    value = shape.get(name) if shape else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def notes_of(ticket: Body) -> list[Body]:
    return sorted(
        (each for each in objects(ticket, "note") if text(each, "text")), key=lambda each: moment(each, "date")
    )


def files_of(ticket: Body) -> list[Body]:
    return [each for each in objects(ticket, "attachment") if text(each, "attachmentType") != FILE_OF_OURS]


def objects(ticket: Body, name: str) -> list[Body]:
    value: Any = ticket.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def moment(shape: Body, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text(shape, name))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return BEGAN


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S")


def _key(note: Body) -> str:
    return _digest(text(note, "id") or "|".join(text(note, name) for name in ("date", "author", "text")))


def _id(*parts: str) -> str:
    return f"tmf621.{parts[0]}.{_digest('|'.join(parts))}"


def _digest(said: str) -> str:
    return sha256(said.encode()).hexdigest()[:32]
