"""How a problem begins, from cases, a major incident or what recurs; and which cases are its."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.kit import caseref
from crossdesk.majors.models import MajorIncident
from crossdesk.problems import policy
from crossdesk.problems.involving import add_part
from crossdesk.problems.models import Behind, CaseOf, Line, Problem
from crossdesk.problems.moving import moving, told
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

Began = Problem.Began


@dataclass(frozen=True)
class Opening:
    """What is known of it at first."""

    title: str
    seen: str = ""
    system: str = ""
    code: str = ""


def open_problem(
    said: Opening,
    *,
    desk: Desk,
    by: Viewer,
    at: datetime,
    cases: Iterable[Case] = (),
    incident: MajorIncident | None = None,
    began: str = Began.CASES,
) -> Problem:
    """The desk's own until it involves a party. Its cases are those the desk owns."""
    policy.refuse(policy.why_not_open(by, desk))
    if not said.title.strip():
        raise Invalid("Say in one line what recurs; every party that is involved reads it.")
    if said.system and said.system not in rulebook.current().systems:
        raise Invalid(f"{said.system} is no system of the market; choose one from the list.")
    with verbs():
        seats = [desk.seat_id]
        thread = Thread.objects.create(kind="problem", seats=seats)
        problem = Problem.objects.create(
            thread=thread,
            reference=_free_reference(),
            desk=desk,
            began=Began.MAJOR if incident else began,
            title=" ".join(said.title.split())[:200],
            seen=said.seen.strip(),
            system=said.system,
            code=said.code,
            opened_at=at,
            changed_at=at,
            seats=seats,
        )
        Behind.objects.create(problem=problem, incident=incident, seats=seats)
        add_part(problem, desk.owner)
        author = by.author(desk.pk)
        facts: dict[str, Any] = {"reference": problem.reference, "began": problem.began}
        record(thread, "problem.open", audience=problem.internal(), by=author, at=at, words=problem.seen, **facts)
        for case in cases:
            link_case(problem, case, by=by, at=at)
    return problem


def link_case(problem: Problem, case: Case, *, by: Viewer, at: datetime) -> None:
    with moving(problem, "link_case", by=by, at=at) as thread:
        case.refresh_from_db()
        if case.owner_id != problem.desk_id:
            raise NotAllowed(f"Only cases that {problem.desk} owns are linked to its problems.")
        if case.restricted:
            raise Invalid(f"{case} is restricted: a link would tell of it those who are not named.")
        seats = problem.internal().seats
        _, new = CaseOf.objects.get_or_create(problem=problem, case=case, defaults={"at": at, "seats": sorted(seats)})
        if not new:
            return
        steps = [("A case was raised", case.raised_at), ("A case was resolved", case.resolved_at)]
        lines = [Line(problem=problem, case=case, words=words, happened_at=when, seats=sorted(seats))
                 for words, when in steps if when]  # fmt: skip
        Line.objects.bulk_create(lines, ignore_conflicts=True)
        detail = {"case": case.reference}
        told(thread, problem, "link_case", "", by, at, problem.internal(), detail=detail)


def unlink_case(problem: Problem, case: Case, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why the case is not of this problem.")
    with moving(problem, "unlink_case", by=by, at=at) as thread:
        gone, _ = CaseOf.objects.filter(problem=problem, case=case).delete()
        if not gone:
            raise Invalid(f"{case} is not linked to {problem}.")
        Line.objects.filter(problem=problem, case=case).delete()
        told(thread, problem, "unlink_case", why, by, at, problem.internal(), detail={"case": case.reference})


def _free_reference() -> str:
    while True:
        reference = caseref.new("PB")
        if not Problem.objects.filter(reference=reference).exists():
            return reference
