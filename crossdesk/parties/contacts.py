"""Nominated contacts: where a party wants to be reached, who said so, and when. Called inside `verbs()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crossdesk.access import Invalid
from crossdesk.parties.models import Contact, Party
from crossdesk.parties.policy import ActsFor, require, why_not_administer, why_not_nominate


@dataclass(frozen=True)
class Nomination:
    name: str
    address: str
    telephone: str = ""
    may_raise: bool = True
    nominated_by: str = ""
    nominated_at: datetime | None = None


def nominate(party: Party, said: Nomination, *, by: ActsFor, at: datetime) -> Contact:
    require(why_not_nominate(by, party))
    address = said.address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(f"“{said.address}” is not an e-mail address; a shared mailbox is enough.") from None
    if not said.name.strip():
        raise Invalid("Give the contact a name, such as the team that reads the mailbox.")
    if by.party != party.pk and not (said.nominated_by.strip() and said.nominated_at):
        raise Invalid(f"Say who at {party} nominated this contact, and when.")
    if said.nominated_at and said.nominated_at > at:
        raise Invalid("The nomination lies in the future; give the day it was made.")
    if Contact.objects.filter(party=party, address__iexact=address, ended_at=None).exists():
        raise Invalid(f"{address} is already a contact of {party}.")
    return Contact.objects.create(
        party=party,
        name=" ".join(said.name.split())[:120],
        address=address,
        telephone=said.telephone.strip()[:40],
        may_raise=said.may_raise,
        nominated_by=(said.nominated_by.strip() or by.name)[:160],
        nominated_at=said.nominated_at or at,
        recorded_by=f"{by.name}, {by.party_name}"[:160],
        seats=sorted({party.seat_id, *by.own_seats}),
    )


def end(contact: Contact, *, by: ActsFor, at: datetime) -> None:
    require(why_not_nominate(by, contact.party))
    contact.ended_at = at
    contact.save(update_fields=["ended_at"])


def confirm(contact: Contact, *, by: ActsFor, at: datetime) -> None:
    """Its party says that this is still where it wants to be reached. Nobody else's word counts for that."""
    require(why_not_administer(by, contact.party))
    if contact.ended_at:
        raise Invalid(f"{contact.address} is ended; record it anew where it holds again.")
    contact.confirmed_at, contact.confirmed_by = at, f"{by.name}, {by.party_name}"[:160]
    contact.save(update_fields=["confirmed_at", "confirmed_by"])
