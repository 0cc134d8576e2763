"""What their people did, as messages: a change of state, each comment, each file, in the order it happened there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from crossdesk.desks.ways import Meaning
from crossdesk.exchange.channels import Heard, Ticket
from crossdesk.exchange.channels.fields import heard_in, named
from crossdesk.exchange.channels.servicenow import records
from crossdesk.exchange.channels.servicenow.desk import Desk
from crossdesk.exchange.channels.servicenow.marks import mark_in
from crossdesk.exchange.channels.servicenow.records import Entry, File, Record
from crossdesk.exchange.channels.servicenow.trouble import Trouble
from crossdesk.exchange.messages.message import File as Given
from crossdesk.exchange.messages.message import Kind, Message, Redirect, Side, State

KINDS = {
    Meaning.DELIVERED: Kind.RECEIPT,
    Meaning.ACKNOWLEDGED: Kind.RECEIPT,
    Meaning.IN_PROGRESS: Kind.ACCEPT,
    Meaning.PENDING_US: Kind.REQUEST_INFO,
    Meaning.PENDING_THEM: Kind.UPDATE,
    Meaning.RESOLVED: Kind.PROPOSE_RESOLUTION,
    Meaning.CLOSED: Kind.CLOSE,
    Meaning.DECLINED: Kind.REJECT_REDIRECT,
    Meaning.WITHDRAWN: Kind.WITHDRAW_ACK,
    Meaning.UNKNOWN: Kind.UPDATE,
}
BEGINS = {Kind.RECEIPT, Kind.ACCEPT}
TAKES_A_COMMENT = {Kind.REQUEST_INFO, Kind.PROPOSE_RESOLUTION, Kind.CLOSE, Kind.REJECT_REDIRECT}
RIGHT_DESK = re.compile(r"(?im)^\W*(?:redirect(?:ed)? to|right desk|belongs to)\s*[:–-]\s*(?P<desk>.+?)\W*$")
SLACK = timedelta(seconds=30)


@dataclass(frozen=True)
class Version:
    """How far one of their records was read: as a link keeps it."""

    count: int = -1
    updated_on: datetime | None = None
    raw_state: str = ""
    spoken: str = ""
    """The last comment that a change of state was told with; it is not told again as a comment."""
    priority: str = ""
    """Theirs; empty where it is not ours and still has to be told."""

    def __str__(self) -> str:
        updated = records.written(self.updated_on) if self.updated_on else ""
        return f"{self.count}|{updated}|{self.raw_state}|{self.spoken}|{self.priority}"

    @classmethod
    def read(cls, text: str) -> Version:
        count, updated, raw, spoken, priority = [*text.split("|"), "", "", "", ""][:5]
        if not count.lstrip("-").isdecimal():
            return cls()
        return cls(int(count), records.moment(updated) if updated else None, raw, spoken, priority)


def version_of(record: Record) -> Version:
    return Version(record.mod_count, record.updated_on, record.raw_state, priority=record.priority[:2])


def heard_of(desk: Desk, ticket: Ticket, record: Record, comments: list[Entry]) -> list[Heard]:
    """Of one record that changed. A comment made with the change of state is what that change says."""
    before, after = Version.read(ticket.version), version_of(record)
    fresh = [each for each in comments if _is_fresh(each, before, record)]
    moved: list[Heard] = []
    if after.raw_state != before.raw_state:
        with_it = _said_with(desk, record, fresh, before)
        moved += _moved(desk, ticket, record, with_it, before)
        after = replace(after, spoken=with_it.sys_id if with_it else before.spoken)
        fresh = [each for each in fresh if each is not with_it]
    else:
        after = replace(after, spoken=before.spoken)
    said = [_said(ticket, record, each) for each in fresh]
    # When the state changed is not told, only that it holds now: work begins before it is told of, the rest ends it.
    begins = bool(moved) and moved[0].message.kind in BEGINS
    in_order = [*moved, *said] if begins else [*said, *moved]
    if before.count >= 0 and after.priority != before.priority and (judged := _judged(desk, ticket, record)):
        in_order.insert(0, judged)
    if named := _named(desk, ticket, record):
        in_order.insert(0, named)
    return [Heard(each.their_id, each.message, record.number, str(after)) for each in in_order]


def _named(desk: Desk, ticket: Ticket, record: Record) -> Heard | None:
    """Fields that the agreement names and that read otherwise than before."""
    heard = heard_in(record.row, ticket.fields, desk.tenant.fields, ticket.on_the_way)
    if not heard:
        return None
    their_id = f"{record.sys_id}.{record.mod_count}.fields"
    message = named(f"servicenow.{their_id}", ticket, heard, record.updated_on, record.number)
    return Heard(their_id, message)


def _is_fresh(entry: Entry, before: Version, record: Record) -> bool:
    """Theirs, not told with an earlier version, and not of a later one, which comes with that. Clocks of their nodes
    differ, so what was read before may come again: under the same id, by which it is known."""
    if mark_in(entry.words) or entry.sys_id == before.spoken or entry.written_at > record.updated_on + SLACK:
        return False
    return before.updated_on is None or entry.written_at >= before.updated_on - SLACK


def _said_with(desk: Desk, record: Record, fresh: list[Entry], before: Version) -> Entry | None:
    of_before = record.updated_on == before.updated_on
    if of_before or KINDS[Meaning(desk.tenant.states.mapped(record.raw_state))] not in TAKES_A_COMMENT:
        return None
    return next((each for each in reversed(fresh) if each.written_at == record.updated_on), None)


def _moved(desk: Desk, ticket: Ticket, record: Record, with_it: Entry | None, before: Version) -> list[Heard]:
    meaning = Meaning(desk.tenant.states.mapped(record.raw_state))
    kind, words = KINDS[meaning], ""
    if meaning is Meaning.ACKNOWLEDGED and before.count < 0:
        return []  # it is new because we made it
    if meaning is Meaning.UNKNOWN:
        words = f"Their record is in state “{record.raw_state}”, which the agreement gives no meaning."
    elif kind in {Kind.PROPOSE_RESOLUTION, Kind.CLOSE, Kind.REJECT_REDIRECT}:
        words = "\n".join(each for each in (record.close_code, record.close_notes) if each)
    if with_it:
        words = "\n\n".join(each for each in (words, with_it.words.strip()) if each)
    redirect = None
    if kind is Kind.REJECT_REDIRECT:
        named = RIGHT_DESK.search(words)
        redirect = Redirect(to=named["desk"] if named else "")
    message = Message(
        id=f"servicenow.{record.sys_id}.{record.mod_count}",
        link=ticket.token,
        kind=kind,
        seq=1,
        occurred_at=record.updated_on,
        sender=Side(author=with_it.written_by if with_it else ""),
        our_number=record.number,
        words=words,
        state=State(mapped=meaning, raw=record.raw_state),
        redirect=redirect,
    )
    return [Heard(f"{record.sys_id}.{record.mod_count}", message)]


def _judged(desk: Desk, ticket: Ticket, record: Record) -> Heard | None:
    """Their own priority, which is read and never set; one the agreement gives no meaning says nothing."""
    ours = desk.tenant.their_priorities.get(record.priority)
    if ours is None:
        return None
    their_id = f"{record.sys_id}.{record.mod_count}.priority"
    message = Message(
        id=f"servicenow.{their_id}",
        link=ticket.token,
        kind=Kind.UPDATE,
        seq=1,
        occurred_at=record.updated_on,
        our_number=record.number,
        judged=int(ours.removeprefix("P")),
    )
    return Heard(their_id, message)


def _said(ticket: Ticket, record: Record, entry: Entry) -> Heard:
    message = Message(
        id=f"servicenow.{entry.sys_id}",
        link=ticket.token,
        kind=Kind.UPDATE,
        seq=1,
        occurred_at=entry.written_at,
        sender=Side(author=entry.written_by),
        our_number=record.number,
        words=entry.words.strip(),
    )
    return Heard(entry.sys_id, message)


def heard_file(desk: Desk, ticket: Ticket, file: File, number: str) -> Heard:
    """Too large or of a kind that is not agreed, it is named and left there."""
    content = _content(desk, file)
    digest = sha256(content or b"").hexdigest()
    given = Given(
        name=file.name,
        media_type=file.content_type,
        size=len(content or b"") or file.size,
        sha256=digest,
        content=content,
    )
    message = Message(
        id=f"servicenow.{file.sys_id}",
        link=ticket.token,
        kind=Kind.UPDATE,
        seq=1,
        occurred_at=file.attached_at,
        sender=Side(author=file.attached_by),
        our_number=number,
        words=f"They attached “{file.name}”.",
        files=[given],
    )
    return Heard(file.sys_id, message, number)


def _content(desk: Desk, file: File) -> bytes | None:
    allowed = desk.tenant.extensions
    if file.size > desk.tenant.largest_file or (allowed and file.name.rpartition(".")[2].lower() not in allowed):
        return None
    try:
        return desk.content(file)
    except Trouble as trouble:
        if trouble.forever:
            return None
        raise
