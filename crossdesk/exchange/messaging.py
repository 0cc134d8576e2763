"""Which messages follow from an entry, to a desk or a raiser that is spoken to by machine or by hand."""

from __future__ import annotations

import secrets
from datetime import datetime

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.ways import Channel
from crossdesk.exchange import origin
from crossdesk.exchange.links import Link, link_leg
from crossdesk.exchange.messages.message import Kind
from crossdesk.exchange.models import OutboxItem
from crossdesk.threads.models import Entry

State = OutboxItem.State
TO_THE_DESK = {
    "leg.engage": Kind.RAISE,
    "leg.update": Kind.UPDATE,
    "leg.carry_on": Kind.SUPPLY_INFO,
    "leg.ask_them": Kind.REQUEST_INFO,
    "leg.confirm": Kind.CONFIRM,
    "leg.dispute": Kind.DISPUTE,
    "leg.withdraw": Kind.WITHDRAW,
    "leg.let_go": Kind.WITHDRAW,
    "leg.give_up": Kind.WITHDRAW,
}
TO_THE_RAISER = {
    "case.own": Kind.ACCEPT,
    "case.engaged": Kind.ACCEPT,
    "case.ask": Kind.REQUEST_INFO,
    "case.write": Kind.UPDATE,
    "case.answer": Kind.UPDATE,
    "case.bounce": Kind.UPDATE,
    "case.know": Kind.UPDATE,
    "case.known_fixed": Kind.UPDATE,
    "case.resolve": Kind.PROPOSE_RESOLUTION,
    "case.redirect": Kind.REJECT_REDIRECT,
    "case.confirm": Kind.CLOSE,
    "case.close": Kind.CLOSE,
    "case.mark_duplicate": Kind.CLOSE,
    "case.withdraw": Kind.CLOSE,
    "case.turn_down": Kind.CLOSE,
    "case.reopen": Kind.REOPEN,
}


def to_desk(entry: Entry, leg: Leg) -> bool:
    """Whether the desk at the far end is told by machine or by hand, so that no letter is needed."""
    link = link_leg(leg, entry.recorded_at) if entry.kind == "leg.engage" else Link.objects.filter(leg=leg).first()
    if link is None:
        return False
    if not origin.came_over(link.pk):
        put_message(entry, TO_THE_DESK[entry.kind], link, leg=leg)
    return True


def closed_for_desk(entry: Entry, leg: Leg) -> bool:
    """How the whole ended, for a desk that worked on a part of it."""
    link = Link.objects.filter(leg=leg).first()
    if link is None:
        return False
    put_message(entry, Kind.CLOSE, link, leg=leg)
    return True


def to_raiser(entry: Entry, case: Case) -> bool:
    """Whether the party that raised it is told by machine. What only some of its readers may read is not told."""
    link = Link.objects.filter(case=case, leg=None).first()
    if link is None:
        return False
    if case.raiser.seat_id in entry.seats and not origin.came_over(link.pk):
        put_message(entry, TO_THE_RAISER[entry.kind], link)
    return True


def put_message(
    entry: Entry,
    kind: Kind,
    link: Link,
    *,
    leg: Leg | None = None,
    at: datetime | None = None,
    heard: int | None = None,
) -> OutboxItem:
    """The caller holds the thread's lock, so places in a lane are given one after the other."""
    lane = f"link {link.pk}"
    number = OutboxItem.next_in(lane)
    case = Case.objects.select_related("owner", "raiser").get(pk=entry.thread_id)
    sender, reader = (leg.from_desk, leg.to_desk) if leg else (case.owner, case.raiser)
    return OutboxItem.objects.create(
        case=case,
        leg=leg,
        link=link,
        entry=entry,
        lane=lane,
        number=number,
        kind=kind,
        reader_seat=reader.seat_id,
        message_id=f"{case.reference}.{leg.number if leg else 0}.{number}.{secrets.token_hex(8)}",
        heard=link.heard if heard is None else heard,
        state=State.BY_HAND if Channel(link.channel).by_hand else State.WAITING,
        next_try_at=at or entry.recorded_at,
        created_at=at or entry.recorded_at,
        seats=[case.seat_for(sender.seat_id)],
    )
