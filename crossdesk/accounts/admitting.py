"""Whom a party's provider may let in: a live member of that party, with an address it answers for. In `verbs()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from crossdesk.access import NotAllowed, Role
from crossdesk.accounts.models import AnsweredDomain, IdentityProvider
from crossdesk.parties.founding import join
from crossdesk.parties.models import Membership, Person


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody. `subject` is its own number for them, which never passes to another."""

    party: int
    subject: str
    address: str
    name: str = ""
    denied: bool = False


def answering_for(address: str) -> IdentityProvider | None:
    domain = address.strip().lower().rpartition("@")[2]
    found = AnsweredDomain.objects.select_related("provider__party").filter(domain=domain).first()
    return found.provider if found and found.provider.switched_on else None


def admit(vouched: Vouched, *, at: datetime) -> Person:
    """Denied unless everything fits. Nobody is made who was not invited, unless the party says that its provider's
    word is an invitation."""
    provider = answering_for(vouched.address)
    if provider is None or provider.pk != vouched.party:
        raise NotAllowed("The provider does not answer for this address.")
    if vouched.denied or not vouched.subject:
        raise NotAllowed("The provider itself does not vouch for the address.")
    person = Person.objects.filter(email__iexact=vouched.address).first()
    if person is not None and not person.is_active:
        raise NotAllowed("The account is closed.")
    live = Q(until=None) | Q(until__gt=at)
    if person and Membership.objects.filter(live, person=person, party=provider.pk, since__lte=at).exists():
        return person
    before = person is not None and Membership.objects.filter(person=person, party=provider.pk).exists()
    if not provider.invites or before:  # who was ended here is not let in again by the provider alone
        raise NotAllowed("No live membership of this party.")
    if person is None:
        person = Person.objects.create_user(vouched.address, " ".join(vouched.name.split())[:120] or vouched.address)
    join(person, provider.party, Role.SERVICE_USER, since=at)
    return person
