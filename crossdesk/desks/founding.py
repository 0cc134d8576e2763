"""Opening a desk and giving people a place at it."""

from __future__ import annotations

from typing import Any

from crossdesk.clocks.models import Calendar
from crossdesk.desks.models import Desk, DeskMember, GroupMember, ResolverGroup
from crossdesk.parties.models import Membership, Party, Seat


def open_desk(
    name: str, *, rule: str, owner: Party, kind: str, provider: Party | None = None, **operators: Any
) -> Desk:
    """`operators` are the rows nobody publishes: home, address, hours, how soon it triages and answers."""
    seat = Seat.objects.create(kind=Seat.Kind.DESK, label=name)
    calendar = Calendar.objects.create(name=name)
    return Desk.objects.create(
        name=name,
        rule=rule,
        owner=owner,
        provider=provider or owner,
        kind=kind,
        seat=seat,
        calendar=calendar,
        **operators,
    )


def give_place(desk: Desk, membership: Membership) -> DeskMember:
    seats = sorted({desk.seat_id, *membership.seats})
    return DeskMember.objects.create(desk=desk, membership=membership, seats=seats)


def open_group(desk: Desk, name: str, *members: Membership) -> ResolverGroup:
    group = ResolverGroup.objects.create(desk=desk, name=name, seats=[desk.seat_id])
    for membership in members:
        GroupMember.objects.create(group=group, membership=membership, seats=[desk.seat_id])
    return group
