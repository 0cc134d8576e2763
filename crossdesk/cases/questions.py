"""Reading for pages. Everything here runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Assignment, Case, CaseLink, Evidence, Question, ReferenceSet, Standing
from crossdesk.desks.models import GroupMember
from crossdesk.kit import caseref
from crossdesk.parties.models import Seat
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

PAGE = 50
EXACT = 1000
"""Totals are exact up to here; beyond it a page says "more than"."""


def find_case(written: str) -> Case | None:
    """The one way to a case from what somebody wrote; what they may not see is as if it were not there."""
    reference = caseref.parse(written)
    if reference is None:
        return None
    legs = Prefetch("legs", Leg.objects.select_related("to_desk__owner", "from_desk__owner"))
    return (
        Case.objects.select_related("raiser", "owner__owner").prefetch_related(legs).filter(reference=reference).first()
    )


# The queue of a desk


@dataclass(frozen=True)
class View:
    key: str
    label: str
    group: str
    rows: Q
    empty: str
    hot: bool = False


def views(at: datetime) -> tuple[View, ...]:
    ball, work, time = "The ball is with", "Work", "Time"
    unread = [Stage.RAISED, Stage.TRIAGE, LegStage.SENDING, LegStage.DELIVERED]
    return (
        View("all", "All open", ball, Q(), "No case is open at this desk. New ones come from the portal and by mail."),
        View("us", "Us", ball, Q(ball=Standing.Ball.US), "Nothing waits for this desk; others have the next step."),
        View("them", "Them", ball, Q(ball=Standing.Ball.THEM), "Nothing waits for others. Engaged desks and raisers"
             " who owe an answer stand here."),
        View("nobody", "Nobody yet", ball, Q(ball=Standing.Ball.NOBODY), "Every open case has somebody. A case nobody"
             " has taken into triage stands here first.", hot=True),
        View("overdue", "Overdue", time, Q(next_by__lt=at), "Nothing is late. A case stands here when its next step"
             " was promised for a time that has passed.", hot=True),
        View("triage", "To triage", work, Q(stage__in=unread), "Nothing to triage. Take a new case, then own it, raise"
             " it onward or redirect it."),
        View("offers", "Offers to accept", work, Q(group__isnull=False, person=None), "No offer waits. Work assigned to"
             " a group stands here until somebody in it accepts."),
        View("resolved", "Resolved, to confirm", work, Q(stage=Stage.RESOLVED), "Nothing waits for its raiser to"
             " confirm."),
        View("bounced", "Second bounce", work, Q(case__bounces__gte=2), "No case was sent on twice. The second bounce"
             " asks for joint triage with the evidence of both sides."),
    )  # fmt: skip


def queue(desk_seat: int, rows: Q, filters: Mapping[str, Any]) -> QuerySet[Standing]:
    return Standing.objects.filter(rows, seat=desk_seat, is_open=True, **filters)


@dataclass(frozen=True)
class Place:
    """Where a page of the queue ended: the next begins after it, however many rows came or went meanwhile."""

    priority: int
    by: datetime | None
    pk: int

    def __str__(self) -> str:
        return f"{self.priority}~{self.by.isoformat() if self.by else ''}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        try:
            priority, by, pk = text.split("~")
            moment = datetime.fromisoformat(by) if by else None
            return cls(int(priority), moment, int(pk)) if moment is None or moment.tzinfo else None
        except ValueError:
            return None

    @property
    def beyond(self) -> Q:
        same = Q(priority=self.priority)
        if self.by is None:
            later = Q(next_by=None, pk__gt=self.pk)
        else:
            later = Q(next_by__gt=self.by) | Q(next_by=None) | Q(next_by=self.by, pk__gt=self.pk)
        return Q(priority__gte=self.priority) & (Q(priority__gt=self.priority) | same & later)


def page_of(rows: QuerySet[Standing], after: Place | None) -> tuple[list[Standing], Place | None]:
    """By priority, then soonest promise; PostgreSQL sorts "no promise" last, as the index does."""
    if after:
        rows = rows.filter(after.beyond)
    found = list(rows.select_related("case__raiser").order_by("priority", "next_by", "id")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, None
    last = found[PAGE - 1]
    return found[:PAGE], Place(last.priority, last.next_by, last.pk)


def counts(asked: Mapping[str, QuerySet[Standing]]) -> dict[str, int]:
    """Each counted to one more than EXACT, all in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in asked.values():
        statement, given = rows.order_by().values("pk")[: EXACT + 1].query.sql_with_params()
        parts.append(f"(select count(*) from ({statement}) counted)")
        values.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", values)
        row = cursor.fetchone()
    return dict(zip(asked, row or (), strict=True))


def systems_in(rows: QuerySet[Standing]) -> list[str]:
    """Of the first thousand rows, so that a long queue costs no more than a short one."""
    some = rows.exclude(case__system="").order_by().values("case__system")[:EXACT]
    return sorted({row["case__system"] for row in some})


# One case


@dataclass(frozen=True)
class CaseFile:
    """What one viewer sees of one case, read with a fixed number of statements."""

    case: Case
    viewer: Viewer
    legs: list[Leg]
    standing: Standing | None
    entries: list[Entry]
    earlier: int | None
    steps: list[Entry]
    references: list[ReferenceSet]
    evidence: list[Evidence]
    questions: list[Question]
    assignments: list[Assignment]
    own_groups: set[int]
    links: list[CaseLink]
    readers: dict[int, str]

    @property
    def seen(self) -> int:
        return self.steps[-1].seq if self.steps else 0

    @property
    def at_owner(self) -> bool:
        return self.viewer.works_at(self.case.owner_id)

    @property
    def raised_it(self) -> bool:
        return self.viewer.party == self.case.raiser_id


TIMELINE = 100


def glance(case: Case, viewer: Viewer) -> CaseFile:
    """What the buttons depend on, without the timeline and what stands beside it."""
    return CaseFile(
        case=case,
        viewer=viewer,
        legs=list(case.legs.all()),
        standing=None,
        entries=[],
        earlier=None,
        steps=[],
        references=[],
        evidence=[],
        questions=list(case.questions.filter(answered_at=None).select_related("asked_by", "addressee")),
        assignments=list(case.assignments.filter(ended_at=None).select_related("group", "desk")),
        own_groups=set(GroupMember.objects.filter(membership__person=viewer.person).values_list("group", flat=True)),
        links=[],
        readers={},
    )


def read_case(case: Case, viewer: Viewer, before: int | None = None) -> CaseFile:
    entries = Entry.objects.filter(thread=case.pk)
    shown = entries.filter(seq__lt=before) if before else entries
    newest = list(shown.select_related("body").order_by("-seq")[: TIMELINE + 1])
    file = glance(case, viewer)
    return replace(
        file,
        standing=_own(case, viewer),
        entries=newest[:TIMELINE],
        earlier=newest[TIMELINE - 1].seq if len(newest) > TIMELINE else None,
        steps=_recent_steps(entries),
        references=list(case.reference_sets.select_related("entry").order_by("pk")[:TIMELINE]),
        evidence=list(case.evidence.select_related("entry").order_by("pk")[:TIMELINE]),
        links=links_of(case),
        readers=known_readers(case, file.legs, viewer),
    )


def _recent_steps(entries: QuerySet[Entry]) -> list[Entry]:
    """Metadata only, oldest first: what the lanes are drawn from. The newest few hundred tell the present."""
    newest = entries.only("seq", "kind", "facts", "happened_at", "thread_id").order_by("-seq")[:400]
    return list(newest)[::-1]


def _own(case: Case, viewer: Viewer) -> Standing | None:
    """A viewer with several seats on a case looks at it first as its owner, then as an engaged desk."""
    rank = [Standing.Part.OWNS, Standing.Part.ENGAGED, Standing.Part.RAISED, Standing.Part.FOLLOWS]
    rows = Standing.objects.filter(case=case, seat_id__in=viewer.seats)
    return min(rows, key=lambda row: (rank.index(Standing.Part(row.part)), not row.is_open), default=None)


def links_of(case: Case) -> list[CaseLink]:
    either = CaseLink.objects.filter(Q(parent=case) | Q(child=case))
    return list(either.select_related("parent", "child").order_by("pk")[:TIMELINE])


def known_readers(case: Case, legs: list[Leg], viewer: Viewer) -> dict[int, str]:
    """Names of the seats this viewer may know of: an engaged desk is not told which other desks are engaged."""
    if viewer.works_at(case.owner_id) or viewer.party == case.raiser_id:
        known = set(case.seats)
    else:
        ends = {desk.seat_id for leg in legs for desk in (leg.from_desk, leg.to_desk)}
        known = {case.raiser.seat_id, case.owner.seat_id, *ends, *(set(viewer.seats) & set(case.seats))}
    return dict(Seat.objects.filter(pk__in=known).order_by("label").values_list("pk", "label"))


def since(case: Case, seen: int) -> list[Entry]:
    """What this viewer may read that came after what they last saw: told beside a conflict."""
    return list(Entry.objects.filter(thread=case.pk, seq__gt=seen).select_related("body").order_by("seq")[:20])
