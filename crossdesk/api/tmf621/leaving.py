"""Events leave: one after another to each subscriber, none waiting for somebody else's; tried again for three days."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import httpx
from django.db.models import Exists, OuterRef

from crossdesk.accounts.keys import machine_of
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import Scope
from crossdesk.api.tmf621.events import Event
from crossdesk.api.tmf621.faces import Shape, Version, shown
from crossdesk.api.tmf621.models import Subscription
from crossdesk.api.tmf621.tickets import find
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.outgoing import ask, client
from crossdesk.exchange.waits import MOST_ATTEMPTS, wait_after
from crossdesk.kit.time import iso, now
from crossdesk.threads.viewer import CROSSDESK, verbs, viewing

LEASE = timedelta(minutes=2)
"""Longer than one attempt takes: whoever claimed an event and died gives it up by then."""
GONE = "Their server said 410"


@dataclass(frozen=True)
class Leaving:
    event: Event
    url: str
    body: bytes


def tell_due(clock: Callable[[], datetime] = now, most: int = 500) -> int:
    """Until nothing is due. Several workers share the subscribers between them."""
    told = 0
    with client() as http:
        while told < most and (leaving := _claimed(clock())):
            _tell(http, leaving, clock)
            told += 1
    return told


def _claimed(at: datetime) -> Leaving | None:
    """The next subscriber's oldest event, with what it says now; one that its party may no longer see says nothing.
    A party without a live key for tickets is told nothing."""
    with verbs():
        waiting = Event.objects.filter(subscription=OuterRef("pk"), state=Event.State.WAITING)
        heads = waiting.order_by("id").values("next_try_at")[:1]
        opens = Key.objects.filter(party=OuterRef("party"), revoked_at=None, expires_at__gt=at)
        trusted = Exists(opens.filter(scopes__contains=[Scope.TICKETS], party__closed_at=None))
        due = Subscription.objects.filter(Exists(waiting), trusted).alias(due_at=heads).filter(due_at__lte=at)
        whose = due.select_for_update(of=("self",), skip_locked=True).select_related("party").order_by("pk").first()
        if whose is None:
            return None
        event = Event.objects.filter(subscription=whose, state=Event.State.WAITING).order_by("id").first()
        assert event is not None
        event.attempts, event.next_try_at = event.attempts + 1, at + LEASE
        event.subscription = whose
        event.save(update_fields=["attempts", "next_try_at"])
    return Leaving(event, address(whose.callback, event.kind), body_of(event))


def address(callback: str, kind: str) -> str:
    base = callback.rstrip("/")
    return f"{base if base.endswith('/listener') else f'{base}/listener'}/{kind[0].lower()}{kind[1:]}"


def body_of(event: Event) -> bytes:
    """Read with the eyes of the party; `fields` of its query makes it as thin as it wants."""
    to = event.subscription
    version: Version = "v4" if to.face == "v4" else "v5"
    fields = {part for name, value in parse_qsl(to.query.lstrip("?")) if name == "fields" for part in value.split(",")}
    viewer = machine_of(to.party, CROSSDESK.name)
    with viewing(viewer):
        ticket = find(viewer, str(event.ticket))
        told: Shape = {"id": str(event.ticket)}
        if ticket:
            told = shown(ticket, version, frozenset(fields | {"id", "href"}) if fields else None)
    payload: Shape = {"troubleTicket": told}
    if event.kind.endswith("InformationRequiredEvent") and version == "v5":
        payload["informationRequired"] = {"op": "add", "path": "/note"}
    happened = iso(event.happened_at)
    said: Shape = {
        "eventId": str(event.event_id),
        "eventTime": happened,
        "eventType": event.kind,
        "correlationId": str(event.ticket),
        "domain": "TroubleTicket",
        "title": event.kind,
        "event": payload,
    }
    said |= (
        {"@type": event.kind, "@baseType": "Event", "timeOccurred": happened}
        if version == "v5"
        else {
            "timeOcurred": happened  # as v4 spells it
        }
    )
    return json.dumps(said).encode()


def _tell(http: httpx.Client, leaving: Leaving, clock: Callable[[], datetime]) -> None:
    event = leaving.event
    headers = {"Content-Type": "application/json", "webhook-id": str(event.event_id)}
    try:
        ask(http, "POST", leaving.url, content=leaving.body, headers=headers)
    except NotTaken as trouble:
        _not_taken(event, trouble, clock())
        return
    with verbs():
        Event.objects.filter(pk=event.pk).update(state=Event.State.TOLD, told_at=clock(), last_error="")


def _not_taken(event: Event, trouble: NotTaken, at: datetime) -> None:
    """A refusal of this one lets the next go on; a server that is away holds the order until it is back."""
    with verbs():
        rows = Event.objects.filter(pk=event.pk)
        if trouble.because.startswith(GONE):
            Subscription.objects.filter(pk=event.subscription_id, ended_at=None).update(ended_at=at)
            waiting = Event.objects.filter(subscription=event.subscription_id, state=Event.State.WAITING)
            waiting.update(state=Event.State.DEAD, last_error=trouble.because[:500])
        elif (trouble.forever and not trouble.credential) or event.attempts >= MOST_ATTEMPTS:
            rows.update(state=Event.State.DEAD, last_error=trouble.because[:500])
        else:
            wait = trouble.retry_after or wait_after(event.attempts)
            rows.update(next_try_at=at + wait, last_error=trouble.because[:500])
