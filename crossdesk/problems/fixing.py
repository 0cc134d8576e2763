"""The steps of a problem: its analysis, its known error, its fix and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Invalid, Moved, WrongStage
from crossdesk.joint import acting
from crossdesk.joint.models import OPEN
from crossdesk.known_errors import publishing, writing
from crossdesk.known_errors.lifecycle import State as Known
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.writing import Description
from crossdesk.problems.guarding import require_fit
from crossdesk.problems.models import Behind, Part, Problem
from crossdesk.problems.moving import moving, told
from crossdesk.problems.work import WORK
from crossdesk.threads.viewer import Viewer

LONGEST = 20_000


@dataclass(frozen=True)
class Account:
    """The owner's account of a problem, as every reader of it reads it."""

    title: str
    seen: str = ""
    root_cause: str = ""
    workaround: str = ""
    system: str = ""
    code: str = ""


@dataclass(frozen=True)
class Plan:
    """The permanent fix: what, by whom, by when, and whose change or release it waits for."""

    fix: str
    part: Part
    due: datetime
    waits_for: str = ""


def describe(problem: Problem, what: Account, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    if not what.title.strip():
        raise Invalid("Say in one line what recurs; every party that is involved reads it.")
    pieces = (what.title, what.seen, what.root_cause, what.workaround)
    if max(map(len, pieces)) > LONGEST:
        raise Invalid(f"Each part of the account holds at most {LONGEST:,} signs.")
    tidy = writing.tidied(_description(what.title, system=what.system, code=what.code))
    with moving(problem, "describe", by=by, at=at) as thread:
        if edition is not None and edition != problem.edition:
            raise Moved(
                f"Edition {problem.edition} of {problem} was written meanwhile."
                " Your words are kept; take in what changed and save again."
            )
        require_fit(problem, None, pieces, by_lead=True)
        problem.title, problem.seen = " ".join(what.title.split())[:200], what.seen.strip()
        problem.root_cause, problem.workaround = what.root_cause.strip(), what.workaround.strip()
        problem.system, problem.code = "".join(tidy.systems), "".join(tidy.codes)
        problem.edition += 1
        detail = {"title": problem.title, "seen": problem.seen, "workaround": problem.workaround}
        told(
            thread, problem, "describe", problem.root_cause, by, at, problem.readers(), detail=detail,
            edition=problem.edition,
        )  # fmt: skip


def analyse(problem: Problem, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    with moving(problem, "analyse", by=by, at=at, seen=seen) as thread:
        told(thread, problem, "analyse", "", by, at, problem.readers())


def know(problem: Problem, *, by: Viewer, at: datetime, seen: int | None = None) -> KnownError:
    """Begins the known error with what is known; the desk publishes it to whom it chooses."""
    with moving(problem, "know", by=by, at=at, seen=seen) as thread:
        _require_cause(problem)
        known = _begin_known(problem, by, at)
        told(thread, problem, "know", "", by, at, problem.internal(), detail={"known_error": known.reference})
        return known


def await_fix(problem: Problem, plan: Plan, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    _plan(problem, "await_fix", plan, by, at, seen)


def plan_fix(problem: Problem, plan: Plan, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """The date moved, or what it waits for. The known error says so too, from now on."""
    _plan(problem, "plan_fix", plan, by, at, seen)


def fix(problem: Problem, *, how: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Whoever's case its known error answered is told."""
    if not how.strip():
        raise Invalid("Say what fixed it; everybody on the problem reads it.")
    with moving(problem, "fix", by=by, at=at, seen=seen) as thread:
        require_fit(problem, None, [how], by_lead=True)
        problem.fixed_at = at
        told(thread, problem, "fix", how, by, at, problem.readers())
        known = known_of(problem)
        if known and known.state == Known.PUBLISHED:
            publishing.fix(known, how=how, by=by, at=at)


def close(problem: Problem, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    if not why.strip():
        raise Invalid("Say what shows that it stays away.")
    with moving(problem, "close", by=by, at=at, seen=seen) as thread:
        still = problem.actions.filter(OPEN).count()
        if still:
            raise WrongStage(
                f"{still} of its actions {'is' if still == 1 else 'are'} not done; finish them first, or withdraw them."
            )
        require_fit(problem, None, [why], by_lead=True)
        problem.closed_at = at
        told(thread, problem, "close", why, by, at, problem.readers())


def reject(problem: Problem, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    _with_reason(problem, "reject", why, "Say why this is no problem of its own.", by, at, seen)


def reopen(problem: Problem, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """The fix did not hold, or it was rejected too soon."""
    _with_reason(problem, "reopen", why, "Say what was seen again.", by, at, seen)


def known_of(problem: Problem) -> KnownError | None:
    """As far as its reader may read it."""
    return KnownError.objects.select_related("desk").defer("tsv").filter(behind__problem=problem.pk).first()


def _with_reason(
    problem: Problem, move: str, why: str, otherwise: str, by: Viewer, at: datetime, seen: int | None
) -> None:
    if not why.strip():
        raise Invalid(otherwise)
    with moving(problem, move, by=by, at=at, seen=seen) as thread:
        require_fit(problem, None, [why], by_lead=True)
        if move == "reopen":
            problem.fixed_at = problem.closed_at = None
        else:
            acting.withdraw_open(WORK, problem, thread, why="The problem was rejected.", at=at)
        told(thread, problem, move, why, by, at, problem.readers())


def _plan(problem: Problem, move: str, plan: Plan, by: Viewer, at: datetime, seen: int | None) -> None:
    if not plan.fix.strip():
        raise Invalid("Say what will keep it from happening again.")
    if plan.due <= at:
        raise Invalid("Give the fix a target date that lies ahead.")
    with moving(problem, move, by=by, at=at, seen=seen) as thread:
        require_fit(problem, None, [plan.fix, plan.waits_for], by_lead=True)
        if plan.part.problem_id != problem.pk:
            raise Invalid("Choose a party of this problem as the owner of the fix.")
        problem.fix, problem.fix_by = plan.fix.strip(), str(plan.part)
        problem.fix_due, problem.fix_waits_for = plan.due, plan.waits_for.strip()[:200]
        detail = {"due": plan.due.isoformat(), "waits_for": problem.fix_waits_for, "by": problem.fix_by}
        told(thread, problem, move, problem.fix, by, at, problem.readers(), detail=detail)
        known = known_of(problem)
        if known and known.state in {Known.DRAFT, Known.PUBLISHED}:
            writing.say_due(known, plan.due, problem.fix_waits_for, by=by, at=at)


def _require_cause(problem: Problem) -> None:
    if not (problem.root_cause and problem.workaround):
        raise Invalid("Write the root cause and the workaround first; a known error is both.")


def _begin_known(problem: Problem, by: Viewer, at: datetime) -> KnownError:
    behind = Behind.objects.select_related("known_error").get(problem=problem)
    if behind.known_error:  # reopened: the error known before stands
        return behind.known_error
    said = _description(
        problem.title, symptoms=problem.seen, workaround=problem.workaround, system=problem.system, code=problem.code
    )
    known = writing.begin(said, desk=problem.desk, by=by, at=at)
    behind.known_error = known
    behind.save(update_fields=["known_error"])
    return known


def _description(
    title: str, *, symptoms: str = "", workaround: str = "", system: str = "", code: str = ""
) -> Description:
    return Description(
        title=title,
        symptoms=symptoms,
        workaround=workaround,
        systems=(system,) if system else (),
        codes=(code,) if code else (),
    )
