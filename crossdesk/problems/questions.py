"""Reading for the pages of problems. It runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Q

from crossdesk.cases.known import Measured, measured
from crossdesk.cases.models import Case
from crossdesk.joint.claims import Said
from crossdesk.joint.models import OPEN
from crossdesk.joint.reading import JointReading
from crossdesk.kit import caseref
from crossdesk.known_errors.models import KnownError
from crossdesk.problems.fixing import known_of
from crossdesk.problems.lifecycle import LIVE
from crossdesk.problems.models import Action, Behind, CaseOf, Line, Problem, Proposal, Sighting, Why
from crossdesk.problems.work import WORK
from crossdesk.threads.viewer import Viewer

PAGE = 100
MOST_CASES = 100


def find_problem(written: str) -> Problem | None:
    """What the viewer may not see is as if it were not there."""
    reference = caseref.parse(written)
    if reference is None:
        return None
    return Problem.objects.select_related("desk__owner").filter(reference=reference).first()


@dataclass(frozen=True)
class Row:
    """One line of the list: a problem, what is owed on it, and how it measures."""

    problem: Problem
    open: int
    late: int
    cases: int
    since_fix: int
    age: timedelta


def tracked(show: str, at: datetime, at_most: int = PAGE) -> list[Row]:
    shown = Q(state__in=LIVE) if show == "live" else ~Q(state__in=LIVE)
    found = list(Problem.objects.select_related("desk").filter(shown).order_by("-changed_at")[:at_most])
    keys = [each.pk for each in found]
    still = Action.objects.filter(OPEN, problem__in=keys).values_list("problem")
    owed = {key: (count, late) for key, count, late in
            still.annotate(still=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)))}  # fmt: skip
    cases = dict(CaseOf.objects.filter(problem__in=keys).values_list("problem").annotate(n=Count("pk")))
    return [
        Row(each, *owed.get(each.pk, (0, 0)), cases.get(each.pk, 0), recurrences(each), age_of(each, at))
        for each in found
    ]


def recurrences(problem: Problem) -> int:
    """Cases of its system and code raised after its fix, as far as the viewer counts them: its desk does."""
    if problem.fixed_at is None or not problem.code:
        return 0
    same = {"desk": problem.desk_id, "system": problem.system, "code": problem.code}
    return Sighting.objects.filter(**same, at__gt=problem.fixed_at).count()


def age_of(problem: Problem, at: datetime) -> timedelta:
    return (problem.closed_at or at) - problem.opened_at


def proposed(at_most: int = PAGE) -> list[Proposal]:
    return list(Proposal.objects.select_related("desk").filter(state=Proposal.State.OPEN)[:at_most])


def of_case(case: Case) -> list[Problem]:
    return [row.problem for row in CaseOf.objects.filter(case=case).select_related("problem")]


def of_incident(incident: UUID) -> list[Problem]:
    return [row.problem for row in Behind.objects.filter(incident=incident).select_related("problem")]


class Reading(JointReading):
    """One problem as one viewer sees it."""

    def __init__(self, problem: Problem, viewer: Viewer, at: datetime) -> None:
        super().__init__(WORK, problem, viewer, at)
        self.problem = problem

    @cached_property
    def whys(self) -> list[Why]:
        return list(self.problem.whys.all())

    @cached_property
    def lines(self) -> list[Line]:
        return list(self.problem.lines.select_related("case").order_by("happened_at", "pk")[:200])

    @cached_property
    def cases(self) -> list[CaseOf]:
        return list(self.problem.cases.select_related("case__raiser")[:MOST_CASES])

    @cached_property
    def behind(self) -> Behind | None:
        return Behind.objects.select_related("incident").filter(problem=self.problem).first()

    @cached_property
    def known(self) -> KnownError | None:
        return known_of(self.problem)

    @cached_property
    def measured(self) -> Measured | None:
        return measured(self.known) if self.known and self.at_lead else None

    @property
    def age(self) -> timedelta:
        return age_of(self.problem, self.at)

    @cached_property
    def since_fix(self) -> int:
        return recurrences(self.problem)


def said_so(causes: Iterable[Said], how: str) -> list[Said]:
    """Those agreed, those disputed, and those that nobody answered yet."""
    if how == "open":
        return [each for each in causes if not each.answers]
    return [each for each in causes if (each.agreed if how == "agreed" else each.disputed)]
