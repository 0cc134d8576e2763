"""Events for a party's own programs, as CloudEvents 1.0: what happened to which case, and where to read more.

Thin on purpose: nothing is in them that the party could not see in its own list, and words, names and identifiers are
read through the API by whoever holds a key.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db.models import Q

from crossdesk.accounts.keys import machine_of
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import iso
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import CROSSDESK, viewing
from crossdesk.webhooks.leaving import Said
from crossdesk.webhooks.models import Event, Subscription

FACE = "cloud"
PREFIX = "crossdesk."
TRIAL = "crossdesk.trial"
MEDIA_TYPE = "application/cloudevents+json"
FOLLOWED = (
    "case.answer", "case.ask", "case.close", "case.confirm", "case.dispute", "case.evidence", "case.mark_duplicate",
    "case.prioritise", "case.raised", "case.redirect", "case.references", "case.reopen", "case.resolve", "case.take",
    "case.turn_down", "case.withdraw", "case.write", "leg.acknowledge", "leg.ask_them", "leg.ask_us", "leg.carry_on",
    "leg.confirm", "leg.decline", "leg.dispute", "leg.engage", "leg.give_up", "leg.let_go", "leg.resolve", "leg.start",
    "leg.update", "leg.withdraw",
)  # fmt: skip
KINDS = tuple(f"{PREFIX}{kind}" for kind in FOLLOWED)


def note(entry: Entry) -> bool:
    """Within the entry's transaction: for each party that reads the entry, by its own seat or that of a desk it owns.
    What its own key did is not told back to it."""
    owners = Desk.objects.filter(seat__in=entry.seats).values("owner")
    reads = Q(party__seat__in=entry.seats) | Q(party__in=owners)
    live = Subscription.objects.filter(reads, face=FACE, ended_at=None, party__closed_at=None)
    kind = PREFIX + entry.kind
    wanted = [each for each in live.order_by("pk") if kind in (each.kinds or KINDS) and not _own(entry, each)]
    if not wanted:
        return False
    on_leg = entry.audience == "leg"
    number = Leg.objects.filter(pk=entry.of).values_list("number", flat=True).first() if on_leg else None
    Event.objects.bulk_create(
        Event(
            subscription=each,
            kind=kind,
            about=entry.thread_id,
            leg=number or 0,
            entry=entry.pk,
            next_try_at=entry.recorded_at,
            happened_at=entry.happened_at,
            seats=each.seats,
        )
        for each in wanted
    )
    return True


def _own(entry: Entry, to: Subscription) -> bool:
    machine = entry.by_party == to.party_id and entry.by_person is None
    return machine and bool(to.scope) and entry.body.author == to.made_by


def said(event: Event) -> Said | None:
    """None where the party may not read the entry any more, as on a case that was restricted meanwhile."""
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(event.event_id),
        "source": settings.SITE_URL,
        "type": event.kind,
        "time": iso(event.happened_at),
        "datacontenttype": "application/json",
        "data": {},
    }
    if event.kind != TRIAL:
        with viewing(machine_of(event.subscription.party, CROSSDESK.name)):
            case = Case.objects.filter(pk=event.about).first()
            if case is None or not Entry.objects.filter(pk=event.entry or 0).exists():
                return None
        told |= {"subject": case.reference, "data": _data(case, event.leg)}
    return Said(event.subscription.callback, json.dumps(told).encode(), MEDIA_TYPE)


def _data(case: Case, leg: int) -> dict[str, Any]:
    where = f"{settings.SITE_URL}/api/v1/cases/{case.reference}"
    if not leg:
        return {"case": case.reference, "url": where}
    return {"case": case.reference, "engagement": leg, "url": f"{where}/engagements/{leg}"}
