"""What a person decides about a message that did not get through, in either direction. Each decision has a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import writing
from crossdesk.cases.models import Case
from crossdesk.exchange import braking, hands, hearing, origin, outbox
from crossdesk.exchange.heads import locked
from crossdesk.exchange.links import Link
from crossdesk.exchange.messages.message import Message, read_message
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs

State, Fate = OutboxItem.State, InboxItem.Fate
DEALT_WITH = "Somebody has dealt with this already, or it is on its way; look at it again."


def settle(item: OutboxItem, *, why: str, by: Viewer, at: datetime) -> None:
    """Told them another way: it does not leave any more, and what waited behind it does."""
    with verbs():
        held = dead(item, by)
        if not why.strip():
            raise Invalid("Say how they were told, or why they need not be; whoever asks for it later reads that.")
        held.state, held.last_error = State.STOPPED, f"{by.name}: {why.strip()}"[:500]
        held.save(update_fields=["state", "last_error"])


def send_by_mail(item: OutboxItem, *, by: Viewer, at: datetime) -> OutboxItem:
    """The same entry as a letter to the desk's nominated address, in the place of the message."""
    with verbs():
        held = dead(item, by)
        leg = held.leg
        if held.fell_at:
            raise Invalid("It went another way already; that is done once for each message.")
        if held.link is None or leg is None:
            raise Invalid("This is a letter already; correct the address in the directory and send it again.")
        if not leg.to_desk.address:
            raise Invalid(f"{leg.to_desk} has no nominated address; record one in the directory first.")
        kind = outbox.TO_THE_DESK.get(held.entry.kind, "message")
        letter = outbox.put(
            held.entry, kind, leg.case, leg.to_desk.address, leg.to_desk.seat_id, leg=leg, at=at, instead_of=held
        )
        held.state, held.last_error, held.fell_at = State.STOPPED, f"{by.name} sent it as a letter instead."[:500], at
        held.save(update_fields=["state", "last_error", "fell_at"])
        return letter


def let_go(item: OutboxItem, *, by: Viewer, at: datetime) -> None:
    """What a brake holds leaves, because a person says that no two machines answer each other."""
    with verbs():
        braking.let_go(locked(item.pk), by=by, at=at)


def dead(item: OutboxItem, by: Viewer) -> OutboxItem:
    """Locked, for its desk to decide about."""
    found = locked(item.pk)
    if not by.works_at(found.sender.pk):
        raise NotAllowed("Only the desk that wrote this decides about it.")
    if found.state != State.DEAD:
        raise Invalid(DEALT_WITH)
    return found


def apply_again(item: InboxItem, *, by: Viewer, at: datetime) -> InboxItem:
    """After whatever stood in its way was changed: the case reopened, the leg taken up."""
    with verbs():
        held = _refused(item, by)
        held.fate = Fate.WAITING
        held.save(update_fields=["fate"])
    hearing.apply(item.pk, at)
    with verbs():
        return InboxItem.objects.get(pk=item.pk)


def note(item: InboxItem, *, by: Viewer, at: datetime) -> InboxItem:
    """Its words on the case, for the readers of the conversation it belongs to; nothing moves."""
    with verbs():
        held = _refused(item, by)
        if held.link is None:
            raise Invalid("It belongs to no case that is known here; set it aside, or ask them to raise it.")
        message = read_message(bytes(held.content))
        held.entry = _written(held.link, message, at)
        _decided(held, Fate.APPLIED, "Noted on the case; nothing moved.", by, at)
        return held


def _written(link: Link, message: Message, at: datetime) -> Entry:
    case = Case.objects.select_related("owner", "raiser").get(pk=link.case_id)
    name = message.sender.author or message.sender.desk or "Their tool"
    by = hands.of_desk(link.leg.to_desk, name) if link.leg else hands.of_party(case.raiser, name)
    to = f"leg:{link.leg_id}" if link.leg_id else "raiser"
    with origin.coming_over(link.pk), transaction.atomic():
        return writing.write(case, to=to, words=message.words or "They wrote without words.", by=by, at=at)


def set_aside(item: InboxItem, *, why: str, by: Viewer, at: datetime) -> InboxItem:
    if not why.strip():
        raise Invalid("Say why it is set aside; whoever asks for it later reads that.")
    with verbs():
        held = _refused(item, by)
        _decided(held, Fate.SET_ASIDE, why.strip(), by, at)
        return held


def _refused(item: InboxItem, by: Viewer) -> InboxItem:
    held = InboxItem.objects.select_for_update(of=("self",)).select_related("link__leg__to_desk").get(pk=item.pk)
    if not set(held.seats) & set(by.own_seats):
        raise NotAllowed("This message was not said to your desk.")
    if held.fate not in {Fate.REFUSED, Fate.WAITING}:
        raise Invalid(f"Somebody has dealt with this message already: {held.why}")
    return held


def _decided(held: InboxItem, fate: str, why: str, by: Viewer, at: datetime) -> None:
    held.fate, held.why, held.decided_by, held.decided_at = fate, why[:500], f"{by.name}, {by.party_name}"[:160], at
    held.save()
