"""Where a partner's TMF621 server tells us of its tickets: an event wakes the reading, which asks there what it is.

What an event claims is not believed: its ticket is read from the server that the agreement names, with our own key.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from crossdesk.api.bearing import Called
from crossdesk.api.tmf621 import bodies
from crossdesk.api.tmf621.door import answer, body_of
from crossdesk.api.tmf621.errors import invalid, not_found
from crossdesk.api.tmf621.events import KINDS
from crossdesk.api.tmf621.faces import Version, base
from crossdesk.exchange.lines import Line
from crossdesk.exchange.links import Link
from crossdesk.threads.viewer import verbs

ADDRESSES = {f"{kind[0].lower()}{kind[1:]}": kind for kind in KINDS}


def heard(request: Called, version: Version, name: str) -> HttpResponse:
    """Of a party whose machine proved who it is; a ticket that we do not follow with it is as if it were not there."""
    if name not in ADDRESSES:
        raise not_found()
    body = body_of(request)
    ticket = _ticket(body)
    with verbs():
        lines = Link.objects.filter(line__agreement__promiser=request.caller.viewer.party, their_id=ticket).values(
            "line"
        )
        woken = Line.objects.filter(pk__in=lines).update(read_at=None)
    if not woken:
        raise not_found()
    if version == "v5":
        return HttpResponse(status=204)
    told = {"id": bodies.text(body, "eventId") or ticket, "callback": f"{base(version)}/listener/{name}"}
    return answer(told, version, 201)


def _ticket(body: bodies.Body) -> str:
    event: Any = body.get("event")
    told = event.get("troubleTicket") if isinstance(event, dict) else None
    id = bodies.text(told, "id") if isinstance(told, dict) else ""
    if not id:
        raise invalid("An event names its ticket, in event.troubleTicket.id.", "missingProperty")
    return id
