"""The shared analysis: sections, causes that are agreed or disputed, actions, the whys, the timeline."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.joint import acting, claims, sections
from crossdesk.problems.guarding import require_fit
from crossdesk.problems.models import Action, Cause, Draft, Line, Part, Problem, Why
from crossdesk.problems.moving import moving, told
from crossdesk.problems.work import WORK
from crossdesk.threads.viewer import Viewer

RUNGS = 7


def write(problem: Problem, words: str, *, by: Viewer, at: datetime, edition: int | None = None) -> Draft:
    draft: Draft = sections.write(WORK, problem, words, by=by, at=at, edition=edition)
    return draft


def sign(problem: Problem, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    """From now on every reader of the problem reads it, and it is final."""
    sections.sign(WORK, problem, by=by, at=at, edition=edition)


def unsign(problem: Problem, *, why: str, by: Viewer, at: datetime) -> None:
    sections.unsign(WORK, problem, why=why, by=by, at=at)


def name(problem: Problem, *, named: bool, by: Viewer, at: datetime) -> None:
    sections.name(WORK, problem, named=named, by=by, at=at)


def state_cause(problem: Problem, words: str, *, by: Viewer, at: datetime) -> Cause:
    cause: Cause = claims.state(WORK, problem, words, by=by, at=at)
    return cause


def answer_cause(cause: Cause, *, agrees: bool, words: str = "", by: Viewer, at: datetime) -> None:
    claims.answer(WORK, cause, agrees=agrees, words=words, by=by, at=at)


def withdraw_cause(cause: Cause, *, why: str, by: Viewer, at: datetime) -> None:
    claims.withdraw(WORK, cause, why=why, by=by, at=at)


def give_action(
    problem: Problem, what: str, *, part: Part, owner: str, due_at: datetime, by: Viewer, at: datetime
) -> Action:
    action: Action = acting.give(WORK, problem, what, part=part, owner=owner, due_at=due_at, by=by, at=at)
    return action


def finish_action(action: Action, *, result: str, by: Viewer, at: datetime) -> None:
    acting.finish(WORK, action, result=result, by=by, at=at)


def move_action(action: Action, *, due_at: datetime, why: str, by: Viewer, at: datetime) -> None:
    acting.move(WORK, action, due_at=due_at, why=why, by=by, at=at)


def withdraw_action(action: Action, *, why: str, by: Viewer, at: datetime) -> None:
    acting.withdraw(WORK, action, why=why, by=by, at=at)


def ask_why(problem: Problem, number: int, words: str, *, by: Viewer, at: datetime) -> Why:
    """Rung by rung; a rung that stands is worded anew."""
    if not words.strip():
        raise Invalid("Say why; the next rung asks why of your answer.")
    with moving(problem, "ask_why", by=by, at=at) as thread:
        there = problem.whys.count()
        if not 1 <= number <= min(there + 1, RUNGS):
            raise Invalid(f"Answer why {min(there + 1, RUNGS)} next; there are at most {RUNGS}.")
        require_fit(problem, None, [words], by_lead=True)
        said = {"words": words.strip()[:600], "at": at, "seats": problem.seats}
        why, _ = Why.objects.update_or_create(problem=problem, number=number, defaults=said)
        told(thread, problem, "ask_why", why.words, by, at, problem.readers(), number=number)
        return why


def add_line(problem: Problem, words: str, *, happened_at: datetime, by: Viewer, at: datetime) -> Line:
    """For every reader of the problem."""
    if not words.strip():
        raise Invalid("Say what happened; every party on the problem reads it.")
    if happened_at > at:
        raise Invalid("A line of the timeline cannot lie in the future; give the time it happened.")
    with moving(problem, "add_line", by=by, at=at) as thread:
        require_fit(problem, None, [words], by_lead=True)
        line = Line.objects.create(
            problem=problem, happened_at=happened_at, words=words.strip()[:600], seats=problem.seats
        )
        told(thread, problem, "add_line", line.words, by, at, problem.readers(), line=line.pk)
        return line
