"""Delegations on cases: a delegate reads what the raiser reads, from a case's first word or from its acceptance on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.cases.moving import TRUTH, settle
from crossdesk.cases.sharing import read_by_too
from crossdesk.desks.models import Desk
from crossdesk.parties import delegating
from crossdesk.parties.models import Delegation, Party
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, verbs

BATCH = 200


def from_the_start(raiser: Party, to: Desk, query_type: str, system: str, at: datetime) -> list[int]:
    """The seats of the raiser's delegations that a case just being raised falls under."""
    found = delegating.in_scope(raiser, query_type, system, at)
    for each in found:
        delegating.known_at(each, to.seat_id)
    return sorted(each.seat_id for each in found if each.seat_id)


def fill(delegation: int, at: datetime) -> int:
    """Gives the open cases in scope the delegation's seat; answers how many had lacked it.

    Each case is a transaction of its own, and what was done stands on the case itself: stopped half-way or run twice,
    it goes on with those that still lack the seat. Its cost is that of the party's own open cases.
    """
    given, after = 0, None
    while batch := _lacking(delegation, at, after):
        given += sum(_follow(delegation, case, at) for case in batch)
        after = batch[-1]
    with verbs():
        Delegation.objects.filter(pk=delegation, accepted_at__isnull=False).update(filled_at=at)
    return given


def waiting_to_be_filled(at: datetime) -> list[int]:
    with verbs():
        return list(delegating.accepted(at).filter(filled_at=None).values_list("pk", flat=True))


def look_again(entry: Entry) -> list[int]:
    """A case opened again falls under delegations that were accepted while it was closed: those, to be filled again."""
    case = Case.objects.select_related("raiser").get(pk=entry.thread_id)
    found = delegating.in_scope(case.raiser, case.query_type, case.system, entry.recorded_at)
    lacking = [each.pk for each in found if each.seat_id not in case.followed_by]
    Delegation.objects.filter(pk__in=lacking).update(filled_at=None)
    return lacking


def _lacking(pk: int, at: datetime, after: UUID | None) -> list[UUID]:
    with verbs():
        delegation = delegating.accepted(at).filter(pk=pk).first()
        return list(_rows(delegation, after)[:BATCH]) if delegation else []


def _rows(delegation: Delegation, after: UUID | None) -> QuerySet[Case, UUID]:
    rows = Case.objects.filter(~Q(stage=Stage.CLOSED), raiser=delegation.principal_id, lists={})
    if delegation.query_types or delegation.systems:
        rows = rows.filter(Q(query_type__in=delegation.query_types) | Q(system__in=delegation.systems))
    if after:
        rows = rows.filter(pk__gt=after)
    return (
        rows.exclude(followed_by__contains=[delegation.seat_id]).order_by("thread").values_list("thread_id", flat=True)
    )


def _follow(pk: int, case_pk: UUID, at: datetime) -> bool:
    """Under the thread's lock: an entry being written meanwhile is either read here, or reads the new follower."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=case_pk)
        case = TRUTH.get(pk=case_pk)
        delegation = delegating.accepted(at).filter(pk=pk).first()
        seat = delegation.seat_id if delegation else None
        if not delegation or not seat or seat in case.followed_by or case.restricted or case.stage == Stage.CLOSED:
            return False
        read_by_too(case, seat, beside=case.raiser.seat_id)
        case.followed_by = sorted({*case.followed_by, seat})
        delegating.known_at(delegation, case.owner.seat_id)
        record(
            thread,
            "case.delegate",
            audience=case.to_raiser(),
            by=CROSSDESK,
            at=at,
            detail={"delegate": str(delegation.delegate), "principal": str(delegation.principal)},
            delegation=delegation.pk,
            acts=delegation.may_act,
        )
        settle(case, thread, at)
        return True
