"""Reading for the pages of major incidents. It runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case, Hold
from crossdesk.impact.models import Affected, Answer, Crossing
from crossdesk.kit import caseref
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import Action, InRoom, MajorIncident, OnIt, RoleHeld, Share, UnderIt
from crossdesk.majors.presence import present
from crossdesk.parties.models import Contact
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

PAGE = 100
TIMELINE = 30
LIVE = (State.CANDIDATE, State.DECLARED, State.STOOD_DOWN)
SHOWN = {
    "live": Q(state__in=[State.DECLARED, State.STOOD_DOWN]),
    "candidates": Q(state=State.CANDIDATE),
    "past": Q(state__in=[State.CLOSED, State.REVIEWED, State.REJECTED]),
}


def find_incident(written: str) -> MajorIncident | None:
    """What the viewer may not see is as if it were not there."""
    reference = caseref.parse(written)
    if reference is None:
        return None
    return MajorIncident.objects.select_related("lead__owner").filter(reference=reference).first()


def live_ones() -> list[MajorIncident]:
    """For the frame around every page; the table has few rows that live."""
    return list(MajorIncident.objects.filter(state__in=LIVE).order_by("declared_at", "proposed_at"))


def over_case(case: Case) -> MajorIncident | None:
    """The live incident this case is under, for a viewer who may see both: by its place, or by the hold on it."""
    held = Hold.objects.filter(case=case, lifted_at=None, put_by__isnull=False).values("put_by")
    under = Q(under__case=case, under__until=None) | Q(pk__in=held)
    return MajorIncident.objects.filter(under, state__in=LIVE).distinct().first()


@dataclass(frozen=True)
class Owed:
    """Open actions of one party in one incident."""

    party: str
    count: int
    late: int


@dataclass(frozen=True)
class Row:
    incident: MajorIncident
    cases: int
    owed: list[Owed] = field(default_factory=list)


def tracked(show: str, at: datetime, at_most: int | None = PAGE) -> list[Row]:
    """What is due first stands first; what is past, newest first."""
    order = ("-proposed_at",) if show == "past" else (F("next_update_by").asc(nulls_last=True), "-proposed_at")
    found = list(MajorIncident.objects.select_related("lead").filter(SHOWN[show]).order_by(*order)[:at_most])
    cases, owed = _cases_held(found), _owed(found, at)
    return [Row(each, cases.get(each.pk, 0), owed[each.pk]) for each in found]


def _cases_held(incidents: Iterable[MajorIncident]) -> dict[UUID, int]:
    """What it holds, children too, as far as the viewer may see it; before and after that, what was put under it."""
    keys = [each.pk for each in incidents]
    under = UnderIt.objects.filter(Q(until=None) | Q(until=F("incident__closed_at")), incident__in=keys)
    held = Hold.objects.filter(put_by__in=keys, lifted_at=None)
    return dict(under.values_list("incident").annotate(Count("case"))) | dict(
        held.values_list("put_by").annotate(Count("case"))
    )


def _owed(incidents: Iterable[MajorIncident], at: datetime) -> dict[UUID, list[Owed]]:
    open_ones = Action.objects.filter(incident__in=[each.pk for each in incidents], done_at=None)
    counted = open_ones.values_list("incident", "party__name").annotate(
        open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at))
    )
    told: dict[UUID, list[Owed]] = defaultdict(list)
    for incident, party, count, late in counted.order_by("party__name"):
        told[incident].append(Owed(party, count, late))
    return told


class Room:
    """One incident as one viewer sees it. Each panel is read when it is drawn, so that a part asks for no more."""

    def __init__(self, incident: MajorIncident, viewer: Viewer, at: datetime, before: int | None = None) -> None:
        self.incident, self.viewer, self.at, self.before = incident, viewer, at, before

    @property
    def at_lead(self) -> bool:
        return self.viewer.works_at(self.incident.lead_id)

    @cached_property
    def roles(self) -> list[RoleHeld]:
        """Those held and those offered, in the order of the table of roles; liaisons last, by their party."""
        rank = list(RoleHeld.Role.values)
        rows = self.incident.roles.filter(ended_at=None).select_related("party")
        return sorted(rows, key=lambda held: (rank.index(held.role), held.party.name, held.offered_at))

    @cached_property
    def actions(self) -> list[Action]:
        """What is open stands first, by its due time."""
        return sorted(self.incident.actions.select_related("party"), key=lambda each: each.done_at is not None)

    @cached_property
    def parties(self) -> list[OnIt]:
        return list(self.incident.parties.select_related("party"))

    @cached_property
    def under(self) -> list[UnderIt]:
        rows = self.incident.under.filter(Q(until=None) | Q(until=self.incident.closed_at))
        return list(rows.select_related("case__owner", "case__raiser").order_by("since", "pk"))

    @property
    def any_open(self) -> bool:
        return any(each.case.stage != Stage.CLOSED for each in self.under)

    @cached_property
    def held(self) -> list[Case]:
        """Those it holds open, children too, as far as they are the viewer's to see."""
        cases = Case.objects.filter(holds__put_by=self.incident.pk, holds__lifted_at=None)
        return list(cases.select_related("owner", "raiser").order_by("raised_at", "pk"))

    @property
    def children(self) -> list[Case]:
        under = {each.case_id for each in self.under}
        return [case for case in self.held if case.pk not in under]

    @cached_property
    def shares(self) -> list[Share]:
        return list(self.incident.shares.select_related("party"))

    @cached_property
    def present(self) -> list[InRoom]:
        return list(present(self.incident, self.at))

    @cached_property
    def said(self) -> dict[int, Affected]:
        """What each party says of itself, by the party."""
        rows = Affected.objects.filter(case__in=[each.case_id for each in self.under], kind=Affected.Kind.PARTY)
        return {row.party_id or 0: row for row in rows.order_by("said_at")}

    @cached_property
    def crossings(self) -> list[Crossing]:
        rows = Crossing.objects.filter(case__in=[each.case_id for each in self.under])
        return list(rows.select_related("case", "tipped_by__thread__case"))

    @cached_property
    def answers(self) -> dict[str, Answer]:
        rows = Answer.objects.filter(case__in=[each.case_id for each in self.under]).order_by("at")
        return {row.phrase: row for row in rows}

    @cached_property
    def contacts(self) -> dict[int, list[Contact]]:
        """Where a party on it is reached otherwise: nominated contacts that are this viewer's to know."""
        told: dict[int, list[Contact]] = defaultdict(list)
        for each in Contact.objects.filter(party__in=[on.party_id for on in self.parties], ended_at=None):
            told[each.party_id].append(each)
        return told

    @cached_property
    def newest(self) -> list[Entry]:
        shown = self._entries.filter(seq__lt=self.before) if self.before else self._entries
        return list(shown.select_related("body").order_by("-seq")[: TIMELINE + 1])

    @property
    def entries(self) -> list[Entry]:
        """By the time things happened, which is not always the order in which they were written down."""
        return sorted(self.newest[:TIMELINE], key=lambda entry: (entry.happened_at, entry.seq), reverse=True)

    @property
    def earlier(self) -> int | None:
        return self.newest[TIMELINE - 1].seq if len(self.newest) > TIMELINE else None

    @cached_property
    def seen(self) -> int:
        return self._entries.order_by("-seq").values_list("seq", flat=True).first() or 0

    @cached_property
    def situation_by(self) -> Entry | None:
        """Who wrote the situation that stands now, and when."""
        return self._entries.filter(kind="major.describe").select_related("body").order_by("-seq").first()

    @property
    def _entries(self) -> QuerySet[Entry]:
        return Entry.objects.filter(thread=self.incident.pk)
