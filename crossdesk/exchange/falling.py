"""When a message does not get through the way that was agreed: the next way of the agreement is taken, once for each
message and under the same id, and a person is told. By itself for the priorities the rules name; else by one press.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.legs import Leg
from crossdesk.cases.moving import settle
from crossdesk.desks.agreements import for_engagement
from crossdesk.desks.ways import Channel
from crossdesk.exchange import braking, hands, outbox
from crossdesk.exchange.heads import locked
from crossdesk.exchange.links import Link, ways_of
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses
from crossdesk.kit.time import in_full
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

State = OutboxItem.State
FELL, LATE, TOLD = "exchange.fallback", "exchange.late", "fallback"
OLDEST = timedelta(days=1)
"""What failed longer ago is a person's: whoever was to be told was told of it then."""
MOST = 100


@dataclass(frozen=True)
class Way:
    """Where a message can go instead."""

    channel: Channel
    where: str

    def __str__(self) -> str:
        return f"{self.channel.label}{f', {self.where}' if self.where else ''}"


def next_way(item: OutboxItem, at: datetime) -> Way | None:
    """The first fallback of its agreement that can be gone. A second machine has no address of its own there."""
    if item.leg is None:
        return None
    desk = item.leg.to_desk
    for channel in _fallbacks(item, item.leg, at):
        if channel is Channel.MAIL and item.link and desk.address and not addresses().is_ours(desk.address):
            return Way(channel, desk.address)
        if channel.by_hand:
            return Way(channel, desk.telephone if channel is Channel.PHONE else "")
    return None


def _fallbacks(item: OutboxItem, leg: Leg, at: datetime) -> tuple[Channel, ...]:
    """Of the agreement it goes by. A letter that went in the place of a message was one of them itself."""
    if item.link:
        return ways_of(item.link, at).fallbacks
    if item.instead_of and item.instead_of.link:
        return ways_of(item.instead_of.link, at).fallbacks
    terms = for_engagement(leg.to_desk, leg.from_desk.owner_id, at)
    return terms.exchange.fallbacks if terms and terms.exchange.channel is Channel.MAIL else ()


def fall_due(at: datetime) -> int:
    """What has waited too long, or was refused for good, of the priorities that the rules name."""
    return sum(_fall_by_itself(pk, at) for pk in list(_due(at)))


def _due(at: datetime) -> Iterator[int]:
    told = OutboxItem.objects.filter(leg__settled_at=None, fell_at=None, created_at__gt=at - OLDEST)
    for rule in rulebook.current().fallbacks.values():
        late = Q(head=True, state__in=OutboxItem.UNSENT, created_at__lte=at - timedelta(minutes=rule.minutes))
        message = Q(late | Q(state=State.DEAD), link__isnull=False)
        letter = Q(state=State.DEAD, link=None, reader_seat=F("leg__to_desk__seat"))
        with verbs():
            which = told.filter(message | letter, leg__isnull=False, case__priority=rule.priority)
            found = list(which.order_by("created_at", "pk").values_list("pk", flat=True)[:MOST])
        yield from found


def came_back(item: OutboxItem, at: datetime) -> None:
    """A letter, for good and perhaps long after it left: at once, where the rules name its priority."""
    if item.case and item.case.priority in {rule.priority for rule in rulebook.current().fallbacks.values()}:
        _fall_by_itself(item.pk, at)


def _fall_by_itself(pk: int, at: datetime) -> bool:
    """False where somebody is at it, it got through meanwhile, or a letter has no other way to go."""
    with verbs():
        item = locked(pk)
        if why_not_fall(item, at) or braking.on(item) or (item.link is None and next_way(item, at) is None):
            return False
        refused = item.state == State.DEAD
        because = item.last_error or "It was not delivered in time."
        why = f"It was refused for good: {because}" if refused else f"Not delivered since {in_full(item.created_at)}."
        _fall(item, why if refused or not item.last_error else f"{why} {because}", hands.of_crossdesk(item.sender), at)
        return True


def fall(item: OutboxItem, *, by: Viewer, at: datetime) -> Way:
    """A person's choice, in one press. Refused where no fallback can be gone; other ways stand beside it."""
    with verbs():
        held = locked(item.pk)
        if not by.works_at(held.sender.pk):
            raise NotAllowed("Only the desk that wrote this decides about it.")
        if why_not := why_not_fall(held, at):
            raise Invalid(why_not)
        way = next_way(held, at)
        if way is None:
            raise Invalid("The agreement names no fallback that can be gone; send it as a letter or carry it by hand.")
        _fall(held, held.last_error or "Somebody chose not to wait.", by, at)
        return way


def why_not_fall(item: OutboxItem, at: datetime) -> str | None:
    if item.leg is None or item.case is None or not item.to_its_desk:
        return "Only what is said to an engaged desk has another way to go."
    if item.case.restricted or item.leg.settled:
        return "Nothing more is said on this leg."
    if item.fell_at:
        return "It went another way already; that is done once for each message."
    if item.state not in {*(OutboxItem.UNSENT if item.link else ()), State.DEAD}:
        return "It got through, or somebody has dealt with it already."
    if item.leased_until and item.leased_until > at:
        return "It is being sent at this moment; look again in two minutes."
    return None


def _fall(item: OutboxItem, why: str, by: Viewer, at: datetime) -> None:
    """The caller has locked thread and message."""
    way, leg, case = next_way(item, at), item.leg, item.case
    assert leg is not None
    assert case is not None
    item.fell_at = at
    if way is None:
        words = f"{why} The agreement names no other way that can be gone, so a person has to: {_number(item)}."
    else:
        words = f"{why} It goes by {way} now, under the same id; nothing is said twice."
    if way and way.channel is Channel.MAIL:
        kind = outbox.TO_THE_DESK.get(item.entry.kind, "message")
        outbox.put(item.entry, kind, case, way.where, leg.to_desk.seat_id, leg=leg, at=at, instead_of=item)
        item.state, item.last_error = State.STOPPED, f"It went as a letter instead. {why}"[:500]
    elif way and item.link is None:
        outbox.put_by_hand(item, f"To be carried by {way.channel.label}. {why}"[:500], at)
    elif way:
        item.state, item.last_error = State.BY_HAND, f"To be carried by {way.channel.label}. {why}"[:500]
    item.leased_until = None
    item.save(update_fields=["state", "last_error", "fell_at", "leased_until"])
    if way is None or way.channel.by_hand:
        leg.undeliverable = True
        leg.save(update_fields=["undeliverable"])
    _told(item, FELL, words, by, at)


def _number(item: OutboxItem) -> str:
    assert item.leg is not None
    return f"ring {item.leg.to_desk.telephone}" if item.leg.to_desk.telephone else "no telephone number is known"


def _told(item: OutboxItem, kind: str, words: str, by: Viewer, at: datetime) -> Entry:
    assert item.case is not None
    thread = Thread.objects.get(pk=item.case.pk)
    author = by.author(item.sender.pk if by.works_at(item.sender.pk) else None)
    detail = {"desk": str(item.leg.to_desk) if item.leg else ""}
    entry = record(thread, kind, audience=item.case.internal(item.sender), by=author, at=at, words=words, detail=detail)
    settle(item.case, thread, at)
    return entry


# What the first way delivers later


def delivered_late(item: OutboxItem, at: datetime) -> None:
    """Its answer came after it went another way: nobody has to carry it any more, and both deliveries are known."""
    what = "It was delivered the first way after all. What went instead bears the same id"
    _told(item, LATE, f"{what}; where they see it twice, it is one message.", hands.of_crossdesk(item.sender), at)


def found_later(item: OutboxItem, link: Link, number: str, at: datetime) -> None:
    """An attempt without an answer made a ticket there, and a later message found it."""
    before = OutboxItem.objects.filter(link=link, fell_at__isnull=False, number__lt=item.number)
    if not link.their_id and number and before.exists():
        words = (
            f"Their ticket {number} was made by an attempt that had no answer; what went another way is the same case."
        )
        _told(item, LATE, f"{words} Ask them to keep one of the two.", hands.of_crossdesk(item.sender), at)
