"""Reading for pages. Everything here runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.expressions import Window as Over

from crossdesk.cases.holding import STEPS, Held, tiles
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Assignment, Case, CaseLink, JointTriage, Question, Standing
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
    legs = Prefetch("legs", Leg.objects.select_related("to_desk__owner", "from_desk__owner", "terms__agreement"))
    cases = Case.objects.select_related("raiser", "owner__owner").prefetch_related(legs, "holds")
    return cases.filter(reference=reference).first()


TIMELINE = 40
MOST_PAGES = 25
LISTED = 100
MOST_STEPS = 1000
ESCALATED = "case.escalated"


@dataclass(frozen=True)
class Window:
    """Which entries of a timeline are shown: all one may read, words only, or those the raiser reads as well."""

    show: str = "all"
    before: int | None = None
    pages: int = 1


class CaseFile:
    """What one viewer sees of one case. Each part is read when it is first asked for, so a part of the page that is
    asked for alone costs its own questions only."""

    def __init__(self, case: Case, viewer: Viewer, window: Window) -> None:
        self.case, self.viewer, self.window = case, viewer, window

    @cached_property
    def joint(self) -> JointTriage | None:
        return self.case.joint_triages.order_by("-pk").first() if self.case.bounces > 1 else None

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

    @cached_property
    def legs(self) -> list[Leg]:
        return list(self.case.legs.all())

    @cached_property
    def _stands(self) -> tuple[Standing | None, int]:
        """A viewer with several seats on a case looks at it first as its owner, then as an engaged desk.

        With it comes the last entry they may read, which is what a verb asks about when somebody else was faster.
        """
        rank = [Standing.Part.OWNS, Standing.Part.ENGAGED, Standing.Part.RAISED, Standing.Part.FOLLOWS]
        newest = Entry.objects.filter(thread=OuterRef("case")).order_by("-seq").values("seq")[:1]
        rows = Standing.objects.filter(case=self.case, seat_id__in=self.viewer.seats).annotate(newest=Subquery(newest))
        best = min(rows, key=lambda row: (rank.index(Standing.Part(row.part)), not row.is_open), default=None)
        return best, (best.newest or 0) if best else self._newest()

    def _newest(self) -> int:
        newest = Entry.objects.filter(thread=self.case.pk).order_by("-seq").values_list("seq", flat=True).first()
        return newest or 0

    @property
    def standing(self) -> Standing | None:
        return self._stands[0]

    @property
    def seen(self) -> int:
        return self._stands[1]

    @cached_property
    def questions(self) -> list[Question]:
        return list(self.case.questions.filter(answered_at=None).select_related("asked_by", "addressee"))

    @cached_property
    def _offers(self) -> list[tuple[Assignment, bool]]:
        """With each, whether this viewer is in its group."""
        mine = GroupMember.objects.filter(group=OuterRef("group"), membership__person=self.viewer.person or 0)
        rows = self.case.assignments.filter(ended_at=None).select_related("group", "desk").annotate(mine=Exists(mine))
        return [(row, row.mine) for row in rows]

    @property
    def assignments(self) -> list[Assignment]:
        return [row for row, _ in self._offers]

    @property
    def own_groups(self) -> set[int]:
        return {row.group_id for row, mine in self._offers if mine}

    @cached_property
    def _told(self) -> list[Entry]:
        """Metadata only, oldest first. The newest few hundred tell the present."""
        entries = Entry.objects.filter(thread=self.case.pk, kind__in=[*STEPS, ESCALATED])
        told = entries.only("seq", "kind", "facts", "happened_at", "recorded_at", "thread_id")
        return list(told.order_by("-seq")[:MOST_STEPS])[::-1]

    @cached_property
    def steps(self) -> list[Entry]:
        """What the lanes are drawn from."""
        return [entry for entry in self._told if entry.kind != ESCALATED]

    @property
    def escalations(self) -> list[Entry]:
        """The levels told in this round, as far as this viewer may read: a desk reads of its own people."""
        return [entry for entry in self._told if entry.kind == ESCALATED and entry.recorded_at >= self.case.round_began]

    def held(self, at: datetime) -> list[Held]:
        """As far as this viewer may read: a leg they do not see is the owner's time. Nothing for a viewer who did not
        see it raised, nor for so long a story that its beginning was not read."""
        if len(self._told) == MOST_STEPS or not any(step.kind == "case.raised" for step in self.steps):
            return []
        return tiles(self.steps, at)

    @cached_property
    def _page(self) -> tuple[list[Entry], int]:
        """The entries shown, and how many of the same kind this viewer reads up to the newest of them."""
        rows = self._shown
        if self.window.before:
            rows = rows.filter(seq__lt=self.window.before)
        counted = rows.select_related("body").annotate(whole=Over(Count("pk"))).order_by("-seq")
        shown = list(counted[: TIMELINE * self.window.pages])
        return list(shown), shown[0].whole if shown else 0

    @property
    def _shown(self) -> QuerySet[Entry]:
        """Seen with the raiser's eyes is what the raiser's seat reads, of what this viewer reads: never more."""
        entries = Entry.objects.filter(thread=self.case.pk)
        if self.window.show == "words":
            return entries.exclude(body__words="", body__erased=False)
        if self.window.show == "raiser":
            return entries.filter(seats__contains=[self.case.seat_for(self.case.raiser.seat_id)])
        return entries

    @property
    def entries(self) -> list[Entry]:
        return self._page[0]

    @property
    def earlier(self) -> int:
        """How many entries of this window stand before the oldest shown."""
        shown, whole = self._page
        return whole - len(shown)

    @cached_property
    def references(self) -> list[ReferenceSet]:
        return list(self.case.reference_sets.order_by("pk")[:LISTED])

    @cached_property
    def evidence(self) -> list[Evidence]:
        return list(self.case.evidence.select_related("entry").order_by("pk")[:LISTED])

    @cached_property
    def raised(self) -> Entry | None:
        """How it began, for those who may read it."""
        return Entry.objects.filter(thread=self.case.pk, seq=1).select_related("body").first()

    @cached_property
    def links(self) -> list[CaseLink]:
        return links_of(self.case)

    @cached_property
    def readers(self) -> dict[int, str]:
        return known_readers(self.case, self.legs, self.viewer, self.standing, self.joint)


EVERYTHING = Window()


def read_case(case: Case, viewer: Viewer, window: Window = EVERYTHING) -> CaseFile:
    return CaseFile(case, viewer, window)


def links_of(case: Case) -> list[CaseLink]:
    either = CaseLink.objects.filter(Q(parent=case) | Q(child=case))
    return list(either.select_related("parent", "child").order_by("pk")[:LISTED])


def since(case: Case, seen: int) -> list[Entry]:
    """What this viewer may read that came after what they last saw: told beside a conflict."""
    return list(Entry.objects.filter(thread=case.pk, seq__gt=seen).select_related("body").order_by("seq")[:20])
