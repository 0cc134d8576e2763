"""Counting what is affected over a case and everything linked to it: distinct, and each identifier once.

The lists' members are machinery. What comes out of here is numbers; whose they are is for the owning desk alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Max

from crossdesk.cases.models import Case
from crossdesk.impact.models import Affected

LINKED = """
with recursive up as (
    select %(case)s::uuid as id
    union
    select l.parent_id from cases_caselink l join up on l.child_id = up.id where l.kind = 'child'
), down as (
    select id from up
    union
    select l.child_id from cases_caselink l join down on l.parent_id = down.id where l.kind = 'child'
)
"""
FAMILY = f"{LINKED} select id from down order by id"
DISTINCT = "select count(*) from (select distinct value from cases_member where set_id = any(%(sets)s)) d"
"""Twice as fast as count(distinct …), which sorts."""

TOGETHER = """
select by, count(*) from (
    select value, bit_or((%(bits)s::bigint[])[set_id - %(before)s]) as by from cases_member
    where set_id = any(%(lists)s) group by value) d
group by by
"""
"""The bits are looked up by the list's number: joining them doubles the time."""

BITS, SPREAD = 63, 100_000
ENOUGH_TO_HASH = "256MB"


@dataclass(frozen=True)
class Share:
    party: int
    count: int


@dataclass(frozen=True)
class Counted:
    """Distinct over everybody, and each party's own; an identifier that two parties sent stands in both shares."""

    total: int
    shares: tuple[Share, ...]

    def share_of(self, party: int) -> int:
        return next((share.count for share in self.shares if share.party == party), 0)


def family(case: Case) -> list[UUID]:
    """The case, its parents and all their children. Called inside `verbs()`."""
    with connection.cursor() as cursor:
        cursor.execute(FAMILY, {"case": case.pk})
        return [row[0] for row in cursor.fetchall()]


def distinct(given: Mapping[int, list[int]]) -> Counted:
    """Over these lists, by the party that gave them. Called inside `verbs()`."""
    parties, lists = sorted(given), sorted(each for lists in given.values() for each in lists)
    if len(parties) > 1 and len(parties) < BITS and lists[-1] - lists[0] < SPREAD:
        return _in_one_pass(given, parties, lists)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('work_mem', %s, true)", [ENOUGH_TO_HASH])
        shares = tuple(Share(party, _distinct(cursor, given[party])) for party in parties)
        return Counted(shares[0].count if len(shares) == 1 else _distinct(cursor, lists), shares)


def _in_one_pass(given: Mapping[int, list[int]], parties: list[int], lists: list[int]) -> Counted:
    """Each identifier once, with a bit for every party that gave it; the few sets of parties are then added up."""
    bits = [0] * (lists[-1] - lists[0] + 1)
    for place, party in enumerate(parties):
        for each in given[party]:
            bits[each - lists[0]] = 1 << place
    with connection.cursor() as cursor:
        cursor.execute("select set_config('work_mem', %s, true)", [ENOUGH_TO_HASH])
        cursor.execute(TOGETHER, {"lists": lists, "bits": bits, "before": lists[0] - 1})
        found: list[tuple[int, int]] = cursor.fetchall()
    shares = (Share(party, sum(n for by, n in found if by >> place & 1)) for place, party in enumerate(parties))
    return Counted(sum(n for _, n in found), tuple(shares))


def measures(cases: list[UUID], mpans: int, meters: int) -> dict[str, int]:
    """What thresholds are measured in, beside the distinct identifiers on the lists.

    A party, system or process that is denied by whom it concerns is not counted.
    """
    rows = Affected.objects.filter(case__in=cases).exclude(says=Affected.Says.DENIED)
    things = set(rows.values_list("kind", "key"))
    told = (
        rows.filter(kind=Affected.Kind.PARTY).values("key").annotate(most=Max("meters")).values_list("most", flat=True)
    )
    kinds = Affected.Kind
    return {
        "mpans": mpans,
        "meters": max(meters, sum(told)),
        "parties": sum(kind == kinds.PARTY for kind, _ in things),
        "systems": sum(kind == kinds.SYSTEM for kind, _ in things),
        "processes": sum(kind == kinds.PROCESS for kind, _ in things),
    }


def _distinct(cursor: object, sets: list[int]) -> int:
    cursor.execute(DISTINCT, {"sets": sets})  # type: ignore[attr-defined]
    row: tuple[int] = cursor.fetchone()  # type: ignore[attr-defined]
    return row[0]
