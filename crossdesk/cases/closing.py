"""Resolution, confirmation, closure and reopening: ownership stays until the raiser agrees or the time passes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from crossdesk.access import Invalid, WrongStage
from crossdesk.cases import reviewing
from crossdesk.cases.lifecycle import Outcome, advance
from crossdesk.cases.models import Case, Question
from crossdesk.cases.moving import moving
from crossdesk.cases.reviewing import Wanted
from crossdesk.cases.triage import end_assignments
from crossdesk.clocks import excusing
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Author, Viewer

REOPEN_WITHIN = timedelta(days=28)
"""After that a linked new case keeps the measures honest. Ours to choose: nobody has published a window."""


def resolve(case: Case, *, by: Viewer, at: datetime, words: str, seen: int | None = None) -> None:
    if not words.strip():
        raise Invalid("Say what was wrong and what was done; the raiser has to confirm it.")
    with moving(case, "resolve", by=by, at=at, seen=seen) as thread:
        Question.objects.filter(case=case, answered_at=None).update(answered_at=at)
        record(
            thread, "case.resolve", audience=case.to_everyone(), by=by.author(case.owner_id), at=at, words=words.strip()
        )


def confirm(case: Case, *, by: Viewer, at: datetime, words: str = "", seen: int | None = None) -> None:
    with moving(case, "confirm", by=by, at=at, seen=seen) as thread:
        _close(case, at)
        record(thread, "case.confirm", audience=case.to_everyone(), by=by, at=at, words=words.strip())


def dispute(case: Case, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    if not why.strip():
        raise Invalid("Say what is still wrong; the desk works on it again.")
    with moving(case, "dispute", by=by, at=at, seen=seen) as thread:
        case.resolved_at = None
        record(thread, "case.dispute", audience=case.to_raiser(), by=by, at=at, words=why.strip())


def close(
    case: Case,
    *,
    by: Viewer,
    at: datetime,
    why: str,
    excuses: Mapping[int, str] | None = None,
    review: Wanted | None = None,
    seen: int | None = None,
) -> None:
    """By the owner, when the raiser has neither confirmed nor disputed in the agreed time.

    A breached clock that gets no excuse goes as breached, and the entry about the clocks says so.
    """
    if not why.strip():
        raise Invalid("Say why you close it without the raiser's word.")
    with moving(case, "close", by=by, at=at, seen=seen) as thread:
        excusing.excuse(thread, excuses or {}, seats=by.seats, by=by.author(case.owner_id), at=at)
        _close(case, at)
        record(thread, "case.close", audience=case.to_everyone(), by=by.author(case.owner_id), at=at, words=why.strip())
        if review:
            reviewing.ask(case, thread, review, by=by, at=at)


def excuse(case: Case, *, excuses: Mapping[int, str], by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Before the raiser confirms, or after: a raiser's confirmation closes the case without the desk's reasons."""
    if not any(words.strip() for words in excuses.values()):
        raise Invalid("Give a reason for at least one of the clocks.")
    with moving(case, "excuse", by=by, at=at, seen=seen) as thread:
        excusing.excuse(thread, excuses, seats=by.seats, by=by.author(case.owner_id), at=at)


def withdraw(case: Case, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    with moving(case, "withdraw", by=by, at=at, seen=seen) as thread:
        if any(not leg.settled for leg in case.legs.all()):
            raise WrongStage(f"{case} is being worked on by other desks; ask {case.owner} to withdraw those first.")
        Question.objects.filter(case=case, answered_at=None).update(answered_at=at)
        case.outcome, case.closed_at = Outcome.WITHDRAWN, at
        end_assignments(case, at)
        record(thread, "case.withdraw", audience=case.to_raiser(), by=by, at=at, words=why.strip())


def turn_down(case: Case, thread: Thread, *, by: Viewer | Author, at: datetime, why: str) -> None:
    """Inside the verb of whoever's approval it needed, which holds the thread's lock and settles the case."""
    case.stage = advance(case, "turn_down") or case.stage
    if waiting := [str(leg.to_desk) for leg in case.legs.all() if not leg.settled]:
        names = ", ".join(waiting)
        raise WrongStage(
            f"{case} is being worked on by other desks; ask {case.owner} to withdraw those first: {names}."
        )
    Question.objects.filter(case=case, answered_at=None).update(answered_at=at)
    case.outcome, case.closed_at = Outcome.REFUSED, at
    end_assignments(case, at)
    record(thread, "case.turn_down", audience=case.to_everyone(), by=by, at=at, words=why)


def reopen(case: Case, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    if not why.strip():
        raise Invalid("Say why it is opened again.")
    with moving(case, "reopen", by=by, at=at, seen=seen) as thread:
        if case.closed_at and at - case.closed_at > REOPEN_WITHIN:
            raise WrongStage(f"{case} was closed more than 28 days ago; raise a new case and name {case} in it.")
        case.outcome, case.closed_at, case.resolved_at, case.assigned_at = "", None, None, None
        case.reopened_at = case.triaged_at = at
        desk = case.owner_id if by.works_at(case.owner_id) else None
        record(thread, "case.reopen", audience=case.to_everyone(), by=by.author(desk), at=at, words=why.strip())


def _close(case: Case, at: datetime) -> None:
    case.outcome, case.closed_at = Outcome.FIXED, at
    end_assignments(case, at)
