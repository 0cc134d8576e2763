"""Reading for the pages of problems. It runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Prefetch, Q

from crossdesk.cases.known import Measured, measured
from crossdesk.cases.models import Case
from crossdesk.joint.claims import Said
from crossdesk.kit import caseref
from crossdesk.known_errors.models import KnownError
from crossdesk.problems.fixing import known_of
from crossdesk.problems.lifecycle import LIVE
from crossdesk.problems.models import (
    Action,
    Answer,
    Behind,
    CaseOf,
    Draft,
    Line,
    Owner,
    Part,
    Problem,
    Proposal,
    Section,
    Sighting,
    Why,
)  # fmt: skip
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

PAGE = 100
HISTORY = 30
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
    still = Action.objects.filter(problem__in=keys, done_at=None).values_list("problem")
    owed = {key: (count, late) for key, count, late in
            still.annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)))}  # fmt: skip
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


class Reading:
    """One problem as one viewer sees it. Each part is read when it is drawn."""

    def __init__(self, problem: Problem, viewer: Viewer, at: datetime) -> None:
        self.problem, self.viewer, self.at = problem, viewer, at

    @property
    def at_desk(self) -> bool:
        return self.viewer.works_at(self.problem.desk_id)

    @cached_property
    def parts(self) -> list[Part]:
        """The owner's desk knows all of them, everybody else their own."""
        return list(self.problem.parts.select_related("party"))

    @property
    def mine(self) -> Part | None:
        return next((part for part in self.parts if part.party_id == self.viewer.party), None)

    @cached_property
    def draft(self) -> Draft | None:
        return Draft.objects.filter(part=self.mine).first() if self.mine else None

    @cached_property
    def sections(self) -> list[Section]:
        return list(self.problem.sections.all())

    @cached_property
    def causes(self) -> list[Said]:
        rows = self.problem.causes.filter(withdrawn_at=None)
        rows = rows.prefetch_related(Prefetch("answers", Answer.objects.order_by("at", "pk")))
        return [Said(cause, list(cause.answers.all())) for cause in rows]

    @cached_property
    def whys(self) -> list[Why]:
        return list(self.problem.whys.all())

    @cached_property
    def lines(self) -> list[Line]:
        return list(self.problem.lines.select_related("case").order_by("happened_at", "pk")[:200])

    @cached_property
    def actions(self) -> list[Action]:
        """What is open stands first, by its due date."""
        return sorted(self.problem.actions.all(), key=lambda each: each.done_at is not None)

    @cached_property
    def owners(self) -> dict[int, str]:
        return dict(Owner.objects.filter(action__in=self.actions).values_list("action", "name"))

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
        return measured(self.known) if self.known and self.at_desk else None

    @property
    def age(self) -> timedelta:
        return age_of(self.problem, self.at)

    @cached_property
    def since_fix(self) -> int:
        return recurrences(self.problem)

    @cached_property
    def history(self) -> list[Entry]:
        entries = Entry.objects.filter(thread=self.problem.pk).select_related("body").order_by("-seq")
        return list(entries[:HISTORY])

    @cached_property
    def seen(self) -> int:
        return self.history[0].seq if self.history else 0


def said_so(causes: Iterable[Said], how: str) -> list[Said]:
    """Those agreed, those disputed, and those that nobody answered yet."""
    if how == "open":
        return [each for each in causes if not each.answers]
    return [each for each in causes if (each.agreed if how == "agreed" else each.disputed)]
