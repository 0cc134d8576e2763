"""Cases that may be about the same: by references both hold and by words both use. Only for the desk that owns both.

Matching between competitors happens here, in a verb's eyes, and informs the desk; neither raiser learns of the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case, CaseLink, Standing
from crossdesk.threads.viewer import Viewer, verbs

RECENT = 300
"""Of the desk's cases, those that changed last."""
SAMPLE = 200
"""How many references of each list are looked up elsewhere; a list of a million is known by its first few hundred."""
AT_MOST = 5
ALIKE = 0.4
"""Of all the words the two summaries use, how many both do."""
COMMON = {"and", "the", "for", "with", "not", "are", "was", "from", "that", "this", "has", "have", "after", "been"}

SHARED = """
select other.case_id, count(distinct held.value)
from (select m.value from cases_referenceset s
      cross join lateral (select value from cases_member where set_id = s.id limit %(sample)s) m
      where s.case_id = %(case)s) mine
join cases_member held on held.value = mine.value
join cases_referenceset other on other.id = held.set_id and other.case_id <> %(case)s
  and other.seats && %(seats)s::int[]
join cases_case c on c.thread_id = other.case_id and c.owner_id = %(owner)s
group by other.case_id order by 2 desc limit 20
"""


@dataclass(frozen=True)
class Alike:
    case: Case
    because: str


def alike(case: Case, viewer: Viewer) -> list[Alike]:
    """While it is being triaged. What the viewer may not read is not offered."""
    if case.stage not in {Stage.RAISED, Stage.TRIAGE} or not viewer.works_at(case.owner_id) or case.restricted:
        return []
    because = {key: f"shares {n} reference{'' if n == 1 else 's'}" for key, n in _by_references(case, viewer)}
    for key in _by_words(case):
        because[key] = f"{because[key]} and words" if key in because else "uses similar words"
    linked = CaseLink.objects.filter(child=case).values_list("parent", flat=True)
    found = Case.objects.select_related("raiser", "owner").filter(owner=case.owner_id).exclude(pk__in=list(linked))
    rows = found.in_bulk(list(because))
    return [Alike(rows[key], words) for key, words in because.items() if key in rows][:AT_MOST]


def _by_references(case: Case, viewer: Viewer) -> list[tuple[UUID, int]]:
    asked = {"case": case.pk, "sample": SAMPLE, "seats": list(viewer.seats), "owner": case.owner_id}
    with verbs(), connection.cursor() as cursor:
        cursor.execute(SHARED, asked)
        return [(key, number) for key, number in cursor.fetchall()]


def _by_words(case: Case) -> list[UUID]:
    own = _words(case.summary)
    newest = Standing.objects.filter(seat=case.owner.seat_id, part=Standing.Part.OWNS).exclude(case=case)
    rows = newest.order_by("-changed_at").values_list("case", "case__summary")[:RECENT]
    scored = [(len(own & words) / len(own | words), key) for key, text in rows if (words := _words(text)) | own]
    return [key for score, key in sorted(scored, key=lambda each: -each[0]) if score >= ALIKE][:AT_MOST]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z0-9-]{3,}", text.lower()) if word not in COMMON}
