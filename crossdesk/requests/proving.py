"""Steps that nobody ticks: whether they are done is asked of the records themselves, each time somebody looks.

What knows those records lies above this package, so the questions are put in by `project/wiring.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Refused
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.requests import fulfilling
from crossdesk.requests.models import Request, Task
from crossdesk.requests.moving import moving
from crossdesk.threads.viewer import Author, verbs


@dataclass(frozen=True)
class Proof:
    """Done since `at`, by `who`; or not, and `found` says how far it is and what is missing."""

    found: str
    at: datetime | None = None
    who: str = ""


Ask = Callable[[Case, datetime], Proof]
PROOFS: dict[str, Ask] = {}
"""Filled once, by project/wiring.py: which records each kind of proof is read off."""


def look(request: Request, at: datetime) -> bool:
    """True where something is otherwise than at the last look. Nothing is written where nothing is."""
    with verbs():
        tasks = list(Task.objects.filter(request=request.pk, ready_at__isnull=False).exclude(proof=""))
        case = Case.objects.select_related("raiser", "owner__owner").get(pk=request.pk)
        if not tasks or case.stage == Stage.CLOSED or request.done_at:
            return False
        found = {each.pk: PROOFS[each.proof](case, at) for each in tasks if each.proof in PROOFS}
    if all(_same(each, found[each.pk]) for each in tasks if each.pk in found):
        return False
    try:
        with moving(request, "look at its steps", at=at) as thread:
            live = Task.objects.filter(pk__in=found).select_for_update().order_by("pk")
            for task in list(live):
                proof = found[task.pk]
                task.found = proof.found[:200]
                if proof.at and not task.done_at:
                    fulfilling.done(task, request, thread, Author(proof.who), at, proof.found)
                elif not proof.at and task.done_at:
                    fulfilling.open_again(task, request, thread, at, proof.found)
                task.save(update_fields=["found"])
    except Refused:  # closed in this very moment
        return False
    look(request, at)  # what was done may have opened the next
    return True


def look_at_all(at: datetime) -> int:
    """Every open request with such steps, so that one is done also when nobody has its page open."""
    with verbs():
        rows = Request.objects.filter(approved_at__isnull=False, done_at=None, tasks__proof__gt="")
        open_ones = list(rows.exclude(case__stage=Stage.CLOSED).distinct().order_by("pk")[:500])
    return sum(look(each, at) for each in open_ones)


def _same(task: Task, proof: Proof) -> bool:
    return (task.done_at is not None) == (proof.at is not None) and task.found == proof.found[:200]
