"""What a party lent and was lent, in words, as its own page tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from crossdesk.kit.time import clock_time, now, until
from crossdesk.parties import policy
from crossdesk.parties.models import Delegation, ParentGrant, Party
from crossdesk.rulebook import current
from crossdesk.threads.viewer import Viewer


def context(party: Party, viewer: Viewer) -> dict[str, Any]:
    """For its own people: what it lent and was lent; for its parent and the operator: the grant alone."""
    at, at_home = now(), viewer.party == party.pk
    why_not_grant = policy.why_not_grant(viewer, party)
    sides = party.parent_id and (at_home or viewer.party == party.parent_id or not why_not_grant)
    return {
        "given": _told(party.delegations_given.select_related("principal", "delegate"), at) if at_home else [],
        "held": _told(party.delegations_held.select_related("principal", "delegate"), at) if at_home else [],
        "why_not_delegate": policy.why_not_delegate(viewer, party),
        "others": list(Party.objects.filter(closed_at=None).exclude(pk=party.pk)) if at_home else [],
        "shows_parent": bool(sides),
        "grants": [_grant(each, viewer, at) for each in _grants(party.sight_granted.all())] if sides else [],
        "children_grants": [_grant(each, viewer, at) for each in _grants(party.sight_held.all())] if at_home else [],
        "why_not_grant": why_not_grant,
    }


def _told(rows: QuerySet[Delegation], at: datetime) -> list[tuple[Delegation, str, str]]:
    return [(each, state_of(each, at), scope_of(each)) for each in rows]


def _grants(rows: QuerySet[ParentGrant]) -> list[ParentGrant]:
    return list(rows.select_related("child", "parent", "granted_by"))


def _grant(each: ParentGrant, viewer: Viewer, at: datetime) -> tuple[ParentGrant, str, str | None]:
    if each.withdrawn_at:
        state = f"withdrawn {clock_time(each.withdrawn_at, at)}"
    elif each.until and each.until <= at:
        state = f"ran out {clock_time(each.until, at)}"
    elif each.since > at:
        state = f"begins {clock_time(each.since, at)}"
    else:
        state = f"in force {until(each.until, at)}" if each.until else "in force"
    over = each.withdrawn_at or (each.until and each.until <= at)
    return each, state, "over" if over else policy.why_not_withdraw(viewer, each)


def state_of(delegation: Delegation, at: datetime) -> str:
    d = delegation
    if d.declined_at:
        return f"declined {clock_time(d.declined_at, at)} by {d.declined_by}"
    if d.until and d.until <= at and (d.ended_at is None or d.ended_at >= d.until):
        return f"ran out {clock_time(d.until, at)}"
    if d.ended_at:
        return f"{'ended' if d.accepted_at else 'taken back'} {clock_time(d.ended_at, at)} by {d.ended_by}"
    if not d.accepted_at:
        return f"offered {clock_time(d.offered_at, at)} by {d.offered_by}; waits for {d.delegate}"
    ends = f" {until(d.until, at)}" if d.until else ""
    begins = f"begins {clock_time(d.since, at)}" if d.since > at else "in force"
    return f"{begins}{ends}, accepted by {d.accepted_by}"


def scope_of(delegation: Delegation) -> str:
    book = current()
    names = [book.query_types[key].name if key in book.query_types else key for key in delegation.query_types]
    names += [book.systems[key].name if key in book.systems else key for key in delegation.systems]
    return ", ".join(names) or "every case"
