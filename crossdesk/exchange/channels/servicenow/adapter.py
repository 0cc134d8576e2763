"""ServiceNow as a channel: what the exchange says and hears, in the words of its REST APIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

import httpx

from crossdesk.exchange import outgoing
from crossdesk.exchange.channels import Changes, Heard, NotTaken, Speaking, Taken, Ticket
from crossdesk.exchange.channels.servicenow import polling, records, rendering
from crossdesk.exchange.channels.servicenow.agreed import tenant_of
from crossdesk.exchange.channels.servicenow.api import Api
from crossdesk.exchange.channels.servicenow.desk import Desk
from crossdesk.exchange.channels.servicenow.hearing import Version, heard_file, heard_of, version_of
from crossdesk.exchange.channels.servicenow.records import Entry, Record
from crossdesk.exchange.channels.servicenow.trouble import Trouble
from crossdesk.exchange.messages.message import Kind, Message
from crossdesk.kit.time import now

OURS_ALONE = {Kind.RECEIPT, Kind.ACCEPT, Kind.WITHDRAW_ACK}
"""Between machines that keep a protocol; to a person who reads comments they would say nothing."""
LAST_WORDS = {Kind.CONFIRM, Kind.WITHDRAW, Kind.CLOSE}
"""Of no further use to whoever has closed their record already."""
OVER = {"closed", "declined", "withdrawn"}
FIRST_LOOK = timedelta(days=7)


class ServiceNow:
    """Keeps its connections; knows no database."""

    @cached_property
    def http(self) -> httpx.Client:
        return outgoing.client()

    def desk(self, to: Speaking) -> Desk:
        return Desk(Api(self.http, tenant_of(to), now))

    def deliver(self, message: Message, to: Speaking) -> Taken:
        with _as_not_taken():
            desk = self.desk(to)
            if message.kind is Kind.RAISE:
                return _raised(desk, message, to)
            if message.kind in OURS_ALONE:
                return Taken()
            return _told(desk, message, to)

    def changes(self, to: Speaking, cursor: str, tickets: Iterable[Ticket], at: datetime) -> Changes:
        """Without a cursor every ticket is read, however long ago it changed."""
        with _as_not_taken():
            desk, known = self.desk(to), {each.their_id: each for each in tickets if each.their_id}
            since = records.moment(cursor) if cursor else at - FIRST_LOOK
            seen = {key: Version.read(each.version).count for key, each in known.items()}
            if cursor:
                polled = polling.changed(desk, since, seen)
                changed, up_to = [each for each in polled.changed if each.sys_id in known], polled.up_to
            else:
                every = polling.every(desk, list(known))
                changed = [each for each in every if each.mod_count > seen[each.sys_id]]
                up_to = max([since, *(each.updated_on for each in every)])
            comments = _by_record(desk.entries([each.sys_id for each in changed]))
            heard: list[Heard] = []
            for record in changed:
                heard += heard_of(desk, known[record.sys_id], record, comments.get(record.sys_id, []))
            heard += _files(desk, known, since)
            return Changes(heard, records.written(up_to))

    def probe(self, to: Speaking) -> None:
        with _as_not_taken():
            health = polling.probe(self.desk(to))
        if not health.well:
            raise NotTaken(health.trouble, credential=health.credential)


def _raised(desk: Desk, message: Message, to: Speaking) -> Taken:
    raised = desk.raise_once(to.token, rendering.columns_of(message, desk.tenant))
    record = raised.record
    left = rendering.kept_back(message) + desk.attach(record.sys_id, rendering.files_of(message))
    rest = "\n\n".join(each for each in (rendering.rest_of(message), "\n".join(left)) if each)
    if rest and not desk.said(record.sys_id, message.id):
        record = desk.say(record.sys_id, message.id, rest, {})
    asked = f"P{message.about.priority}" if message.about and message.about.priority else ""
    same = not asked or desk.tenant.their_priorities.get(record.priority) == asked
    known = version_of(record) if same else replace(version_of(record), priority="")
    version = "" if raised.found else str(known)
    return Taken(record.sys_id, record.number, record.raw_state, version)


def _told(desk: Desk, message: Message, to: Speaking) -> Taken:
    before = _theirs(desk, to)
    meaning = desk.tenant.states.mapped(before.raw_state)
    if message.kind in LAST_WORDS and meaning in OVER:
        return _taken(before, to, None)
    if to.tried_before and desk.said(before.sys_id, message.id):
        return _taken(before, to, None)
    left = rendering.kept_back(message) + desk.attach(before.sys_id, rendering.files_of(message))
    words = "\n\n".join(each for each in (rendering.comment_of(message), "\n".join(left)) if each)
    changes = rendering.changes_of(message, desk.tenant, meaning)
    try:
        after = desk.say(before.sys_id, message.id, words or "A file is attached.", dict(changes))
    except Trouble as trouble:
        if not (trouble.forever and changes):
            raise
        # They keep this step to themselves; the words still have to reach them.
        after, changes = desk.say(before.sys_id, message.id, words, {}), {}
    return _taken(
        after, to, after.raw_state if changes else None, judged=any(f.name == "priority" for f in message.fields)
    )


def _theirs(desk: Desk, to: Speaking) -> Record:
    if to.their_id:
        return desk.read(to.their_id)
    found = desk.find(to.token)
    if found is None:
        raise Trouble("Their record of this case is gone, or our account may not read it any more.", forever=True)
    return found.record


def _taken(record: Record, to: Speaking, moved_to: str | None, *, judged: bool = False) -> Taken:
    """What we changed is known already and must not come back as news; what they changed meanwhile is still to be
    read, so the version stays where it was but for our own state."""
    version = ""
    if moved_to is not None and to.version:
        before = Version.read(to.version)
        priority = record.priority[:2] if judged else before.priority
        version = str(replace(before, raw_state=moved_to, priority=priority))
    return Taken(record.sys_id, record.number, record.raw_state, version)


def _by_record(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.record, []).append(each)
    return found


def _files(desk: Desk, known: dict[str, Ticket], since: datetime) -> list[Heard]:
    """A file attached there changes nothing of the record itself, so files are asked for on their own."""
    if not desk.tenant.attach or not known:
        return []
    return [
        heard_file(desk, known[each.record], each, "")
        for each in desk.files_since(list(known), since - polling.OVERLAP)
        if each.attached_by != desk.tenant.user
    ]


@contextmanager
def _as_not_taken() -> Iterator[None]:
    try:
        yield
    except Trouble as trouble:
        raise NotTaken(
            trouble.because,
            forever=trouble.forever,
            retry_after=trouble.retry_after,
            credential=trouble.credential,
            unsure=trouble.landed,
        ) from trouble
    except outgoing.Forbidden as forbidden:
        raise NotTaken(str(forbidden), forever=True) from forbidden
    except httpx.InvalidURL as wrong:
        raise NotTaken("Their address is no address; correct it in the agreement.", forever=True) from wrong
