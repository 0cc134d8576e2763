"""What a ticket is: for the party that raised a case, the case; for an engaged party, its leg. Read as the viewer.

The list is driven by the standings of the viewer's own seats, so what a party may not see is not there to be filtered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Case as Cases
from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from crossdesk.api.tmf621.models import Given
from crossdesk.api.tmf621.states import CASE_TURNS, LEG_TURNS, OF_CASE, OF_LEG, OF_OUTCOME, Status, Turned, history
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case, Question, Standing
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

NOTES = frozenset(
    {"case.write", "case.answer", "case.ask", "leg.update", "leg.acknowledge", "leg.ask_us", "leg.ask_them"}
    | {"leg.carry_on"}
)
"""Entries whose words are notes; those of a step are the reason of its state."""
SHARED = ("raiser", "leg", "everyone")
"""Audiences that are part of a ticket; the others are a desk's own."""
FILES = frozenset({"attachment"})
LISTS = frozenset({"relatedEntity"})
TOLD = frozenset(
    {"note", "statusChange", "statusChangeHistory", "statusChangeReason", "statusChangeDate", "description"}
)
"""Attributes that need the timeline."""


@dataclass
class Ticket:
    """As one party sees it, before any face has put it into its own shape."""

    id: UUID
    case: Case
    status: Status
    began_at: datetime
    changed_at: datetime
    leg: Leg | None = None
    given: Given | None = None
    entries: list[Entry] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    lists: list[ReferenceSet] = field(default_factory=list)

    @property
    def turned(self) -> list[Turned]:
        return history(self.entries)

    @property
    def notes(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind in NOTES and entry.body.words]

    @property
    def resolved_at(self) -> datetime | None:
        return self.leg.resolved_at if self.leg else self.case.resolved_at

    @property
    def first(self) -> Entry | None:
        """How it came to this party."""
        return next((entry for entry in self.entries if entry.kind in {"case.raised", "leg.engage"}), None)

    @property
    def erased(self) -> bool:
        return self.first is not None and self.first.body.erased


def tickets_of(viewer: Viewer) -> QuerySet[Standing]:
    """Annotated with what every list is narrowed and sorted by."""
    raised = Q(part=Standing.Part.RAISED, raiser=viewer.party)
    engaged = Q(part=Standing.Part.ENGAGED)
    asked = Question.objects.filter(case=OuterRef("case"), leg=None, addressee=viewer.party_seat, answered_at=None)
    engaged_at = Leg.objects.filter(pk=OuterRef("leg")).values("created_at")[:1]
    return (
        Standing.objects.filter(raised | engaged, seat__in=viewer.own_seats)
        .annotate(asked=Exists(asked), began=_moment(Coalesce(Subquery(engaged_at), F("case__raised_at"))))
        .annotate(status=_status())
    )


def _moment(expression: Coalesce) -> Coalesce:
    expression.output_field = DateTimeField()
    return expression


def _status() -> Cases:
    of_leg = [When(part=Standing.Part.ENGAGED, stage=stage, then=Value(to.value)) for stage, to in OF_LEG.items()]
    ended = [When(case__outcome=outcome, then=Value(to.value)) for outcome, to in OF_OUTCOME.items()]
    asked = When(~Q(case__stage=Stage.RESOLVED), asked=True, then=Value(Status.PENDING.value))
    of_case = [When(case__stage=stage, then=Value(to.value)) for stage, to in OF_CASE.items()]
    return Cases(*of_leg, *ended, asked, *of_case, output_field=CharField())


def with_id(tickets: QuerySet[Standing], written: str) -> QuerySet[Standing]:
    """An id that is none finds nothing."""
    try:
        wanted = UUID(written)
    except ValueError:
        return tickets.none()
    leg = Leg.objects.filter(ticket=wanted).values("pk")
    return tickets.filter(Q(part=Standing.Part.RAISED, case=wanted) | Q(part=Standing.Part.ENGAGED, leg__in=leg))


def find(viewer: Viewer, written: str) -> Ticket | None:
    """The one way to a ticket from what a client wrote; what it may not see is as if it were not there."""
    return next(iter(read(with_id(tickets_of(viewer), written)[:1], viewer)), None)


def read(
    rows: Iterable[Standing] | QuerySet[Standing], viewer: Viewer, wanted: frozenset[str] | None = None
) -> list[Ticket]:
    """A page of them, each kind of row in one query. `wanted` are the attributes that will be shown, where few are."""
    if isinstance(rows, QuerySet):
        rows = rows.select_related("case__owner__owner", "case__raiser")
    found = list(rows)
    if not found:
        return []
    legs = _legs([row.leg for row in found if row.leg])
    tickets = [_ticket(row, legs.get(row.leg)) for row in found]
    cases = {ticket.case.pk for ticket in tickets}
    _give(tickets, Given.objects.filter(case__in=cases, party=viewer.party))
    if wanted is None or wanted & TOLD:
        _tell(tickets, cases)
    if wanted is None or wanted & FILES:
        _attach(tickets, cases)
    if wanted is None or wanted & LISTS:
        _list(tickets, cases)
    return tickets


def _legs(keys: list[int]) -> Mapping[int, Leg]:
    return Leg.objects.select_related("from_desk__owner", "to_desk__owner").in_bulk(keys) if keys else {}


def _ticket(row: Standing, leg: Leg | None) -> Ticket:
    said = row  # its annotations
    return Ticket(
        id=leg.ticket if leg else row.case_id,
        case=row.case,
        leg=leg,
        status=Status(said.status),  # type: ignore[attr-defined]
        began_at=said.began,  # type: ignore[attr-defined]
        changed_at=row.changed_at,
    )


def _give(tickets: list[Ticket], rows: Iterable[Given]) -> None:
    given = {(row.case_id, row.leg): row for row in rows}
    for ticket in tickets:
        ticket.given = given.get((ticket.case.pk, ticket.leg.pk if ticket.leg else 0))


def belongs(ticket: Ticket, entry: Entry) -> bool:
    """A raiser's ticket holds what raiser and owner say to each other; a leg's what its two desks do, and what was
    disclosed to the engaged one. What a desk keeps for itself is in no ticket."""
    if entry.thread_id != ticket.case.pk:
        return False
    if ticket.leg is None:
        return entry.audience in {"raiser", "everyone"}
    if entry.audience == "leg":
        return entry.of == ticket.leg.pk
    return entry.audience in {"raiser", "everyone"} and ticket.leg.to_desk.seat_id in entry.seats


def _tell(tickets: list[Ticket], cases: Iterable[UUID]) -> None:
    kinds = [*NOTES, *CASE_TURNS, *LEG_TURNS]
    entries = Entry.objects.filter(audience__in=SHARED, thread__in=cases, kind__in=kinds).select_related("body")
    by_case: dict[UUID, list[Entry]] = {}
    for entry in entries.order_by("seq"):
        by_case.setdefault(entry.thread_id, []).append(entry)
    for ticket in tickets:
        told = NOTES | LEG_TURNS.keys() if ticket.leg else NOTES | CASE_TURNS.keys()
        ticket.entries = [
            entry for entry in by_case.get(ticket.case.pk, ()) if entry.kind in told and belongs(ticket, entry)
        ]


def _attach(tickets: list[Ticket], cases: Iterable[UUID]) -> None:
    files = list(Evidence.objects.filter(case__in=cases).select_related("entry").order_by("pk"))
    for ticket in tickets:
        ticket.evidence = [file for file in files if belongs(ticket, file.entry)]


def _list(tickets: list[Ticket], cases: Iterable[UUID]) -> None:
    rows = ReferenceSet.objects.filter(case__in=cases, retracted_at=None).select_related("entry")
    lists = list(rows.order_by("pk"))
    for ticket in tickets:
        ticket.lists = [each for each in lists if belongs(ticket, each.entry)]
