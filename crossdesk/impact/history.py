"""What was recorded of past cases, family by family, the newest first: read in a transaction that cannot write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from crossdesk.impact.replaying import WALKED, Event, Family, Verdicted
from crossdesk.rulebook import Rulebook
from crossdesk.threads.viewer import verbs

AT_ONCE = 200
"""Families read with one question; what they recorded is streamed, so this bounds what is held in memory."""

HEADS = """
select c.thread_id from cases_case c
where c.raised_at >= %(since)s
  and not exists (select from cases_caselink l where l.child_id = c.thread_id and l.kind = 'child')
order by c.raised_at desc, c.thread_id limit %(limit)s
"""
RECORDED = """
with recursive kin as (
    select id as head, id from unnest(%(heads)s::uuid[]) id
    union
    select kin.head, case when l.parent_id = kin.id then l.child_id else l.parent_id end
    from kin join cases_caselink l on l.kind = 'child' and (l.parent_id = kin.id or l.child_id = kin.id)
), tops as (
    select distinct on (k.head) k.head, c.thread_id as first
    from kin k join cases_case c on c.thread_id = k.id
    where not exists (select from cases_caselink l where l.child_id = k.id and l.kind = 'child')
    order by k.head, c.raised_at, c.thread_id
)
select h.reference, c.reference, c.scenario, e.kind, e.facts, e.recorded_at
from tops join kin k on k.head = tops.head and tops.first = tops.head
join cases_case h on h.thread_id = tops.head join cases_case c on c.thread_id = k.id
left join threads_entry e on e.thread_id = k.id and e.kind = any(%(walked)s)
order by h.raised_at desc, tops.head, e.recorded_at, e.id
"""


@dataclass
class Walked:
    """One family: its cases, and what its thresholds come to."""

    head: str
    cases: set[str] = field(default_factory=set)
    verdicts: tuple[Verdicted, ...] = ()


@contextmanager
def only_reading() -> Iterator[None]:
    """As the verbs read, over every desk's cases: an operator's question. The database refuses to write meanwhile."""
    with verbs(), connection.cursor() as cursor:
        cursor.execute("set transaction read only")
        yield


def replay(then: Rulebook, edited: Rulebook, *, since: datetime, limit: int | None = None) -> Iterator[Walked]:
    """Called inside `only_reading()`. A case of two parents belongs to the family of the one raised first."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(HEADS, {"since": since, "limit": limit})
        while heads := cursor.fetchmany(AT_ONCE):
            yield from _walk([head for (head,) in heads], then, edited)


def _walk(heads: list[UUID], then: Rulebook, edited: Rulebook) -> Iterator[Walked]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(RECORDED, {"heads": heads, "walked": list(WALKED)})
        for head, rows in groupby(_streamed(cursor), key=itemgetter(0)):
            family, walked = Family(head, then, edited), Walked(head)
            for _, case, scenario, kind, facts, at in rows:
                walked.cases.add(case)
                if kind:
                    family.follow(Event(case, scenario, kind, json.loads(facts), at))
            walked.verdicts = tuple(family.verdicts())
            yield walked


def _streamed(cursor: Any) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(2_000):
        yield from rows
