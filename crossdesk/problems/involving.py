"""Whom a problem involves: a party reads the whole record while it is on it, and what it read once it was taken off."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, WrongStage
from crossdesk.joint import acting
from crossdesk.parties.models import Party
from crossdesk.problems.guarding import objections
from crossdesk.problems.lifecycle import State
from crossdesk.problems.models import Action, Answer, Cause, Part, Problem, Section, Why
from crossdesk.problems.moving import moving, told
from crossdesk.problems.work import WORK
from crossdesk.threads.viewer import Viewer


def involve(problem: Problem, party: Party, *, why: str, by: Viewer, at: datetime) -> Part:
    """The party reads the whole record from now on, and writes a section of its own; nobody else learns which it is.

    One that was taken off comes back under the name it had, to the section it had.
    """
    if not why.strip():
        raise Invalid("Say what you ask of the party; it reads that first.")
    with moving(problem, "involve", by=by, at=at) as thread:
        there = problem.parts.filter(party=party).select_related("party").first()
        if there and not there.off_at:
            return there
        _require_readable(problem, [why])
        part = there or add_part(problem, party)
        problem.seats = sorted({*problem.seats, party.seat_id})
        part.seats, part.off_at = sorted({problem.desk.seat_id, party.seat_id}), None
        part.save(update_fields=["seats", "off_at"])
        _share(problem)
        again = {"again": True} if there else {}
        detail = {"party": party.name}
        told(thread, problem, "involve", why, by, at, part.between(), detail=detail, part=part.pk, **again)
        return part


def take_off(problem: Problem, part: Part, *, why: str, by: Viewer, at: datetime) -> None:
    """What it signed and stated stays with the others; what it owes is withdrawn. It reads its own section, the reason
    and what it could read until now, and nothing that comes after."""
    if not why.strip():
        raise Invalid("Say why the party is taken off; it reads that.")
    with moving(problem, "take_off", by=by, at=at) as thread:
        part.refresh_from_db(from_queryset=Part.objects.select_related("party"))
        _require_may_leave(problem, part)
        part.off_at = at
        part.save(update_fields=["off_at"])
        acting.withdraw_open(WORK, problem, thread, why="Its party was taken off.", at=at, part=part)
        problem.seats = sorted({*problem.seats} - {part.party.seat_id})
        _share(problem)
        detail = {"party": part.party.name, "title": problem.title}
        about = {"part": part.pk, "reference": str(problem)}
        told(thread, problem, "take_off", why, by, at, part.between(), detail=detail, **about)


def add_part(problem: Problem, party: Party) -> Part:
    part: Part = WORK.add_part(problem, party, named=party.central or party.pk == problem.desk.owner_id)
    return part


def _require_may_leave(problem: Problem, part: Part) -> None:
    if part.problem_id != problem.pk:
        raise Invalid("Choose a party of this problem.")
    if part.party_id == problem.desk.owner_id:
        raise Invalid(f"{part.party} leads this problem; it cannot be taken off its own.")
    if part.off_at:
        raise WrongStage(f"{part.party} is off this problem already; it can be involved again.")
    if problem.state == State.FIX_AWAITED and problem.fix_by == str(part):
        raise Invalid(f"The fix is {part}'s to make; change its plan first, so that somebody owes it.")


def _require_readable(problem: Problem, more: list[str]) -> None:
    """What stands there so far was the desk's own; now a party reads it."""
    pieces = [problem.title, problem.seen, problem.root_cause, problem.workaround, problem.fix, problem.fix_waits_for]
    for rows in (problem.whys.all(), problem.lines.filter(case=None), problem.causes.all(), problem.sections.all()):
        pieces += rows.values_list("words", flat=True)
    pieces += [text for action in problem.actions.all() for text in (action.what, action.result)]
    if found := objections(problem, None, [*pieces, *more]):
        raise Invalid(found[0])


def _share(problem: Problem) -> None:
    """Everything that the readers have in common. Lines that follow from cases stay the desk's."""
    for rows in (Why, Cause, Action, Section):
        rows.objects.filter(problem=problem).update(seats=problem.seats)
    problem.lines.filter(case=None).update(seats=problem.seats)
    Answer.objects.filter(cause__problem=problem).update(seats=problem.seats)
    for section in Section.objects.filter(problem=problem, part__off_at__isnull=False).select_related("part__party"):
        section.seats = sorted({*problem.seats, section.part.party.seat_id})
        section.save(update_fields=["seats"])
    WORK.share_owners(problem, problem.parts.all())
