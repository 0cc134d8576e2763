"""Messages that a person carries: typed into the other desk's portal, or said on the telephone. They stand in the same
outbox as all others, wait for a person instead of a worker, and say who did it and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LEG_MOVES, LegStage
from crossdesk.desks.ways import Channel
from crossdesk.exchange import origin, settling
from crossdesk.exchange.carrying import letter_of
from crossdesk.exchange.heads import locked
from crossdesk.exchange.links import Link, ways_of
from crossdesk.exchange.messages.message import Message, read_message
from crossdesk.exchange.messages.writing import message_of
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.packs import title_of
from crossdesk.kit.time import in_full
from crossdesk.threads.viewer import Viewer, verbs

State = OutboxItem.State
OLDEST_CALL = timedelta(days=31)


@dataclass(frozen=True)
class Carried:
    """What a person tells of it. On the telephone: with whom and when; both: their number and what they said."""

    number: str = ""
    spoke_with: str = ""
    said_at: datetime | None = None
    words: str = ""


def to_carry(viewer: Viewer) -> QuerySet[OutboxItem]:
    """What waits for a person of these desks, the longest waiting first. The database shows a desk its own alone."""
    whole = ("case", "link", "leg__to_desk__owner", "leg__from_desk")
    waiting = OutboxItem.objects.filter(state=State.BY_HAND, leg__from_desk__in=viewer.desks)
    return waiting.select_related(*whole).defer("raw", "body").order_by("created_at", "pk")


def of_leg(leg: Leg) -> list[OutboxItem]:
    """Everything that was or is carried on this leg, in its order; where a machine speaks, what it could not say."""
    by_agreement = Q(link__channel__in=[each for each in Channel if each.by_hand])
    items = OutboxItem.objects.filter(by_agreement | Q(state=State.BY_HAND) | ~Q(handled_by=""), leg=leg)
    return list(items.select_related("link", "leg__to_desk", "entry").order_by("number"))


def asks_first(items: list[OutboxItem]) -> bool:
    """Reading a list of identifiers leaves an entry, so a pack that has one is opened by a button and not by a look."""
    return any(each.raw is None and each.entry.facts.get("reference_sets") for each in items)


def opened(items: list[OutboxItem], at: datetime) -> list[Message]:
    """The messages, written the first time and kept, so that all see and carry the same words."""
    return [read_message(bytes(each.raw if each.raw is not None else _written(each.pk, at))) for each in items]


def _written(pk: int, at: datetime) -> bytes:
    with verbs():
        whole = ("link__line__agreement", "leg__from_desk__owner", "leg__to_desk__owner", "leg__case", "case__owner")
        item = OutboxItem.objects.select_for_update(of=("self",)).select_related(*whole).get(pk=pk)
        if item.raw is None:
            message = message_of(item, item.link, ways_of(item.link, at), at) if item.link else letter_of(item, at)
            item.raw, item.subject, item.body = message.encoded(), title_of(message)[:200], message.words
            item.save(update_fields=["raw", "subject", "body"])
        return bytes(item.raw)


def carried(item: OutboxItem, said: Carried, *, by: Viewer, at: datetime) -> None:
    """Somebody did it. The first time this delivers the leg; their number, or a person's word, acknowledges it."""
    with verbs():
        item = _claimed(item, by)
        link, leg = item.link, item.leg
        assert leg is not None
        if link and link.channel == Channel.PHONE:
            _whom_and_when(said, at)
        item.state, item.sent_at, item.last_error = State.SENT, said.said_at or at, ""
        item.handled_by, item.handled_note = (
            f"{by.name}, {by.party_name}"[:160],
            _told(said, leg, link is not None and link.channel == Channel.PORTAL, at)[:500],
        )
        item.save()
        # What was said with it is not carried there once more.
        with origin.coming_over(link.pk) if link else origin.carrying_on(leg.pk):
            _on_the_leg(leg, link, said, item.handled_note, by, at)


def take_over(item: OutboxItem, *, by: Viewer, at: datetime) -> None:
    """What a machine could not say is carried by a person this time, in the words it would have had."""
    with verbs():
        held = settling.dead(item, by)
        if held.link is None or held.leg is None:
            raise Invalid(settling.DEALT_WITH)
        held.state, held.last_error = State.BY_HAND, f"{by.name} took it over: {held.last_error}"[:500]
        held.save(update_fields=["state", "last_error"])


def not_needed(item: OutboxItem, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why they need not be told; whoever asks for it later reads that.")
    with verbs():
        item = _claimed(item, by)
        if item.leg and item.leg.stage == LegStage.SENDING:
            raise Invalid("They know nothing of the case yet: tell them first, or withdraw the engagement.")
        item.state, item.last_error = State.STOPPED, why.strip()[:500]
        item.handled_by = f"{by.name}, {by.party_name}"[:160]
        item.save()


def _claimed(item: OutboxItem, by: Viewer) -> OutboxItem:
    """Locked, and the first of those that wait on its leg."""
    found = locked(item.pk)
    if not by.works_at(found.sender.pk):
        raise NotAllowed(f"Only {found.sender} tells {found.leg.to_desk if found.leg else 'them'} this.")
    if found.state != State.BY_HAND:
        who = f" by {found.handled_by}" if found.handled_by else ""
        raise Invalid(f"This was done already{who}; nothing is left to do with it.")
    earlier = OutboxItem.objects.filter(lane=found.lane, number__lt=found.number, state=State.BY_HAND)
    if before := earlier.order_by("number").first():
        raise Invalid(f"Tell them in order: “{before.subject or before.kind}” comes first.")
    return found


def _whom_and_when(said: Carried, at: datetime) -> None:
    if not said.spoke_with.strip():
        raise Invalid("Say with whom you spoke.")
    if said.said_at is None or said.said_at > at:
        raise Invalid("Say when you spoke with them: a time that has been.")
    if said.said_at < at - OLDEST_CALL:
        raise Invalid("That call was more than a month ago; tell them again.")


def _told(said: Carried, leg: Leg, portal: bool, at: datetime) -> str:
    if said.spoke_with.strip():
        with_whom = f"Told {said.spoke_with.strip()} of {leg.to_desk} by telephone, {in_full(said.said_at or at)}."
    else:
        with_whom = f"Keyed into the portal of {leg.to_desk}." if portal else f"Carried by hand to {leg.to_desk}."
    return " ".join([with_whom, *([f"They said: {said.words.strip()}"] if said.words.strip() else [])])


def _on_the_leg(leg: Leg, link: Link | None, said: Carried, note: str, by: Viewer, at: datetime) -> None:
    number = " ".join(said.number.split())[:60]
    if number:
        if link:
            Link.objects.filter(pk=link.pk).update(their_number=number)
        Leg.objects.filter(pk=leg.pk).update(their_reference=number)
        leg.their_reference = number
    if leg.settled:
        return
    heard = bool(number or said.spoke_with.strip())
    if leg.stage == LegStage.SENDING:
        leg_work.deliver(leg, by=by, at=at)
        leg.refresh_from_db()
    if heard and LegStage(leg.stage) in LEG_MOVES["acknowledge"].origin:
        leg_work.acknowledge(leg, by=by, at=at, their_reference=number, words=note)
    elif said.spoke_with.strip() or said.words.strip():
        with transaction.atomic():
            leg_work.update(leg, by=by, at=at, words=note, happened_at=said.said_at)
