"""Saying one outbox item to another organisation's machine: written, said, and what followed from the answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction

from crossdesk.access import Refused
from crossdesk.cases import leg_work
from crossdesk.cases.lifecycle import LegStage
from crossdesk.desks.models import Terms
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import falling, hands, lines
from crossdesk.exchange.channels import Adapter, NotTaken, Speaking, Taken, adapter, fields, in_turn
from crossdesk.exchange.enclosing import pieces_of
from crossdesk.exchange.lines import Line, secrets_of
from crossdesk.exchange.links import Link, exchanging, terms_of
from crossdesk.exchange.messages.message import File, Kind, Message, read_message
from crossdesk.exchange.messages.writing import message_of
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.waits import LONGEST_WAIT
from crossdesk.threads.viewer import viewing

MOST_HOPS = 3
"""Installations a message may pass: more, and it goes round in a circle."""


@dataclass(frozen=True)
class Spoken:
    """Ready to be said, outside of any transaction."""

    message: Message
    to: tuple[Speaking, ...]
    """By each live credential in turn, the newest first."""
    by: Adapter
    files: tuple[IO[bytes], ...] = ()
    """On disk, for whoever leaves knows no database."""

    def leave(self) -> Taken:
        try:
            return in_turn(self.to, lambda each: self.by.deliver(self.message, each))
        finally:
            for each in self.files:
                each.close()


def waits_until(link: Link, at: datetime) -> datetime | None:
    """When it is worth trying again, for a line that is paused or rests."""
    if link.line.paused_at:
        return at + LONGEST_WAIT  # mending the credential makes everything due at once
    resting = link.line.resting_until
    return resting if resting and resting > at else None


@dataclass(frozen=True)
class Agreed:
    """What was agreed with each line and its credentials, read once for all that is claimed together."""

    at: datetime
    known: dict[int, tuple[Terms | None, list[str]]] = field(default_factory=dict)

    def on(self, link: Link) -> tuple[Ways, list[str]]:
        line = link.line
        if line.pk not in self.known:
            self.known[line.pk] = terms_of(line, self.at), [secret for _, secret in secrets_of(line)]
        terms, secrets = self.known[line.pk]
        return exchanging(link, terms), secrets


def prepare(item: OutboxItem, link: Link, agreed: Agreed, at: datetime) -> Spoken:
    """The bytes are kept, so that a second attempt says the same thing under the same id."""
    ways, secrets = agreed.on(link)
    if item.raw is None:
        message = message_of(item, link, ways, at)
        if message.hops > MOST_HOPS:
            raise NotTaken("The case has been passed between too many installations; look for the circle.", True)
        if ways.fields and message.kind is Kind.RAISE:
            sent = fields.sent(message, ways.fields)
            ours = {name: {"said": raw, "there": True} for name, raw in sent.items()}
            Link.objects.filter(pk=link.pk).update(their_fields=sent, our_fields=ours)
        item.raw, item.subject, item.body = message.encoded(), f"{message.kind} {link.token}"[:200], message.words
    message = read_message(bytes(item.raw))
    beside = {each.sha256: spooled(item, each) for each in message.files if each.beside}
    said = [
        Speaking(
            ways,
            secret,
            link.token,
            link.their_id,
            link.their_number,
            link.their_version,
            beside,
            tried_before=item.attempts > 1,
        )
        for secret in secrets
    ]
    return Spoken(message, tuple(said), adapter(link.channel), tuple(beside.values()))


def spooled(item: OutboxItem, file: File) -> IO[bytes]:
    """A file with the eyes of who will have it, piece by piece; shorter than it should be where it was erased."""
    content = TemporaryFile()  # noqa: SIM115 - closed by who leaves
    with viewing(hands.reader(item.reader_seat)):
        for piece in pieces_of(item.entry, file.sha256):
            content.write(piece)
    content.flush()
    return content


def taken(item: OutboxItem, link: Link, answer: object, at: datetime) -> None:
    lines.answered(link.line, at)
    if not isinstance(answer, Taken):
        return
    if answer.left:
        item.last_error = f"It crossed, but not all of it. {answer.left}"[:500]
        item.save(update_fields=["last_error"])
    if link.on_the_way:
        arrived(item, link)
    falling.found_later(item, link, answer.their_number or answer.their_id, at)
    known(link, their_id=answer.their_id, their_number=answer.their_number, version=answer.version)
    delivered = item.leg is not None and item.leg.stage == LegStage.DELIVERED
    # Their number is their word that they have it; another Crossdesk says so itself.
    if answer.their_number and delivered and link.channel != Channel.CROSSDESK:
        acknowledge(item, answer.their_number, at)


def arrived(item: OutboxItem, link: Link) -> None:
    """Fields that this message said: they stand there now, and reading them is no news."""
    now = Link.objects.select_for_update(no_key=True).get(pk=link.pk)
    for each in read_message(bytes(item.raw or b"")).fields:
        now.their_fields[each.name] = each.raw
        if now.our_fields.get(each.name, {}).get("said") == each.raw:
            now.our_fields[each.name]["there"] = True
    now.save(update_fields=["their_fields", "our_fields"])


def acknowledge(item: OutboxItem, number: str, at: datetime) -> None:
    assert item.leg is not None
    with suppress(Refused), transaction.atomic():
        by = hands.of_desk(item.leg.to_desk, str(item.leg.to_desk))
        leg_work.acknowledge(item.leg, by=by, at=at, their_reference=number)


def known(link: Link, *, their_id: str = "", their_number: str = "", version: str = "", state: str = "") -> None:
    """What is said about their ticket; nothing said leaves what was known."""
    said = {"their_id": their_id[:200], "their_number": their_number[:60], "their_version": version[:80]}
    said["their_state"] = state[:80]
    Link.objects.filter(pk=link.pk).update(**{name: value for name, value in said.items() if value})


def line_trouble(line: Line, trouble: NotTaken, at: datetime) -> None:
    """A refused credential stops the whole line and is told once; a silent server lets it rest."""
    if trouble.credential:
        if lines.pause(line, trouble.because, at):
            tell_paused(line, trouble.because, at)
    elif trouble.forever:
        lines.answered(line, at)  # it answered, if only with a refusal of this one
    else:
        lines.failed(line, trouble.because, at)


def tell_paused(line: Line, because: str, at: datetime) -> None:
    """Every open leg on it, so that its desk sees why nothing moves."""
    for link in line.links.filter(leg__settled_at=None, leg__isnull=False).select_related("leg__from_desk")[:200]:
        assert link.leg is not None
        words = f"Nothing more is sent to {link.leg.to_desk} until a credential is mended. {because}"
        with suppress(Refused), transaction.atomic():
            leg_work.bounce(link.leg, by=hands.of_crossdesk(link.leg.from_desk), at=at, words=words)
