"""What a parent may see of its child: nothing, until the child or the operator grants it. Called inside `verbs()`."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from crossdesk.access import Invalid
from crossdesk.parties.models import ParentGrant, Party
from crossdesk.parties.policy import ActsFor, require, why_not_grant, why_not_withdraw
from crossdesk.parties.signalling import seats_changed


def grant(
    child: Party, *, by: ActsFor, at: datetime, since: datetime | None = None, until: datetime | None = None
) -> ParentGrant:
    """The parent's people read what the child's people read as their party: not its desks' own notes, and no case that
    is restricted to named people."""
    require(why_not_grant(by, child))
    if child.parent is None:
        raise Invalid(f"{child} has no parent in the directory.")
    if until and until <= max(since or at, at):
        raise Invalid("The grant would be over before it begins; give it a later end.")
    still = Q(until=None) | Q(until__gt=at)
    if ParentGrant.objects.filter(still, child=child, parent=child.parent, withdrawn_at=None).exists():
        raise Invalid(f"{child.parent} has been granted this already; withdraw that first to change its dates.")
    given = ParentGrant.objects.create(
        child=child,
        parent=child.parent,
        since=since or at,
        until=until,
        granted_at=at,
        granted_by_id=by.party,
        by_person=by.person,
    )
    seats_changed()
    return given


def withdraw(given: ParentGrant, *, by: ActsFor, at: datetime) -> None:
    live = ParentGrant.objects.select_for_update(of=("self",)).select_related("child", "parent").get(pk=given.pk)
    require(why_not_withdraw(by, live))
    if live.withdrawn_at:
        raise Invalid("This grant was withdrawn already.")
    live.withdrawn_at, live.withdrawn_by_id = at, by.party
    live.save()
    seats_changed()
