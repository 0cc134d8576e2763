"""Which letters follow from an entry. Rows only: they are written and sent by a worker, after the verb is done."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.exchange import messaging, origin
from crossdesk.exchange.letters.compose import message_id
from crossdesk.exchange.models import InboxItem, OutboxItem, RawMail
from crossdesk.exchange.office import addresses, office
from crossdesk.parties.models import Contact
from crossdesk.threads.models import Entry

TO_THE_DESK = {
    "leg.engage": "engage",
    "leg.update": "message",
    "leg.carry_on": "message",
    "leg.ask_them": "question",
    "leg.confirm": "confirmed",
    "leg.dispute": "disputed",
    "leg.withdraw": "withdrawn",
    "leg.let_go": "withdrawn",
    "leg.give_up": "withdrawn",
}
TO_THE_RAISER = {
    "case.ask": "raiser_question",
    "case.write": "raiser_message",
    "case.resolve": "resolved",
    "case.redirect": "redirected",
    "case.confirm": "closed",
    "case.close": "closed",
    "case.mark_duplicate": "closed",
    "case.withdraw": "closed",
    "case.turn_down": "closed",
    "case.bounce": "bounced",
    "case.know": "known",
    "case.known_fixed": "known_fixed",
}
ACCEPTED = frozenset({"case.own", "case.engaged"})
CLOSURES = frozenset(
    {"case.confirm", "case.close", "case.mark_duplicate", "case.withdraw", "case.redirect", "case.turn_down"}
)


def write_to_desk(entry: Entry) -> None:
    """To the desk at the far end of a leg, where it keeps its own tool; its own words are not sent back to it."""
    legs = Leg.objects.select_related("case", "from_desk", "to_desk__owner")
    leg = legs.filter(pk=entry.facts.get("leg")).first()
    if leg is None or leg.case.restricted or leg.to_desk.hosted or entry.by_desk == leg.to_desk_id:
        return
    if origin.carried_on(leg.pk):
        return
    if messaging.to_desk(entry, leg) or not leg.to_desk.address:
        return
    put(entry, TO_THE_DESK[entry.kind], leg.case, leg.to_desk.address, leg.to_desk.seat_id, leg=leg)


def write_to_raiser(entry: Entry) -> None:
    case = Case.objects.select_related("raiser", "owner").get(pk=entry.thread_id)
    if case.restricted:  # a nominated mailbox is read by more people than are named
        return
    if messaging.to_raiser(entry, case):
        return
    if entry.kind not in TO_THE_RAISER:
        return
    if case.raiser.seat_id not in entry.seats or (entry.by_desk is None and entry.kind not in CLOSURES):
        return
    for address in nominated(case):
        put(entry, TO_THE_RAISER[entry.kind], case, address, case.raiser.seat_id)


def write_acceptance(entry: Entry) -> None:
    """Section 7.2.2 of the approach: that the desk works on it, told once, however it began."""
    case = Case.objects.select_related("raiser", "owner").get(pk=entry.thread_id)
    if case.restricted or messaging.to_raiser(entry, case):
        return
    if not OutboxItem.objects.filter(case=case, kind="accepted").exists():
        for address in nominated(case):
            put(entry, "accepted", case, address, case.raiser.seat_id)


def write_closure(entry: Entry) -> None:
    """Everybody on the case learns how it ended; an engaged desk learns it at its mailbox, wherever it works."""
    case = Case.objects.select_related("raiser", "owner").get(pk=entry.thread_id)
    if case.restricted:
        return
    for leg in _one_leg_per_desk(case):
        desk = leg.to_desk
        if messaging.closed_for_desk(entry, leg):
            continue
        if desk.address and not addresses().is_ours(desk.address):
            put(entry, "closed_for_desk", case, desk.address, desk.seat_id, leg=leg)


def keep_letters_to_the_named(entry: Entry) -> None:
    """On a case that was just restricted: nothing leaves any more, and what came in so far goes to those named.

    What went out is the case's own and follows it by itself; what came in is a desk's.
    """
    case = Case.objects.select_related("owner").get(pk=entry.thread_id)
    named = {int(seat): instead for seat, instead in case.lists.items()}
    unsent = OutboxItem.objects.filter(case=case, state__in=[*OutboxItem.UNSENT, OutboxItem.State.BY_HAND])
    unsent.update(
        state=OutboxItem.State.STOPPED, last_error="The case was restricted to named people before it was sent."
    )
    for rows in (RawMail.objects.filter(case=case), InboxItem.objects.filter(case=case)):
        for pk, seats in list(rows.values_list("pk", "seats")):
            rows.filter(pk=pk).update(seats=[named[seat] for seat in seats if seat in named])


def _one_leg_per_desk(case: Case) -> Iterator[Leg]:
    told: set[int] = set()
    for leg in case.legs.select_related("from_desk", "to_desk").order_by("-number"):
        if leg.to_desk_id not in told:
            told.add(leg.to_desk_id)
            yield leg


def nominated(case: Case) -> list[str]:
    """The raiser's nominated contacts, each once."""
    live = Contact.objects.filter(party=case.raiser, ended_at=None).order_by("pk").values_list("address", flat=True)
    return list(dict.fromkeys(address.lower() for address in live if not addresses().is_ours(address)))


def put_by_hand(letter: OutboxItem, because: str, at: datetime) -> OutboxItem:
    """What a letter could not bring, for a person to carry. The letter stays what it is: one that came back."""
    return OutboxItem.objects.create(
        case=letter.case,
        leg=letter.leg,
        entry=letter.entry,
        lane=letter.lane,
        number=OutboxItem.next_in(letter.lane),
        kind=letter.kind,
        to_address=letter.to_address,
        reader_seat=letter.reader_seat,
        asks=letter.asks,
        instead_of=letter,
        message_id=f"{letter.said_as}.by-hand",
        state=OutboxItem.State.BY_HAND,
        last_error=because,
        next_try_at=at,
        created_at=at,
        seats=letter.seats,
    )


def put(
    entry: Entry,
    kind: str,
    case: Case,
    to_address: str,
    reader_seat: int,
    *,
    leg: Leg | None = None,
    asks: Sequence[str] = (),
    at: datetime | None = None,
    instead_of: OutboxItem | None = None,
) -> OutboxItem:
    """`at` where it follows from something later than the entry. `instead_of`: what a machine could not say.

    The caller holds the thread's lock, so places in a lane are given one after the other.
    """
    lane = f"leg {leg.pk}" if leg else f"case {case.pk} {to_address}"
    number = OutboxItem.next_in(lane)
    sender: Desk = leg.from_desk if leg else case.owner
    name = f"{case.reference}.{leg.number if leg else 0}.{number}.{secrets.token_hex(5)}"
    return OutboxItem.objects.create(
        case=case,
        leg=leg,
        entry=entry,
        lane=lane,
        number=number,
        kind=kind,
        to_address=to_address,
        reader_seat=reader_seat,
        asks=list(asks),
        instead_of=instead_of,
        message_id=message_id(name, office(str(sender))),
        next_try_at=at or entry.recorded_at,
        created_at=at or entry.recorded_at,
        seats=sorted({sender.seat_id, reader_seat}),
    )
