"""TMF621 as a channel: what the exchange says and hears, as a ticket at the partner's server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

import httpx

from crossdesk.desks.ways import Meaning
from crossdesk.exchange import outgoing
from crossdesk.exchange.channels import Changes, Heard, NotTaken, Speaking, Taken, Ticket
from crossdesk.exchange.channels.servicenow.marks import mark_in, mark_of
from crossdesk.exchange.channels.servicenow.rendering import comment_of
from crossdesk.exchange.channels.tmf621 import rendering
from crossdesk.exchange.channels.tmf621.api import Body, Server
from crossdesk.exchange.channels.tmf621.hearing import (
    Read,
    heard_of,
    meaning_of,
    moment,
    notes_of,
    objects,
    read_now,
    text,
)
from crossdesk.exchange.messages.message import Kind, Message

UNSAID = frozenset({Kind.RECEIPT, Kind.ACCEPT, Kind.WITHDRAW_ACK})
"""Between machines that keep our protocol; on a ticket they would say nothing."""
LAST_WORDS = frozenset({Kind.CONFIRM, Kind.WITHDRAW, Kind.CLOSE})
OVER = frozenset({Meaning.CLOSED, Meaning.DECLINED, Meaning.WITHDRAWN})
FIRST_LOOK = timedelta(days=7)


class TroubleTickets:
    """Keeps its connections; knows no database."""

    @cached_property
    def http(self) -> httpx.Client:
        return outgoing.client()

    def deliver(self, message: Message, to: Speaking) -> Taken:
        server = Server(self.http, to)
        if message.kind is Kind.RAISE:
            return _raised(server, message, to)
        if message.kind in UNSAID:
            return Taken()
        return _told(server, message, to)

    def changes(self, to: Speaking, cursor: str, tickets: Iterable[Ticket], at: datetime) -> Changes:
        server, known = Server(self.http, to), {each.their_id: each for each in tickets if each.their_id}
        if not known:
            return Changes(cursor=cursor)
        since = datetime.fromisoformat(cursor).astimezone(UTC) if cursor else at - FIRST_LOOK
        changed = {text(each, "id"): each for each in _changed(server, since, known)}
        heard: list[Heard] = []
        for id, ticket in changed.items():
            if id in known:
                heard += heard_of(known[id], ticket, to.ways, _fetched_by(server))
        # By their clock alone: ours may be ahead of it.
        newest = max((moment(each, "lastUpdate") for each in changed.values()), default=since)
        return Changes(heard, max(newest, since).isoformat())

    def probe(self, to: Speaking) -> None:
        Server(self.http, to).probe()

    def files(self, to: Speaking) -> set[str]:
        """The names of those on their ticket, ours too."""
        return {text(each, "name") for each in objects(Server(self.http, to).read(to.their_id), "attachment")}


def _raised(server: Server, message: Message, to: Speaking) -> Taken:
    """After an attempt whose answer never came, it is looked for before anything is made."""
    found = server.find(to.token) if to.tried_before else None
    kinds = {each.ours: each.theirs for each in to.ways.fields if each.way != "in"}
    ticket = found or server.create(
        rendering.created(message, to.token, server.version, kinds.get("ticketType", ""), to.ways.fields)
    )
    return Taken(
        text(ticket, "id"), text(ticket, "id")[:60], text(ticket, "status"), "" if found else str(read_now(ticket))
    )


def _told(server: Server, message: Message, to: Speaking) -> Taken:
    before = _theirs(server, to)
    id, meaning = text(before, "id"), meaning_of(text(before, "status"), to.ways)
    if message.kind in LAST_WORDS and meaning in OVER:
        return _taken(before, to, None)
    if any(mark_in(text(note, "text")) == mark_of(message.id) for note in notes_of(before)):
        return _taken(before, to, None)  # it was said; only the answer never came
    body, asked = rendering.changed(message), _asked(message, meaning)
    named = rendering.fields_of(message, to.ways.fields)
    after = before
    try:
        whole = {**body, **named}
        after = _moved(server, id, message, whole, asked) if asked else server.patch(id, whole) if whole else before
    except NotTaken as refused:
        if not ((asked or named) and refused.forever and not refused.credential):
            raise
        # They keep this step to themselves; the words still have to reach them.
        after, asked = (server.patch(id, body) if body else before), ""
    return _taken(after, to, text(after, "status") if asked else None)


def _theirs(server: Server, to: Speaking) -> Body:
    found = server.read(to.their_id) if to.their_id else server.find(to.token)
    if found is None:
        raise NotTaken("Their ticket of this case is gone, or our key may not read it any more.", forever=True)
    return found


def _asked(message: Message, meaning: Meaning) -> str:
    only_from = rendering.ONLY_FROM.get(message.kind)
    return rendering.ASKS.get(message.kind, "") if only_from is None or meaning in only_from else ""


def _moved(server: Server, id: str, message: Message, body: Body, asked: str) -> Body:
    reason = message.words.strip() or comment_of(message)
    if server.has_actions and message.kind in rendering.ACTIONS:
        if body:
            server.patch(id, body)
        return server.act(id, rendering.ACTIONS[message.kind], {"reason": reason})
    return server.patch(id, {**body, "status": asked, "statusChangeReason": reason})


def _taken(ticket: Body, to: Speaking, moved_to: str | None) -> Taken:
    """A state that we moved must not come back as news; what they said meanwhile is still to be read."""
    version = ""
    if moved_to is not None and to.version:
        before = Read.of(to.version)
        version = str(Read(moved_to, before.newest, before.spoken))
    return Taken(text(ticket, "id"), text(ticket, "id")[:60], text(ticket, "status"), version)


def _changed(server: Server, since: datetime, known: dict[str, Ticket]) -> Iterable[Body]:
    """By their lists; where a server cannot be asked for changes, each ticket that we follow is read."""
    try:
        return list(server.changed(since))
    except NotTaken as refused:
        if not refused.forever or refused.credential:
            raise
    return [server.read(id) for id in known]


def _fetched_by(server: Server) -> Callable[[str], bytes]:
    """Only from the partner's own server does a file come with our key."""
    home = urlsplit(server.to.ways.endpoint)

    def fetch(url: str) -> bytes:
        there = urlsplit(url)
        if (there.scheme, there.netloc) != (home.scheme, home.netloc):
            raise NotTaken("It is kept elsewhere.", forever=True)
        return server.content(url)

    return fetch
