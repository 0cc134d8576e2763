"""An event as TMF621's listeners take it, read with the party's eyes when it leaves."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from crossdesk.accounts.keys import machine_of
from crossdesk.api.tmf621.faces import Shape, Version, shown
from crossdesk.api.tmf621.tickets import find
from crossdesk.kit.time import iso
from crossdesk.threads.viewer import CROSSDESK, viewing
from crossdesk.webhooks.leaving import Said
from crossdesk.webhooks.models import Event


def said(event: Event) -> Said:
    """A ticket that the party may no longer see says nothing but its id."""
    return Said(address(event.subscription.callback, event.kind), body_of(event))


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
        ticket = find(viewer, str(event.about))
        told: Shape = {"id": str(event.about)}
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
        "correlationId": str(event.about),
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
