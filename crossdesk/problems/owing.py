"""Open actions of problems and of reviews together, as one person has to do with them. It runs as the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Q

from crossdesk.clocks.models import Clock
from crossdesk.joint.models import OPEN, ActionRow
from crossdesk.joint.promising import ACTION
from crossdesk.joint.work import Work
from crossdesk.problems.work import WORK as PROBLEM
from crossdesk.reviews.work import WORK as REVIEW
from crossdesk.threads.viewer import Viewer

KINDS = ((PROBLEM, "desk"), (REVIEW, "lead"))
MOST = 200


@dataclass(frozen=True)
class Owing:
    """An action that somebody still owes, with its record and its clock."""

    noun: str
    record: Any
    action: ActionRow
    owner: str
    party: str
    ours: bool
    clock: Clock | None


def owing(viewer: Viewer, at_most: int = MOST) -> list[Owing]:
    """What the viewer's party owes and what is owed to the desks they work at, the first due first."""
    found = list(chain.from_iterable(_of(work, lead, viewer, at_most) for work, lead in KINDS))
    return sorted(found, key=lambda each: (each.action.due_at, str(each.record)))[:at_most]


def counted(viewer: Viewer, at: datetime) -> tuple[int, int]:
    """How many the viewer's own party owes, and how many of those are late."""
    each, other = (
        work.action.objects.filter(OPEN, part__party=viewer.party).values_list("due_at") for work, _ in KINDS
    )
    due = [moment for (moment,) in each.union(other, all=True)]
    return len(due), sum(moment < at for moment in due)


def _of(work: Work, lead: str, viewer: Viewer, at_most: int) -> Iterator[Owing]:
    desk = f"{work.record}__{lead}"
    mine = Q(part__party=viewer.party) | Q(**{f"{desk}__in": viewer.desks})
    rows = work.action.objects.filter(OPEN, mine).select_related(desk, "part__party", "owner")
    actions = list(rows.order_by("due_at", "pk")[:at_most])
    live = Clock.objects.filter(thread__in={getattr(each, work.record).pk for each in actions}, measure=ACTION)
    clocks = {clock.task: clock for clock in live.filter(ended_at=None).select_related("calendar")}
    for each in actions:
        part = each.part
        yield Owing(
            work.noun, getattr(each, work.record), each, each.owner.name, str(part.party),
            part.party_id == viewer.party, clocks.get(each.pk),
        )  # fmt: skip
