"""What happens to a ticket, as events for the party's own tool: noted with the entry, told afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from crossdesk.api.tmf621.states import CASE_TURNS, LEG_TURNS, Status
from crossdesk.api.tmf621.tickets import NOTES
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.threads.models import Entry
from crossdesk.webhooks.models import Event, Subscription

CREATE, CHANGE, STATUS = (
    "TroubleTicketCreateEvent",
    "TroubleTicketAttributeValueChangeEvent",
    "TroubleTicketStatusChangeEvent",
)
RESOLVED, REQUIRED = "TroubleTicketResolvedEvent", "TroubleTicketInformationRequiredEvent"
DELETE = "TroubleTicketDeleteEvent"
KINDS = (CREATE, CHANGE, STATUS, RESOLVED, REQUIRED, DELETE)
"""A delete event can be asked for and never comes: nothing is deleted."""

FOLLOW: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(NOTES, (CHANGE,)),
    **dict.fromkeys(("case.evidence", "case.references", "case.prioritise"), (CHANGE,)),
    **dict.fromkeys([*CASE_TURNS, *LEG_TURNS], (STATUS,)),
    "case.raised": (CREATE,),
    "leg.engage": (CREATE,),
    "case.resolve": (STATUS, RESOLVED),
    "leg.resolve": (STATUS, RESOLVED),
    "case.ask": (STATUS, REQUIRED),
    "leg.ask_them": (STATUS, REQUIRED),
    "case.answer": (CHANGE, STATUS),
}
"""What each kind of entry is to whoever reads it as part of a ticket."""


def note(entry: Entry) -> bool:
    """Within the entry's transaction. What a party's own tool did is not told back to that tool: whether there is
    anything to tell."""
    kinds = FOLLOW.get(entry.kind, ())
    if entry.kind == "case.answer" and not entry.facts.get("questions"):
        kinds = (CHANGE,)
    rows = [
        Event(
            subscription=each,
            kind=kind,
            about=ticket,
            next_try_at=entry.recorded_at,
            happened_at=entry.happened_at,
            seats=each.seats,
        )
        for each, ticket in _told(entry)
        if not _own(entry, each)
        for kind in kinds
        if wants(each, kind)
    ]
    Event.objects.bulk_create(rows)
    return bool(rows)


def _told(entry: Entry) -> list[tuple[Subscription, uuid.UUID]]:
    if entry.audience in {"raiser", "everyone"}:
        whose = Case.objects.filter(pk=entry.thread_id, raiser__seat__in=entry.seats).values("raiser")
        return [(each, entry.thread_id) for each in _live(whose)]
    if entry.audience != "leg":
        return []
    leg = Leg.objects.filter(pk=entry.of, to_desk__seat__in=entry.seats)
    subscriptions = list(_live(leg.values("to_desk__owner")))
    ticket = leg.values_list("ticket", flat=True).first() if subscriptions else None
    return [(each, ticket) for each in subscriptions] if ticket else []


def _live(parties: Any) -> QuerySet[Subscription]:
    return Subscription.objects.filter(face__in=("v4", "v5"), ended_at=None, party__in=parties, party__closed_at=None)


def _own(entry: Entry, to: Subscription) -> bool:
    machine = entry.by_party == to.party_id and entry.by_person is None
    return machine and entry.body.author == to.made_by


def wants(subscription: Subscription, kind: str) -> bool:
    wanted = kinds_in(subscription.query)
    return not wanted or kind in wanted


def kinds_in(query: str) -> frozenset[str]:
    """`eventType=A,B`, also given more than once, as TMF630 writes it."""
    pairs = [pair.partition("=") for pair in query.lstrip("?").split("&") if pair]
    return frozenset(kind.strip() for name, _, value in pairs if name == "eventType" for kind in value.split(","))


__all__ = ["KINDS", "Status", "kinds_in", "note", "wants"]
