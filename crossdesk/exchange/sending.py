"""Taking each lane's due head from the outbox and sending it, once, whoever else is at it.

Three steps: it is claimed and written in one transaction, leaves outside of any, and its fate is written in another.
Whoever stops in between leaves it to be sent again under the same id once the claim runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from crossdesk.access import Invalid, NotAllowed, Refused
from crossdesk.cases import leg_work
from crossdesk.cases.lifecycle import LegStage
from crossdesk.exchange import hands, speaking
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses, mail_server
from crossdesk.exchange.posting import post
from crossdesk.exchange.waits import MOST_ATTEMPTS, wait_after
from crossdesk.kit.time import now
from crossdesk.notices import delivery
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import Viewer, verbs

LEASE = timedelta(minutes=2)
"""Longer than any of our patience with a server: until then whoever claimed it is still at it."""

log = logging.getLogger(__name__)
State = OutboxItem.State


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


@dataclass(frozen=True)
class Claimed:
    pk: int
    leaving: Letter | speaking.Spoken | Unwritten | None
    """None: its line rests or is paused, so it waits."""
    state: str


def send_due(clock: Callable[[], datetime] = now, most: int = 200) -> int:
    """Sends what is due; answers how much was taken at the other end."""
    with verbs():
        server = mail_server()
    if not server:
        log.warning("No mail server is configured, so letters wait: set CROSSDESK_SMTP_URL.")
    count = 0
    for _ in range(most):
        claimed = _claim(server, clock())
        if claimed is None:
            break
        count += (_leave(claimed, clock) if claimed.leaving else claimed.state) == State.SENT
    return count


def next_due(at: datetime) -> datetime | None:
    """When the next head is to be tried; nothing that somebody is at already."""
    with verbs():
        heads = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, next_try_at__gt=at)
        return heads.order_by("next_try_at").values_list("next_try_at", flat=True).first()


def _claim(server: str, at: datetime) -> Claimed | None:
    with verbs():
        item = _due_head(server, at)
        if item is None:
            return None
        if item.link and (until := speaking.waits_until(item.link, at)):
            item.next_try_at = until
            item.save(update_fields=["next_try_at"])
            return Claimed(item.pk, None, item.state)
        item.attempts += 1
        item.leased_until = item.next_try_at = at + LEASE
        leaving: Letter | speaking.Spoken | Unwritten
        try:
            leaving = speaking.prepare(item, item.link, at) if item.link else _letter(item, server, at)
        except (NotTaken, Refused) as trouble:
            leaving = Unwritten(trouble if isinstance(trouble, NotTaken) else NotTaken(trouble.sentence, forever=True))
        item.save()
        return Claimed(item.pk, leaving, item.state)


def _letter(item: OutboxItem, server: str, at: datetime) -> Letter:
    content = write_letter(item, at)
    return Letter(content, addresses().bounce_address(Kind.LETTER, item.pk), item.to_address, server)


def _due_head(server: str, at: datetime) -> OutboxItem | None:
    due = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, next_try_at__lte=at)
    if not server:
        due = due.filter(link__isnull=False)
    found = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True).first()
    return _whole(found) if found else None


def locked(pk: int) -> OutboxItem:
    """What it is about comes first, as for every verb that adds to its lane: else two would wait for each other."""
    threads = OutboxItem.objects.values_list("case", "recipient__briefing__incident").get(pk=pk)
    for thread in filter(None, threads):
        Thread.objects.select_for_update().get(pk=thread)
    return _whole(OutboxItem.objects.select_for_update().get(pk=pk))


ABOUT = {
    "case_id": ("case__owner__owner", "case__raiser"),
    "leg_id": ("leg__from_desk__owner", "leg__to_desk__owner", "leg__case"),
    "link_id": ("link__line",),
    "recipient_id": ("recipient__briefing__incident__lead", "recipient__party", "recipient__subscription"),
    "incident_id": ("incident__lead",),
    "maintenance_id": ("maintenance__desk",),
    "subscription_id": ("subscription__party",),
}


def _whole(item: OutboxItem) -> OutboxItem:
    """With what it is about and with nothing else: planning a join with all it might be about outlasts the sending."""
    about = [name for key, names in ABOUT.items() if getattr(item, key) for name in names]
    return OutboxItem.objects.select_related(*about).get(pk=item.pk)


def _leave(claimed: Claimed, clock: Callable[[], datetime]) -> str:
    assert claimed.leaving is not None
    fate: Callable[[OutboxItem, datetime], None]
    try:
        fate = partial(taken, answer=claimed.leaving.leave())
    except NotTaken as trouble:
        fate = partial(not_taken, trouble=trouble)
    return _settle(claimed.pk, fate, clock())


def _settle(pk: int, fate: Callable[[OutboxItem, datetime], None], at: datetime) -> str:
    """It may have been stopped while it left; what the other end did is then still what is told."""
    with verbs():
        item = locked(pk)
        item.leased_until = None
        fate(item, at)
        return item.state


def taken(item: OutboxItem, at: datetime, answer: object) -> None:
    item.state, item.sent_at, item.last_error = State.SENT, at, ""
    item.save()
    if item.recipient:
        delivery.sent(item.recipient, at)
    if item.leg and item.to_its_desk and item.leg.stage == LegStage.SENDING:
        with suppress(Refused), transaction.atomic():
            leg_work.deliver(item.leg, by=hands.of_crossdesk(item.leg.from_desk), at=at)
    if item.link:
        speaking.taken(item, item.link, answer, at)


def not_taken(item: OutboxItem, at: datetime, trouble: NotTaken) -> None:
    """Stopped by somebody meanwhile, it is not tried again."""
    if item.state not in OutboxItem.UNSENT:
        item.save()
        return
    item.last_error = trouble.because[:500]
    if item.link:
        speaking.line_trouble(item.link.line, trouble, at)
    if (trouble.forever and not trouble.credential) or item.attempts >= MOST_ATTEMPTS:
        item.state, item.leased_until = State.DEAD, None
        item.save()
        _tell_undelivered(item, at)
        return
    item.state, item.leased_until = State.FAILED, None
    item.next_try_at = at + max(wait_after(item.attempts), trouble.retry_after or timedelta())
    item.save()


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
        if item.state != State.DEAD:
            raise Invalid("It is on its way; only what cannot be delivered is sent again.")
        if item.leg and item.leg.to_desk.address and not item.link:
            item.to_address = item.leg.to_desk.address
        item.state, item.attempts, item.next_try_at = State.WAITING, 0, at
        item.raw = item.raw if item.link else None
        item.save()
        if item.recipient:
            delivery.tried_again(item.recipient, at)
