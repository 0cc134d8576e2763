"""Adding a party, a person and a membership: the seat is made with what it stands for, never apart from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crossdesk.access import Role
from crossdesk.parties.models import MarketRole, Membership, Party, Person, Seat


def found_party(
    name: str,
    *,
    short: str = "",
    roles: Iterable[str] = (),
    central: bool = False,
    demonstration: bool = False,
    parent: Party | None = None,
) -> Party:
    seat = Seat.objects.create(kind=Seat.Kind.PARTY, label=name)
    party = Party.objects.create(
        name=name, short_name=short or name, seat=seat, central=central, demonstration=demonstration, parent=parent
    )
    for role in roles:
        MarketRole.objects.create(party=party, role=role)
    return party


def join(person: Person, party: Party, *roles: Role, since: datetime) -> Membership:
    return Membership.objects.create(
        person=person, party=party, roles=[role.value for role in roles], since=since, seats=[party.seat_id]
    )
