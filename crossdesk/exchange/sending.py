"""Taking each lane's due head from the outbox and sending it, once, whoever else is at it."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from crossdesk.access import Invalid, NotAllowed, Refused
from crossdesk.cases import leg_work
from crossdesk.cases.lifecycle import LegStage
from crossdesk.exchange import hands
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses, mail_server
from crossdesk.exchange.posting import NotTaken, post
from crossdesk.kit.time import now
from crossdesk.notices import delivery
from crossdesk.threads.viewer import Viewer, verbs

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)
MOST_ATTEMPTS = 30
"""With these waits, four days and a half: longer than a weekend on which nobody mends a mail server."""

log = logging.getLogger(__name__)
State = OutboxItem.State


def send_due(clock: Callable[[], datetime] = now, most: int = 200) -> int:
    """Sends what is due; answers how many letters the mail server took."""
    with verbs():
        server = mail_server()
    if not server:
        log.warning("No mail server is configured, so letters wait: set CROSSDESK_SMTP_URL.")
        return 0
    count = 0
    for _ in range(most):
        state = _send_next(server, clock)
        if state is None:
            break
        count += state == State.SENT
    return count


def _send_next(server: str, clock: Callable[[], datetime]) -> str | None:
    """The row stays locked until its fate is written, so nobody else sends it; a crash leaves it to be sent again
    under the same Message-ID."""
    with verbs():
        item = _due_head(clock())
        if item is None:
            return None
        item.attempts += 1
        try:
            letter = write_letter(item, clock())
            envelope_from = addresses().bounce_address(Kind.LETTER, item.pk)
            post(letter, envelope_from=envelope_from, to=item.to_address, server=server)
        except NotTaken as trouble:
            not_taken(item, trouble, clock())
        except Refused as refused:
            not_taken(item, NotTaken(refused.sentence, forever=True), clock())
        else:
            taken(item, clock())
        item.save()
        return item.state


def _due_head(at: datetime) -> OutboxItem | None:
    ahead = OutboxItem.objects.filter(lane=OuterRef("lane"), number__lt=OuterRef("number"), state__in=OutboxItem.UNSENT)
    due = OutboxItem.objects.filter(~Exists(ahead), state__in=OutboxItem.UNSENT, next_try_at__lte=at)
    heads = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_try_at", "pk")
    recipient = ("recipient__briefing__incident__lead", "recipient__party", "recipient__subscription")
    work = ("maintenance__desk", "subscription__party")
    return heads.select_related("leg__from_desk", "leg__to_desk", "leg__case", "case__owner", *recipient, *work).first()


def taken(item: OutboxItem, at: datetime) -> None:
    item.state, item.sent_at, item.last_error = State.SENT, at, ""
    if item.recipient:
        delivery.sent(item.recipient, at)
    if item.leg and item.leg.stage == LegStage.SENDING:
        with suppress(Refused), transaction.atomic():
            leg_work.deliver(item.leg, by=hands.of_crossdesk(item.leg.from_desk), at=at)


def not_taken(item: OutboxItem, trouble: NotTaken, at: datetime) -> None:
    item.last_error = trouble.because[:500]
    if trouble.forever or item.attempts >= MOST_ATTEMPTS:
        item.state = State.DEAD
        _tell_undelivered(item, at)
        return
    item.state = State.FAILED
    item.next_try_at = at + wait_after(item.attempts)


def wait_after(attempts: int) -> timedelta:
    """Twice as long each time, and never quite the same for two letters."""
    wait: timedelta = min(FIRST_WAIT * int(2 ** min(attempts - 1, 12)), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311


def _tell_undelivered(item: OutboxItem, at: datetime) -> None:
    if item.recipient:
        delivery.bounced(item.recipient, item.last_error, at)
    if item.leg is None or item.leg.settled:
        return
    with suppress(Refused), transaction.atomic():
        because = f"The letter to {item.leg.to_desk} cannot be delivered. {item.last_error}"
        leg_work.bounce(item.leg, by=hands.of_crossdesk(item.leg.from_desk), at=at, words=because)


def returned(item: OutboxItem, because: str, at: datetime) -> None:
    """The mail server took it and later sent it back."""
    item.state, item.last_error = State.DEAD, because[:500]
    item.save(update_fields=["state", "last_error"])
    _tell_undelivered(item, at)


def send_again(item: OutboxItem, *, by: Viewer, at: datetime) -> None:
    """After a person mended what was wrong: to the desk's address as the directory has it now."""
    with verbs():
        known = OutboxItem.objects.select_for_update(of=("self",))
        item = known.select_related("leg__to_desk", "case", "recipient__briefing__incident").get(pk=item.pk)
        if not by.works_at(item.sender.pk):
            raise NotAllowed("Only the desk that wrote this letter can send it again.")
        if item.case and item.case.restricted:
            raise Invalid("No letter is sent about a case that is restricted to named people.")
        if item.state == State.STOPPED:
            raise Invalid(f"This letter is not sent again. {item.last_error}")
        if item.state != State.DEAD:
            raise Invalid("This letter is on its way; only one that cannot be delivered is sent again.")
        if item.leg and item.leg.to_desk.address:
            item.to_address = item.leg.to_desk.address
        item.state, item.attempts, item.next_try_at, item.raw = State.WAITING, 0, at, None
        item.save()
        if item.recipient:
            delivery.tried_again(item.recipient, at)
