"""The work of an approved request: a step of the desk is an assignment, a step of another desk is its leg."""

from __future__ import annotations

from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.cases import assigning, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import live_clocks, turn
from crossdesk.desks.models import ResolverGroup
from crossdesk.parties.models import Membership
from crossdesk.requests import policy, progress
from crossdesk.requests.models import Request, Task
from crossdesk.requests.moving import moving
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer

LONGEST = 2000


def begin(
    task: Task, *, by: Viewer, at: datetime, group: ResolverGroup | None = None, share: bool = False, words: str = ""
) -> None:
    """For the desk's own step, perhaps an offer to one of its groups; for another desk's, an engagement.

    With `share` the other desk reads the answers of the form as well.
    """
    request = task.request
    with moving(request, "begin a step of it", at=at) as thread:
        live = _live(task, request)
        policy.require_do(by, "begin", live, request)
        _own_it(request.case, by, at)
        live.begun_at = at
        if live.desk_id != request.case.owner_id:
            _engage(live, request, share, words, by, at)
        elif group:
            live.assignment = assigning.assign(request.case, group=group, by=by, at=at, note=words or live.name)
        _again(thread)
        record(
            thread, "request.begin", audience=request.case.to_raiser(), by=by.author(request.case.owner_id), at=at,
            detail={"task": live.name}, task=live.pk,
        )  # fmt: skip
        live.save()


def finish(task: Task, *, by: Viewer, at: datetime, words: str = "") -> None:
    request = task.request
    with moving(request, "finish a step of it", at=at) as thread:
        live = _live(task, request)
        policy.require_do(by, "finish", live, request)
        if live.desk_id and live.begun_at is None:
            _own_it(request.case, by, at)
            _again(thread)
            live.begun_at = at
        done(live, request, thread, by.author(request.case.owner_id if live.desk_id else None), at, words)


def give(task: Task, *, to: Membership, by: Viewer, at: datetime) -> None:
    """One of the owning desk's own steps into one person's hands. Steps side by side have each their own; who has it
    hands it on in the same way."""
    request = task.request
    with moving(request, "give a step of it to anybody", at=at) as thread:
        live = _live(task, request)
        policy.require_do(by, "give", live, request)
        person = next((each.person for each in policy.people_for(live, at) if each.pk == to.pk), None)
        if person is None:
            raise Invalid(f"They do not work at {live.desk} any more; choose somebody who does.")
        _own_it(request.case, by, at)
        _again(thread)
        live.person, live.person_name = person.pk, person.name[:120]
        live.begun_at = live.begun_at or at
        live.save()
        record(
            thread, "request.give", audience=request.case.internal(request.case.owner),
            by=by.author(request.case.owner_id), at=at, detail={"task": live.name, "to": live.person_name},
            task=live.pk, person=person.pk,
        )  # fmt: skip


def done(task: Task, request: Request, thread: Thread, author: Author, at: datetime, words: str = "") -> None:
    """Within a verb or a reaction, with the thread locked."""
    turn(thread, live_clocks(thread, task=task.pk), Turn.MEET, at=at)
    whose = f"{author.name}, {author.organisation}" if author.organisation else author.name
    task.done_at, task.done_by = at, whose[:160]
    task.entry = record(
        thread, "request.task_done", audience=request.case.to_raiser(), by=author, at=at,
        words=words.strip()[:LONGEST], detail={"task": task.name}, task=task.pk,
    )  # fmt: skip
    task.save()


def open_again(task: Task, request: Request, thread: Thread, at: datetime, words: str) -> None:
    task.leg, task.begun_at, task.done_at, task.done_by, task.entry = None, None, None, "", None
    task.person, task.person_name = None, ""
    task.save()
    record(
        thread, "request.task_open", audience=request.case.to_raiser(), by=CROSSDESK, at=at, words=words,
        detail={"task": task.name}, task=task.pk,
    )  # fmt: skip


def follow_leg(entry: Entry) -> None:
    """A reaction to how a leg ended: a confirmed answer is its step's end; without one the step stands open again."""
    task = Task.objects.select_related("request__case__owner__owner", "request__case__raiser", "desk").filter(
        leg=entry.facts["leg"]
    ).first()  # fmt: skip
    if task is None or task.done_at:
        return
    request = task.request
    if entry.kind == "leg.confirm":
        done(task, request, entry.thread, Author(str(task.desk)), entry.recorded_at)
    else:
        open_again(task, request, entry.thread, entry.recorded_at, f"{task.desk} does not do it.")
    progress.move_on(request, entry.thread, entry.recorded_at)


def _live(task: Task, request: Request) -> Task:
    live = Task.objects.select_related("desk__owner").get(pk=task.pk)
    live.request = request
    return live


def _own_it(case: Case, by: Viewer, at: datetime) -> None:
    """Nobody has to triage what the catalogue has already decided: whoever begins the work takes it for the desk."""
    if case.stage == Stage.RAISED:
        triage.take(case, by=by, at=at)
    if case.stage == Stage.TRIAGE:
        triage.own(case, by=by, at=at)


def _again(thread: Thread) -> None:
    """Verbs within this one have written entries on their own copy of the thread's row."""
    thread.refresh_from_db()


def _engage(task: Task, request: Request, share: bool, words: str, by: Viewer, at: datetime) -> None:
    assert task.desk is not None
    row = rulebook.current().tasks.get(task.key)
    ask = words.strip() or (row.what if row and row.what else task.name)
    if len(ask) > LONGEST:
        raise Invalid(f"Say in {LONGEST:,} characters what {task.desk} is asked to do.")
    what = Engagement(
        ask=ask,
        outside_because=f"This step of “{request.name}” is done by {task.desk}.",
        entries=[request.entry_id] if share else [],
    )
    task.leg = engage(request.case, task.desk, what, by=by, at=at)
