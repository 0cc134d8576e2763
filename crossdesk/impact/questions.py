"""What the impact register of a case tells its reader, in three questions. Row-level security decides whose rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.impact.counting import LINKED
from crossdesk.impact.judging import CROSS_PARTY, Finding, judge
from crossdesk.impact.models import Affected

COUNTED = f"""{LINKED}
select c.thread_id, c.reference, c.scenario, p.id, p.name, t.own, t.total, t.own_meters, t.total_meters, t.counted_at
from down join cases_case c on c.thread_id = down.id join parties_party p on p.id = c.raiser_id
left join impact_tally t on t.case_id = c.thread_id
order by c.raised_at, c.thread_id
"""
JUDGED = """
select 'applies', scenario, '', since, '', true, '', '', null::jsonb from impact_applies where case_id = any(%(cases)s)
union all
select 'answer', phrase, '', at, why, holds, '', '', null from impact_answer where case_id = any(%(cases)s)
union all
select 'crossing', x.scenario, x."column", x.at, x.because, true, coalesce(c.reference, ''),
       coalesce(b.organisation, ''), x.proposed
from impact_crossing x left join threads_entry e on e.id = x.tipped_by_id
left join cases_case c on c.thread_id = e.thread_id left join threads_entrybody b on b.entry_id = e.id
where x.case_id = any(%(cases)s)
order by 4
"""


@dataclass(frozen=True)
class Linked:
    """One case of the family that the viewer may read, with what its raiser gave as of the last count."""

    case: UUID
    reference: str
    scenario: str
    party: int
    party_name: str
    own: int | None
    total: int | None
    own_meters: int | None
    total_meters: int | None
    counted_at: datetime | None


@dataclass(frozen=True)
class Judged:
    kind: str
    key: str
    column: str
    at: datetime
    words: str
    holds: bool
    reference: str
    organisation: str
    proposed: Any


class Register:
    def __init__(self, case: Case) -> None:
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, {"case": case.pk})
            self.cases = [Linked(*row) for row in cursor.fetchall()]
            keys = [linked.case for linked in self.cases]
            cursor.execute(JUDGED, {"cases": keys})
            self._judged = [_judged(row) for row in cursor.fetchall()]
        rows = Affected.objects.filter(case__in=keys).select_related("party", "case")
        self.affected = list(rows.order_by("kind", "since", "pk"))

    def _of(self, kind: str) -> list[Judged]:
        return [each for each in self._judged if each.kind == kind]

    @cached_property
    def crossings(self) -> list[Judged]:
        """The earliest first: it wins its column."""
        return self._of("crossing")

    @cached_property
    def answers(self) -> dict[str, Judged]:
        return {each.key: each for each in self._of("answer")}

    def first(self, column: str) -> Judged | None:
        return next((each for each in self.crossings if each.column == column), None)

    @property
    def opened(self) -> Judged | None:
        return self.first(CROSS_PARTY)

    @cached_property
    def totals(self) -> dict[str, int]:
        """Distinct over everybody linked, as the last count told each of the cases that the viewer reads."""
        return {
            "mpans": max((each.total or 0 for each in self.cases), default=0),
            "meters": max((each.total_meters or 0 for each in self.cases), default=0),
        }

    @cached_property
    def measures(self) -> dict[str, int]:
        said = [row for row in self.affected if row.says != Affected.Says.DENIED]
        things = {(row.kind, row.key) for row in said}
        kinds = Affected.Kind
        most: dict[str, int] = {}
        for row in said:
            if row.kind == kinds.PARTY:
                most[row.key] = max(most.get(row.key, 0), row.meters)
        return {
            "mpans": self.totals["mpans"],
            "meters": max(self.totals["meters"], sum(most.values())),
            **{f"{name}": sum(kind == which for kind, _ in things) for name, which in
               (("parties", kinds.PARTY), ("systems", kinds.SYSTEM), ("processes", kinds.PROCESS))},
        }  # fmt: skip

    @property
    def scenarios(self) -> list[str]:
        raised = [each.scenario for each in self.cases if each.scenario]
        return list(dict.fromkeys([*raised, *(each.key for each in self._of("applies"))]))

    def findings(self) -> list[Finding]:
        answers = {key: each.holds for key, each in self.answers.items()}
        return list(judge(rulebook.current(), self.scenarios, self.measures, answers))

    def shares(self, measure: str = "mpans") -> dict[int, tuple[str, int, Iterable[str]]]:
        """Each party's own, with the cases it gave them on."""
        found: dict[int, tuple[str, int, list[str]]] = {}
        for each in self.cases:
            own = each.own if measure == "mpans" else each.own_meters
            name, before, references = found.get(each.party, (each.party_name, 0, []))
            found[each.party] = (name, max(before, own or 0), [*references, each.reference])
        return dict(found)

    @property
    def counted_at(self) -> datetime | None:
        return max((each.counted_at for each in self.cases if each.counted_at), default=None)


def _judged(row: Sequence[Any]) -> Judged:
    kind, key, column, at, words, holds, reference, organisation, proposed = row
    desks = json.loads(proposed) if isinstance(proposed, str) else proposed
    return Judged(kind, key, column, at, words, holds, reference, organisation, desks)
