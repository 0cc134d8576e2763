"""Delegations: offered by the principal, accepted by the delegate, ended by either. Called inside `verbs()`.

Ending writes one date. Nothing on any case is rewritten, because a viewer's live seats are worked out per request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet

from crossdesk.access import Invalid
from crossdesk.parties.models import Delegation, Party, Seat
from crossdesk.parties.policy import ActsFor, require, why_not_delegate, why_not_end
from crossdesk.parties.signalling import seats_changed

ACCEPTANCES = 715_001
"""Names the lock between accepting a delegation and raising a case that falls under it."""


@dataclass(frozen=True)
class Scope:
    """Which cases, what may be done with them, and between which moments."""

    since: datetime
    until: datetime | None = None
    query_types: Sequence[str] = ()
    systems: Sequence[str] = ()
    may_act: bool = False


def offer(principal: Party, delegate: Party, scope: Scope, *, by: ActsFor, at: datetime) -> Delegation:
    require(why_not_delegate(by, principal))
    if delegate.pk == principal.pk:
        raise Invalid(f"{principal} sees its own cases already; choose another organisation.")
    if delegate.closed_at:
        raise Invalid(f"{delegate} has left the market; choose another organisation.")
    if scope.until and scope.until <= max(scope.since, at):
        raise Invalid("The delegation would be over before it begins; give it a later end.")
    return Delegation.objects.create(
        principal=principal,
        delegate=delegate,
        query_types=sorted(set(scope.query_types)),
        systems=sorted(set(scope.systems)),
        may_act=scope.may_act,
        since=scope.since,
        until=scope.until,
        offered_at=at,
        offered_by=_hand(by),
        seats=sorted({principal.seat_id, delegate.seat_id}),
    )


def accept(delegation: Delegation, *, by: ActsFor, at: datetime) -> Delegation:
    """Its seat is made now; the cases that are open already are given it by a job, those raised from now on at once."""
    live = _waiting(delegation, by, at)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [ACCEPTANCES, live.principal_id])
    live.seat = Seat.objects.create(kind=Seat.Kind.DELEGATION, label=str(live)[:160])
    live.accepted_at, live.accepted_by = at, _hand(by)
    live.seats = sorted({*live.seats, live.seat.pk})
    live.save()
    seats_changed()
    return live


def decline(delegation: Delegation, *, by: ActsFor, at: datetime) -> None:
    live = _waiting(delegation, by, at)
    live.declined_at, live.declined_by = at, _hand(by)
    live.save()


def end(delegation: Delegation, *, by: ActsFor, at: datetime) -> None:
    """Before it was accepted, the offer is taken back; afterwards sight is lost from this moment on."""
    live = _locked(delegation)
    require(why_not_end(by, live))
    if live.declined_at or live.ended_at:
        raise Invalid("This delegation is over already.")
    live.ended_at, live.ended_by = at, _hand(by)
    live.save()
    seats_changed()


def close_run_out(at: datetime) -> int:
    """A delegation whose last day has passed is over by itself; this only writes it down, so that none looks open."""
    over = Delegation.objects.filter(until__lte=at, accepted_at__isnull=False, ended_at=None)
    return over.update(ended_at=F("until"), ended_by="its own last day")


def in_scope(principal: Party, query_type: str, system: str, at: datetime) -> list[Delegation]:
    """Waits for an acceptance that is just being written: a case falls to the back-fill or is found here, never
    between them."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s, %s)", [ACCEPTANCES, principal.pk])
    return [each for each in accepted(at).filter(principal=principal) if each.covers(query_type, system)]


def accepted(at: datetime) -> QuerySet[Delegation]:
    """Not ended and not run out; one that begins later is among them, and shows nothing until then."""
    ahead = Q(until=None) | Q(until__gt=at)
    return Delegation.objects.filter(ahead, accepted_at__isnull=False, ended_at=None).select_related(
        "principal", "delegate"
    )


def known_at(delegation: Delegation, seat: int) -> None:
    """The desk whose case it reads may know of it: it answers who can see the case, and why."""
    if seat not in delegation.seats:
        delegation.seats = sorted({*delegation.seats, seat})
        delegation.save(update_fields=["seats"])


def _waiting(delegation: Delegation, by: ActsFor, at: datetime) -> Delegation:
    live = _locked(delegation)
    require(why_not_delegate(by, live.delegate, verb="answers what is delegated to it"))
    if not live.offered:
        raise Invalid("This offer was already answered or taken back; look at it again.")
    if live.until and live.until <= at:
        raise Invalid(f"This offer ran out; ask {live.principal} for a new one.")
    return live


def _locked(delegation: Delegation) -> Delegation:
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("principal", "delegate")
    return rows.get(pk=delegation.pk)


def _hand(by: ActsFor) -> str:
    return f"{by.name}, {by.party_name}"[:160]
