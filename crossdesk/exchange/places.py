"""Where a letter may belong, and who is known there: the answers that matching asks of the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.exchange.letters.address import Kind, Ticket
from crossdesk.exchange.letters.matching import Lookups, TheirReference
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses
from crossdesk.exchange.updates import case_answered
from crossdesk.parties.models import Contact, Membership


@dataclass(frozen=True)
class Place:
    """A leg, or the conversation between the raiser and the desk where there is none."""

    case: UUID
    leg: int | None = None


def lookups(sender: str) -> Lookups[Place]:
    return Lookups(
        open_address=addresses().open_reply,
        by_ticket=of_ticket,
        by_message_id=lambda message_id: _of_item(OutboxItem.objects.filter(message_id=message_id).first()),
        by_reference=lambda reference: _by_reference(reference, sender),
        by_their_number=_by_their_number,
        is_registered=is_registered,
    )


def of_ticket(ticket: Ticket) -> Place | None:
    if ticket.kind is Kind.LEG:
        leg = Leg.objects.filter(pk=ticket.id).first()
        return Place(leg.case_id, leg.pk) if leg else None
    if ticket.kind is Kind.LETTER:
        return _of_item(OutboxItem.objects.filter(pk=ticket.id).first())
    return None


def _of_item(item: OutboxItem | None) -> Place | None:
    if item and item.recipient:
        case = case_answered(item.recipient)
        return Place(case.pk) if case else None
    return Place(item.case_id, item.leg_id) if item and item.case_id else None


def _by_reference(reference: str, sender: str) -> Place | None:
    """Several organisations are on a case, so the sender decides which of its conversations is theirs."""
    case = Case.objects.filter(reference=reference).first()
    if case is None:
        return None
    legs = [Place(case.pk, leg.pk) for leg in case.legs.order_by("settled_at", "-number")]
    places = [*legs, Place(case.pk)]
    return next((place for place in places if sender and is_registered(sender, place)), Place(case.pk))


def _by_their_number(sender: str, theirs: TheirReference) -> Place | None:
    """Their number is theirs alone, so it counts only from the desk that gave it."""
    for leg in Leg.objects.filter(their_reference=theirs.number).order_by("settled_at", "-pk")[:20]:
        place = Place(leg.case_id, leg.pk)
        if is_registered(sender, place):
            return place
    return None


def is_registered(sender: str, place: Place) -> bool:
    if place.leg is None:
        raiser = Case.objects.get(pk=place.case).raiser_id
        acts_for = Membership.objects.filter(
            party=raiser, until=None, person__is_active=True, person__email__iexact=sender
        )
        return _is_contact(sender, {raiser}) or acts_for.exists()
    desk = Leg.objects.select_related("to_desk").get(pk=place.leg).to_desk
    return desk.address.lower() == sender or _is_contact(sender, {desk.owner_id, desk.provider_id})


def _is_contact(sender: str, parties: set[int]) -> bool:
    return Contact.objects.filter(Q(address__iexact=sender), party__in=parties, ended_at=None).exists()
