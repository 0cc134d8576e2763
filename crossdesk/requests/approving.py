"""Approving and refusing, each by one person with a reason; and what nobody objected to in time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crossdesk.access import Invalid, Moved, Refused
from crossdesk.cases import closing
from crossdesk.cases.lifecycle import Stage
from crossdesk.kit.time import clock_time
from crossdesk.requests import policy, progress
from crossdesk.requests.models import Approval, Request
from crossdesk.requests.moving import moving
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer, verbs

LONGEST = 2000


def approve(approval: Approval, *, by: Viewer, at: datetime, words: str = "") -> None:
    with moving(approval.request, "approve it", at=at) as thread:
        live = _live(approval, by, at)
        _decide(live, thread, Approval.Decision.APPROVED, "request.approve", by, at, words)


def refuse(approval: Approval, *, by: Viewer, at: datetime, why: str) -> None:
    """One refusal closes the case. Whoever asked reads why, and may reopen it to ask again."""
    if not why.strip():
        raise Invalid("Say why it is refused; whoever asked reads it and decides what to do next.")
    request = approval.request
    with moving(request, "refuse it", at=at) as thread:
        live = _live(approval, by, at)
        _decide(live, thread, Approval.Decision.REFUSED, "request.refuse", by, at, why)
        live.request.refused_at, live.request.approved_at = at, None
        live.request.save(update_fields=["refused_at", "approved_at"])
        request.refused_at = at
        closing.turn_down(request.case, thread, by=by.author(live.desk_id), at=at, why=_kept(why))


def lapse(at: datetime) -> int:
    """Where the catalogue gives so many days to object, silence is consent when they are over."""
    with verbs():
        open_ones = Approval.objects.filter(decision="", object_by__lte=at, request__refused_at=None)
        over = list(open_ones.exclude(request__case__stage=Stage.CLOSED).values_list("pk", "request"))
    return sum(_lapse(pk, case, at) for pk, case in over)


def _lapse(pk: int, case: UUID, at: datetime) -> bool:
    try:
        request = Request(pk=case)
        with moving(request, "object", at=at) as thread:
            live = Approval.objects.select_related("request", "party", "desk").get(pk=pk)
            if live.decision:  # in this very moment somebody did
                return False
            live.request = request
            _decide(live, thread, Approval.Decision.NO_OBJECTION, "request.no_objection", CROSSDESK, at, "")
            return True
    except Refused:
        return False


def follow_reopening(entry: Entry) -> None:
    """A reaction: a refused request that is opened again is put once more to whoever refused it."""
    request = Request.objects.select_related("case__owner__owner", "case__raiser").filter(pk=entry.thread_id).first()
    if request is None:
        return
    request.case.stage = Stage.TRIAGE  # as the verb around it is about to write
    if request.refused_at:
        request.refused_at = None
        request.save(update_fields=["refused_at"])
        for each in progress.current(request):
            if each.decision == Approval.Decision.REFUSED:
                Approval.objects.create(
                    request=request, key=each.key, number=each.number, round=each.round + 1, order=each.order,
                    party=each.party, desk=each.desk, role=each.role, four_eyes=each.four_eyes,
                    delegates=each.delegates, because=each.because, seats=each.seats,
                )  # fmt: skip
    for task in request.tasks.select_related("desk"):
        if task.open:
            progress.begin_clock(task, request, entry.thread, entry.recorded_at)
            task.save(update_fields=["due_at"])
    progress.move_on(request, entry.thread, entry.recorded_at)


def _live(approval: Approval, by: Viewer, at: datetime) -> Approval:
    """As it is now, under the lock: of two at once the second is told who was first."""
    live = Approval.objects.select_related("request", "party", "desk").get(pk=approval.pk)
    live.request = approval.request
    if live.decided_at:
        said = live.get_decision_display().lower()
        who = live.name or str(live.desk or live.party)
        raise Moved(
            f"{who} was here before you at {clock_time(live.decided_at, at)}: {said}. Nothing more is needed here."
        )
    policy.require_approve(by, live, live.request, at)
    return live


def _decide(
    live: Approval, thread: Thread, decision: str, kind: str, by: Viewer | Author, at: datetime, words: str
) -> None:
    author = by.author(live.desk_id) if isinstance(by, Viewer) else by
    live.decision, live.decided_at = decision, at
    live.person, live.name = author.person, author.name[:120]
    live.entry = record(
        thread,
        kind,
        audience=live.request.case.to_everyone(),
        by=author,
        at=at,
        words=_kept(words),
        detail={"of": str(live.desk or live.party)},
        approval=live.pk,
    )
    live.save()


def _kept(words: str) -> str:
    return words.strip()[:LONGEST]
