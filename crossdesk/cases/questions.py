"""Reading for pages. Everything here runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Prefetch, Q, QuerySet

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment, Case, CaseLink, Evidence, JointTriage, Question, ReferenceSet, Standing
from crossdesk.cases.policy import speaks_for_raiser
from crossdesk.cases.seeing import known_readers
from crossdesk.desks.models import GroupMember
from crossdesk.kit import caseref
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer


def find_case(written: str) -> Case | None:
    """The one way to a case from what somebody wrote; what they may not see is as if it were not there."""
    reference = caseref.parse(written)
    if reference is None:
        return None
    legs = Prefetch("legs", Leg.objects.select_related("to_desk__owner", "from_desk__owner"))
    return (
        Case.objects.select_related("raiser", "owner__owner").prefetch_related(legs).filter(reference=reference).first()
    )


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
    joint: JointTriage | None = None

    @property
    def seen(self) -> int:
        return self.steps[-1].seq if self.steps else 0

    @property
    def in_joint_triage(self) -> bool:
        return self.joint is not None and self.joint.decided_at is None

    @property
    def at_owner(self) -> bool:
        return self.viewer.works_at(self.case.owner_id)

    @property
    def raised_it(self) -> bool:
        """Or may act for those who did."""
        return speaks_for_raiser(self.viewer, self.case)


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
        joint=case.joint_triages.order_by("-pk").first() if case.bounces > 1 else None,
    )


def read_case(case: Case, viewer: Viewer, before: int | None = None) -> CaseFile:
    entries = Entry.objects.filter(thread=case.pk)
    shown = entries.filter(seq__lt=before) if before else entries
    newest = list(shown.select_related("body").order_by("-seq")[: TIMELINE + 1])
    file, standing = glance(case, viewer), _own(case, viewer)
    return replace(
        file,
        standing=standing,
        entries=newest[:TIMELINE],
        earlier=newest[TIMELINE - 1].seq if len(newest) > TIMELINE else None,
        steps=_recent_steps(entries),
        references=list(case.reference_sets.select_related("entry").order_by("pk")[:TIMELINE]),
        evidence=list(case.evidence.select_related("entry").order_by("pk")[:TIMELINE]),
        links=links_of(case),
        readers=known_readers(case, file.legs, viewer, standing, file.joint),
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


def since(case: Case, seen: int) -> list[Entry]:
    """What this viewer may read that came after what they last saw: told beside a conflict."""
    return list(Entry.objects.filter(thread=case.pk, seq__gt=seen).select_related("body").order_by("seq")[:20])
