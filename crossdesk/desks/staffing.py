"""Places at a desk and in its resolver groups. Called inside `verbs()`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from crossdesk.access import DESK_WORK, Invalid, Role
from crossdesk.desks.founding import give_place, open_group
from crossdesk.desks.models import Desk, DeskMember, GroupMember, ResolverGroup
from crossdesk.desks.policy import why_not_staff
from crossdesk.parties.models import Membership
from crossdesk.parties.policy import ActsFor, require
from crossdesk.parties.signalling import seats_changed


def place(desk: Desk, membership: Membership, *, by: ActsFor, at: datetime) -> None:
    _require_own(desk, membership, by)
    if not {Role(each) for each in membership.roles} & DESK_WORK:
        raise Invalid(f"{membership.person} has no role for desk work; give one first, such as desk agent.")
    before = DeskMember.objects.filter(desk=desk, membership=membership).first()
    if before is None:
        give_place(desk, membership)
    elif before.until is not None:
        before.until = None
        before.save(update_fields=["until"])
    seats_changed()


def unplace(desk: Desk, membership: Membership, *, by: ActsFor, at: datetime) -> None:
    """From the next request on the desk's cases are closed to them, and they leave its groups."""
    _require_own(desk, membership, by)
    live = DeskMember.objects.filter(Q(until=None) | Q(until__gt=at), desk=desk, membership=membership)
    ended = live.update(until=at)
    GroupMember.objects.filter(group__desk=desk, membership=membership).delete()
    if ended:
        seats_changed()


def found_group(desk: Desk, name: str, *, by: ActsFor) -> ResolverGroup:
    require(why_not_staff(by, desk))
    called = " ".join(name.split())[:80]
    if not called:
        raise Invalid("Give the group a name, such as DIP operations.")
    if desk.groups.filter(name__iexact=called).exists():
        raise Invalid(f"{desk} has a group called {called} already.")
    return open_group(desk, called)


def man_group(group: ResolverGroup, memberships: Iterable[int], *, by: ActsFor, at: datetime) -> None:
    """Exactly these of one's own people; who was put in by another administrator stays."""
    require(why_not_staff(by, group.desk))
    own = Membership.objects.filter(party=by.party, desk_places__desk=group.desk)
    own = own.filter(Q(desk_places__until=None) | Q(desk_places__until__gt=at)).distinct()
    wanted = set(memberships)
    for membership in own:
        held = GroupMember.objects.filter(group=group, membership=membership)
        if membership.pk not in wanted:
            held.delete()
        elif not held.exists():
            GroupMember.objects.create(group=group, membership=membership, seats=[group.desk.seat_id])


def _require_own(desk: Desk, membership: Membership, by: ActsFor) -> None:
    require(why_not_staff(by, desk))
    if membership.party_id != by.party:
        raise Invalid("Only an organisation itself gives its people places.")
