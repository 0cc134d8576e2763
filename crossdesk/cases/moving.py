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
QUIET = {
    "erase",
    "write",
    "add",
    "ask",
    "answer",
    "say",
    "update",
    "deliver",
    "bounce",
    "excuse",
    "know",
    "unknow",
    "take_review",
    "conclude_review",
}
"""Words beside the work: they overtake nobody, unless somebody does the very same."""
STEPS = {
    "case": frozenset({f"case.{name}" for name in MOVES if name not in QUIET} | {"case.engaged"}),
    "leg": frozenset({f"leg.{name}" for name in LEG_MOVES if name not in QUIET}),
}

ASKED_ABOUT = ("owner__owner", "owner__calendar", "raiser")
TRUTH = Case.objects.select_related(*ASKED_ABOUT)
"""A case with those that permission and standing ask about, in one query."""
LEG_TRUTH = Leg.objects.select_related(*(f"case__{each}" for each in ASKED_ABOUT), "from_desk", "to_desk__owner")
"""The same of a leg and its case."""


@contextmanager
def moving(case: Case, name: str, *, by: Viewer, at: datetime, seen: int | None = None) -> Iterator[Thread]:
    """Inside, the thread's row is locked and the case is as it truly is. `seen` is the last sequence the asker read."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=case.pk)
        case.refresh_from_db(from_queryset=TRUTH)
        same_as_seen(thread, by, seen, "case", name)
        to = advance(case, name)
        policy.require(by, name, case)
        if to and to != case.stage:
            case.stage = to
            field = STAGE_TIMES.get(Stage(to), "")
            if field and getattr(case, field) is None:  # a dispute goes back to the work that had begun
                setattr(case, field, at)
        yield thread
        settle(case, thread, at)


@contextmanager
def moving_leg(leg: Leg, name: str, *, by: Viewer, at: datetime, seen: int | None = None) -> Iterator[Thread]:
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=leg.case_id)
        leg.refresh_from_db(from_queryset=LEG_TRUTH)
        case = leg.case
        same_as_seen(thread, by, seen, "leg", name, leg.pk)
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


def same_as_seen(thread: Thread, by: Viewer, seen: int | None, noun: str, name: str, leg: int | None = None) -> None:
    if seen is None or seen >= thread.length:
        return
    kinds = STEPS[noun] | ({f"{noun}.{name}"} if name in {"ask", "answer", "ask_us", "ask_them"} else set())
    since = Entry.objects.filter(thread=thread, seq__gt=seen, kind__in=kinds, seats__overlap=list(by.seats))
    if leg:
        since = since.filter(facts__leg=leg)
    step = since.exclude(by_person=by.person).select_related("body").order_by("seq").first()
    if step:
        done = _done(step.kind)
        raise Moved(
            f"{step.body.author} was here before you: “{done}” at {clock_time(step.happened_at, step.happened_at)}."
            " Nothing of yours is lost; look at the case as it is now and decide again."
        )


def _done(kind: str) -> str:
    noun, _, name = kind.partition(".")
    if name == "engaged":
        name = "raise_onward"
    return (MOVES if noun == "case" else LEG_MOVES)[name].done
