"""Taking each lane's due head from the outbox and sending it, once, whoever else is at it.

Four steps: heads are claimed together, each is written in a transaction of its own, they leave side by side outside of
any, and the fate of each is written in another. Whoever stops in between leaves it to be sent again under the same id
once the claim runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from crossdesk.access import Invalid, NotAllowed, Refused
from crossdesk.cases import leg_work
from crossdesk.cases.lifecycle import LegStage
from crossdesk.exchange import braking, falling, hands, speaking
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.heads import FOLLOWED, KEYS, SPOKEN, Head, locked, locked_head
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses, mail_server
from crossdesk.exchange.posting import post
from crossdesk.exchange.waits import LONGEST_WAIT, MOST_ATTEMPTS, wait_after
from crossdesk.kit.time import now
from crossdesk.notices import delivery
from crossdesk.threads.viewer import Viewer, verbs

LEASE = timedelta(minutes=2)
"""Longer than any of our patience with a server: until then whoever claimed it is still at it."""
AT_ONCE = 8
"""Lanes that leave side by side, so that a partner far away or slow to answer holds up nobody else."""

log = logging.getLogger(__name__)
State = OutboxItem.State
FATE = ["state", "sent_at", "last_error", "leased_until", "next_try_at"]


@dataclass(frozen=True)
class Letter:
    """Ready to leave for the mail server."""

    content: bytes
    envelope_from: str
    to: str
    server: str

    def leave(self) -> None:
        post(self.content, envelope_from=self.envelope_from, to=self.to, server=self.server)


@dataclass(frozen=True)
class Unwritten:
    """It could not even be written; its fate is decided like that of what was not taken."""

    because: NotTaken

    def leave(self) -> None:
        raise self.because


Leaving = Letter | speaking.Spoken | Unwritten
Fate = Callable[[OutboxItem, datetime], None]


@dataclass
class Round:
    """One look at the outbox. What leaves does so in threads that know no database."""

    server: str
    clock: Callable[[], datetime]
    pool: ThreadPoolExecutor
    flying: dict[Future[Fate], Head] = field(default_factory=dict)
    answering: set[int] = field(default_factory=set)
    """Lines that answered. Any other is tried by one message at a time: a server that is down, or refuses our
    credential, is not asked eight times before we know."""

    @property
    def room(self) -> int:
        return AT_ONCE - len(self.flying)

    @property
    def tried(self) -> list[int]:
        return [head.line for head in self.flying.values() if head.line and head.line not in self.answering]

    @property
    def posting(self) -> bool:
        """Letters leave one after the other, in their order."""
        return any(head.line is None for head in self.flying.values())

    def claim(self, most: int) -> int:
        """Answers how many it took; they are on their way."""
        at = self.clock()
        heads, agreed = self._claimed(min(most, self.room), at), speaking.Agreed(at)
        for head in heads:
            if leaving := _written(head, self.server, agreed, at):
                self.flying[self.pool.submit(_fate_of, leaving)] = head
        return len(heads)

    def _claimed(self, most: int, at: datetime) -> list[Head]:
        with verbs():
            due = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, next_try_at__lte=at)
            if self.posting or not self.server:
                due = due.filter(link__isnull=False)
            if self.tried:
                due = due.exclude(link__line__in=self.tried)
            rows = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True, of=("self",)).values(*KEYS)
            heads = self._one_to_try([Head.read(row) for row in rows[:most]])
            claimed = OutboxItem.objects.filter(pk__in=[head.pk for head in heads])
            claimed.update(attempts=F("attempts") + 1, leased_until=at + LEASE, next_try_at=at + LEASE)
            return heads

    def _one_to_try(self, heads: list[Head]) -> list[Head]:
        first = {head.line: head for head in reversed(heads)}
        return [head for head in heads if head.line in self.answering or first[head.line] is head]

    def settle(self) -> int:
        """Waits until something has a fate; answers how much was taken."""
        done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
        return sum(self._settled(self.flying.pop(each), each.result()) for each in done)

    def _settled(self, head: Head, fate: Fate) -> bool:
        state = _settle(head, fate, self.clock())
        if head.line:
            (self.answering.add if state == State.SENT else self.answering.discard)(head.line)
        return state == State.SENT


def send_due(clock: Callable[[], datetime] = now, most: int = 200) -> int:
    """Sends what is due; answers how much was taken at the other end."""
    with verbs():
        server = mail_server()
    if not server:
        log.warning("No mail server is configured, so letters wait: set CROSSDESK_SMTP_URL.")
    count = 0
    with ThreadPoolExecutor(AT_ONCE, "sending") as pool:
        this = Round(server, clock, pool)
        while True:
            while most and this.room and (claimed := this.claim(most)):
                most -= claimed
            if not this.flying:
                return count
            count += this.settle()


def next_due(at: datetime) -> datetime | None:
    """When the next head is to be tried; nothing that somebody is at already."""
    with verbs():
        heads = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, next_try_at__gt=at)
        return heads.order_by("next_try_at").values_list("next_try_at", flat=True).first()


def _written(head: Head, server: str, agreed: speaking.Agreed, at: datetime) -> Leaving | None:
    """None: its line rests or is paused, or a brake is on, so it waits; or it was stopped meanwhile."""
    try:
        with verbs():
            item = locked_head(head, SPOKEN)
            if item.state not in OutboxItem.UNSENT:
                return None
            if until := _waits_until(item, at):
                item.next_try_at, item.leased_until, item.attempts = until, None, item.attempts - 1
                item.save(update_fields=["next_try_at", "leased_until", "attempts"])
                return None
            before, leaving = item.raw, _leaving(item, server, agreed, at)
            if item.raw is not before:
                item.save(update_fields=["raw", "subject", "body"])
            return leaving
    except (OperationalError, InterfaceError):
        raise
    except Exception as trouble:
        # Only the kind of trouble: its text can hold what the message says. Others do not wait for it.
        log.error("Item %s of the outbox cannot be written: %s", head.pk, type(trouble).__name__)
        return Unwritten(NotTaken(f"It cannot be written ({type(trouble).__name__})."))


def _waits_until(item: OutboxItem, at: datetime) -> datetime | None:
    if braking.holds(item, at):
        return at + LONGEST_WAIT  # letting it go makes everything due at once
    return speaking.waits_until(item.link, at) if item.link else None


def _leaving(item: OutboxItem, server: str, agreed: speaking.Agreed, at: datetime) -> Leaving:
    try:
        if item.link:
            return speaking.prepare(item, item.link, agreed, at)
        content = write_letter(item, at)
    except NotTaken as trouble:
        return Unwritten(trouble)
    except Refused as refused:
        return Unwritten(NotTaken(refused.sentence, forever=True))
    return Letter(content, addresses().bounce_address(Kind.LETTER, item.pk), item.to_address, server)


def _fate_of(leaving: Leaving) -> Fate:
    try:
        return partial(taken, answer=leaving.leave())
    except NotTaken as trouble:
        return partial(not_taken, trouble=trouble)
    except Exception as trouble:
        log.error("Something of the outbox cannot be sent: %s", type(trouble).__name__)
        return partial(not_taken, trouble=NotTaken(f"It cannot be sent ({type(trouble).__name__}).", unsure=True))


def _settle(head: Head, fate: Fate, at: datetime) -> str:
    """It may have been stopped while it left; what the other end did is then still what is told."""
    with verbs():
        item = locked_head(head, FOLLOWED)
        item.leased_until = None
        fate(item, at)
        return item.state


def taken(item: OutboxItem, at: datetime, answer: object) -> None:
    late = item.fell_at is not None
    item.state, item.sent_at, item.last_error = State.SENT, at, ""
    item.save(update_fields=FATE)
    if late:
        falling.delivered_late(item, at)
    if item.recipient:
        delivery.sent(item.recipient, at)
    if item.leg and item.leg.stage == LegStage.SENDING and item.to_its_desk:
        with suppress(Refused), transaction.atomic():
            leg_work.deliver(item.leg, by=hands.of_crossdesk(item.leg.from_desk), at=at)
    if item.link:
        speaking.taken(item, item.link, answer, at)


def not_taken(item: OutboxItem, at: datetime, trouble: NotTaken) -> None:
    """Stopped by somebody meanwhile, it is not tried again."""
    if item.state not in OutboxItem.UNSENT:
        item.save(update_fields=FATE)
        return
    item.last_error = trouble.because[:500]
    if item.link:
        speaking.line_trouble(item.link.line, trouble, at)
    if (trouble.forever and not trouble.credential) or item.attempts >= MOST_ATTEMPTS:
        item.state, item.leased_until = State.DEAD, None
        item.save(update_fields=FATE)
        _tell_undelivered(item, at)
        return
    item.state, item.leased_until = State.FAILED, None
    item.next_try_at = at + max(wait_after(item.attempts), trouble.retry_after or timedelta())
    item.save(update_fields=FATE)


def _tell_undelivered(item: OutboxItem, at: datetime) -> None:
    if item.recipient:
        delivery.bounced(item.recipient, item.last_error, at)
    if item.leg is None or item.leg.settled or not item.to_its_desk:
        return
    with suppress(Refused), transaction.atomic():
        because = f"What was sent to {item.leg.to_desk} cannot be delivered. {item.last_error}"
        leg_work.bounce(item.leg, by=hands.of_crossdesk(item.leg.from_desk), at=at, words=because)


def returned(item: OutboxItem, because: str, at: datetime) -> None:
    """The mail server took it and later sent it back."""
    item.state, item.last_error = State.DEAD, because[:500]
    item.save(update_fields=["state", "last_error"])
    _tell_undelivered(item, at)
    falling.came_back(item, at)


def send_again(item: OutboxItem, *, by: Viewer, at: datetime) -> None:
    """After a person mended what was wrong: to the desk's address as the directory has it now."""
    with verbs():
        item = locked(item.pk)
        if not by.works_at(item.sender.pk):
            raise NotAllowed("Only the desk that wrote this can send it again.")
        if item.case and item.case.restricted:
            raise Invalid("Nothing is sent about a case that is restricted to named people.")
        if item.state == State.STOPPED:
            raise Invalid(f"This is not sent again. {item.last_error}")
        if item.fell_at and item.link is None:
            raise Invalid("It went another way already; correct the address in the directory for what comes next.")
        if item.state != State.DEAD:
            raise Invalid("It is on its way; only what cannot be delivered is sent again.")
        if item.leg and item.leg.to_desk.address and not item.link:
            item.to_address = item.leg.to_desk.address
        item.state, item.attempts, item.next_try_at = State.WAITING, 0, at
        item.raw = item.raw if item.link else None
        item.save()
        if item.recipient:
            delivery.tried_again(item.recipient, at)
