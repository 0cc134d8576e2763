"""Who wants to be told: a party's tool gives the address it listens at, and takes it back."""

from __future__ import annotations

from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpResponse

from crossdesk.access import Invalid
from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.tmf621 import bodies
from crossdesk.api.tmf621.door import answer, body_of
from crossdesk.api.tmf621.errors import invalid, missing
from crossdesk.api.tmf621.events import KINDS, kinds_in
from crossdesk.api.tmf621.faces import Shape, Version, base
from crossdesk.api.trouble import Trouble
from crossdesk.webhooks.keeping import Taken, end, keep
from crossdesk.webhooks.models import Subscription


def created(request: Called, version: Version) -> HttpResponse:
    body, caller = body_of(request), request.caller
    callback, query = bodies.text(body, "callback"), bodies.text(body, "query")
    if not callback.strip():
        raise missing("callback")
    _readable(query)
    wanted = Subscription(face=version, scope=Scope.TICKETS, query=query)
    try:
        made = keep(wanted, caller.key.party, callback, by=caller.viewer.name, at=caller.at)
    except Taken as taken:
        raise Trouble(409, "subscribed", str(taken)) from taken
    except Invalid as refusal:
        raise invalid(str(refusal), propertyPath="callback") from refusal
    response = answer(shape(made, version), version, 201)
    response["Location"] = f"{base(version)}/hub/{made.pk}"
    return response


def _readable(query: str) -> None:
    names = {name for name, _ in parse_qsl(query.lstrip("?"), keep_blank_values=True)}
    if names - {"eventType", "fields"} or (query and not names):
        raise invalid("A “query” names event types and fields: eventType=A,B&fields=id,status.", propertyPath="query")
    if unknown := sorted(kinds_in(query) - set(KINDS)):
        known = ", ".join(KINDS)
        raise invalid(f"“{unknown[0][:60]}” is no event; they are {known}.", propertyPath="query")


def listed(request: Called, version: Version) -> HttpResponse:
    live = Subscription.objects.filter(party=request.caller.viewer.party, face=version, ended_at=None)
    return answer([shape(each, version) for each in live.order_by("made_at", "pk")], version)


def one(request: Called, version: Version, id: str) -> HttpResponse:
    return answer(shape(_live(request, version, id), version), version)


def deleted(request: Called, version: Version, id: str) -> HttpResponse:
    found = _live(request, version, id)
    end(found, by=request.caller.viewer.name, at=request.caller.at)
    return HttpResponse(status=204)


def _live(request: Called, version: Version, id: str) -> Subscription:
    try:
        key = UUID(id)
    except ValueError:
        key = UUID(int=0)
    live = Subscription.objects.filter(pk=key, party=request.caller.viewer.party, face=version, ended_at=None)
    found = live.first()
    if found is None:
        raise Trouble(404, "not-found", "There is no such subscription that this key may see.")
    return found


def shape(subscription: Subscription, version: Version) -> Shape:
    told: Shape = {"id": str(subscription.pk), "callback": subscription.callback}
    if subscription.query:
        told["query"] = subscription.query
    if version == "v5":
        told |= {"@type": "Hub", "href": f"{base(version)}/hub/{subscription.pk}"}
    return told
