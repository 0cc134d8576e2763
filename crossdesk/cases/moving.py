"""What every verb on a case does around its own few lines: lock, permission, stage, and afterwards the standings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from crossdesk.access import Moved
from crossdesk.cases import policy, standing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LEG_MOVES, MOVES, SETTLED, LegStage, Stage, advance, advance_leg
from crossdesk.cases.models import Case
from crossdesk.kit.time import clock_time
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import Viewer, verbs

STAGE_TIMES = {Stage.TRIAGE: "triaged_at", Stage.ASSIGNED: "assigned_at", Stage.RESOLVED: "resolved_at"}
STEPS = frozenset({f"case.{name}" for name in MOVES} - {"case.write", "case.add", "case.ask", "case.answer"})

TRUTH = Case.objects.select_related("owner__owner", "raiser")
"""A case with those that permission and standing ask about, in one query."""


@contextmanager
def moving(case: Case, name: str, *, by: Viewer, at: datetime, seen: int | None = None) -> Iterator[Thread]:
    """Inside, the thread's row is locked and the case is as it truly is. `seen` is the last sequence the asker read."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=case.pk)
        case.refresh_from_db(from_queryset=TRUTH)
        _same_as_seen(thread, by, seen)
        to = advance(case, name)
        policy.require(by, name, case)
        if to and to != case.stage:
            case.stage = to
            if to in STAGE_TIMES:
                setattr(case, STAGE_TIMES[Stage(to)], at)
        yield thread
        settle(case, thread, at)


@contextmanager
def moving_leg(leg: Leg, name: str, *, by: Viewer, at: datetime) -> Iterator[Thread]:
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=leg.case_id)
        leg.refresh_from_db()
        case = leg.case
        case.refresh_from_db(from_queryset=TRUTH)
        to = advance_leg(leg, name)
        policy.require_leg(by, name, leg)
        if to:
            leg.stage = to
            if to in SETTLED:
                leg.settled_at = at
            if to == LegStage.RESOLVED:
                leg.resolved_at = at
        yield thread
        leg.save()
        settle(case, thread, at)


def settle(case: Case, thread: Thread, at: datetime) -> None:
    case.seats = thread.seats
    case.changed_at = at
    case.save()
    standing.refresh(case, at)


def _same_as_seen(thread: Thread, by: Viewer, seen: int | None) -> None:
    if seen is None or seen >= thread.length:
        return
    since = Entry.objects.filter(thread=thread, seq__gt=seen, kind__in=STEPS, seats__overlap=list(by.seats))
    step = since.exclude(by_person=by.person).select_related("body").order_by("seq").first()
    if step:
        done = (MOVES | LEG_MOVES)[step.kind.split(".")[1]].done
        raise Moved(
            f"{step.body.author} was here before you: “{done}” at {clock_time(step.happened_at, step.happened_at)}."
            " Nothing of yours is lost; look at the case as it is now and decide again."
        )
