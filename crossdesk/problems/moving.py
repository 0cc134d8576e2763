"""What every verb on a problem does around its own few lines: lock, state, permission.

Where a verb changes a problem, a known error and a case, it locks them in this order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crossdesk.majors.moving import same_as_seen
from crossdesk.problems import policy
from crossdesk.problems.lifecycle import MOVES, TABLE, State
from crossdesk.problems.models import Part, Problem
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

TRUTH = Problem.objects.select_related("desk__owner", "desk__seat")


@contextmanager
def moving(
    problem: Problem, name: str, *, by: Viewer, at: datetime, part: Part | None = None, seen: int | None = None
) -> Iterator[Thread]:
    """Inside, the thread is locked and the problem is as it truly is. `seen` is the last sequence the asker read."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=problem.pk)
        problem.refresh_from_db(from_queryset=TRUTH)
        if part is not None:
            part.refresh_from_db(from_queryset=Part.objects.select_related("party"))
        same_as_seen(thread, by, seen, MOVES, "problem")
        to = TABLE.advance(name, problem.state, str(problem), State(problem.state).label.lower())
        policy.require(by, name, problem, part)
        problem.state = to or problem.state
        yield thread
        problem.changed_at = at
        problem.save()


def told(
    thread: Thread, problem: Problem, move: str, words: str, by: Viewer, at: datetime, audience: Audience, **more: Any
) -> Entry:
    """In the hand of the desk where one of its people did it for the desk, else of the person's own party."""
    for_desk = by.works_at(problem.desk_id) and audience.kind in {"problem", "internal"}
    author = by.author(problem.desk_id if for_desk else None)
    return record(thread, f"problem.{move}", audience=audience, by=author, at=at, words=words.strip(), **more)
