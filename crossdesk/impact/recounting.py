"""Counting again what was counted before: only the lists that came or went since are looked at.

A kept count is a fact about the lists it names, whoever's case they stand on: distinct identifiers over exactly those.
So it cannot go stale, only be about other lists than now, and the difference is counted by looking each changed
identifier up among the rest. The row is locked first and the lists are read after, so of two that count at once the
second goes on from what the first kept; a list that is still being loaded is not seen, and wakes its own look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

from crossdesk.cases.material import ReferenceSet
from crossdesk.impact.counting import Counted, Share, distinct
from crossdesk.impact.models import LastCount
from crossdesk.threads.models import Thread

ERASED = b""
WORTH_IT = 2
"""Where what changed is more than this part of everything, one pass over everything is quicker than looking it up."""

ALONE = """
select count(*) from (
    select distinct n.value from cases_member n where n.set_id = any(%(these)s) and not exists (
        select from cases_member o where o.value = n.value and o.set_id = any(%(others)s))) d
"""
Lists = Mapping[int, "tuple[int, int]"]
"""The party that gave each, and how many different identifiers are on it."""


def recount(thread: UUID, cases: list[UUID], kind: str = "mpan") -> Counted:
    """Distinct over all lists of these cases, and each party's own, for a head or a major incident. In `verbs()`."""
    kept = _locked(thread, kind)
    now = _lists(cases, kind)
    before = set(kept.lists)
    if before == now.keys():
        return _counted(kept.total, kept.shares)
    counted = _differing(kept, now) or distinct({party: sorted(_of(party, now)) for party, _ in now.values()})
    kept.lists, kept.total = sorted(now), counted.total
    kept.shares = {str(share.party): share.count for share in counted.shares}
    kept.save(update_fields=["lists", "total", "shares"])
    return counted


def _differing(kept: LastCount, now: Lists) -> Counted | None:
    """None where everything has to be counted: most of it changed, or what was counted has been erased since."""
    if len(now) == 1:
        (alone,) = now.values()  # no identifier stands twice on one list
        return Counted(alone[1], (Share(*alone),))
    before = set(kept.lists)
    gone = {each.pk: each for each in ReferenceSet.objects.filter(pk__in=before - now.keys()).select_related("case")}
    if len(gone) < len(before - now.keys()) or any(bytes(each.digest) == ERASED for each in gone.values()):
        return None
    left = {pk: (each.case.raiser_id, each.distinct) for pk, each in gone.items()}
    added = {pk: now[pk] for pk in now.keys() - before}
    if WORTH_IT * sum(size for _, size in [*left.values(), *added.values()]) > sum(size for _, size in now.values()):
        return None
    staying = {pk: now[pk] for pk in now.keys() & before}
    total = kept.total + _alone(added, {*staying, *left}) - _alone(left, now)
    shares = {int(party): given for party, given in kept.shares.items()}
    for party in {party for party, _ in [*added.values(), *left.values()]}:
        came, went, stayed = (_of(party, lists) for lists in (added, left, staying))
        shares[party] = shares.get(party, 0) + _alone(came, {*stayed, *went}) - _alone(went, {*stayed, *came})
    return _counted(total, {str(party): given for party, given in sorted(shares.items()) if _of(party, now)})


def _locked(thread: UUID, kind: str) -> LastCount:
    LastCount.objects.bulk_create([LastCount(thread=Thread(pk=thread), kind=kind)], ignore_conflicts=True)
    return LastCount.objects.select_for_update().get(thread=thread, kind=kind)


def _lists(cases: list[UUID], kind: str) -> dict[int, tuple[int, int]]:
    given = ReferenceSet.objects.filter(case__in=cases, kind=kind, retracted_at=None).exclude(digest=ERASED)
    return {pk: (party, size) for pk, party, size in given.values_list("pk", "case__raiser", "distinct")}


def _of(party: int, lists: Lists) -> set[int]:
    return {pk for pk, (giver, _) in lists.items() if giver == party}


def _alone(these: Iterable[int], others: Iterable[int]) -> int:
    """How many different identifiers stand on these lists and on none of the others."""
    if not (chosen := list(these)):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ALONE, {"these": chosen, "others": list(others)})
        row: tuple[int] = cursor.fetchone()
        return row[0]


def _counted(total: int, shares: Mapping[str, int]) -> Counted:
    return Counted(total, tuple(Share(int(party), given) for party, given in shares.items()))
