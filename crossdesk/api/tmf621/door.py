"""The tickets' addresses on both faces: each understands its caller, calls one verb and answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, StreamingHttpResponse

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called, borne
from crossdesk.api.native.once import Made, once
from crossdesk.api.tmf621 import acts, asking, bodies, faces, operations, patching
from crossdesk.api.tmf621.creating import create, sent
from crossdesk.api.tmf621.errors import MEDIA, face, invalid, not_found
from crossdesk.api.tmf621.faces import Version
from crossdesk.api.tmf621.tickets import Ticket, find, read, tickets_of
from crossdesk.api.trouble import Trouble
from crossdesk.cases import evidence
from crossdesk.desks.models import Desk
from crossdesk.exchange.links import machine_terms, require_named
from crossdesk.threads.viewer import verbs

Answer = Callable[..., HttpResponse]


def ways(version: Version, /, *further: int, **by_method: Answer) -> Answer:
    """One address: what each method does there, for the bearer of a key for tickets. Others are told what there is."""
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]

    @borne(Scope.TICKETS, face(version, *further))
    def within(request: Called, /, **kwargs: Any) -> HttpResponse:
        return by_method[request.method or ""](request, version, **kwargs)

    @wraps(within)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method not in by_method:
            return HttpResponseNotAllowed(sorted(by_method))
        return within(request, **kwargs)

    return cast(Answer, answered)


def ticket_of(request: Called, id: str) -> Ticket:
    found = find(request.caller.viewer, id)
    if found is None:
        raise not_found()
    return found


def media_of(request: HttpRequest) -> str:
    return (request.content_type or "").lower()


def body_of(request: HttpRequest) -> bodies.Body:
    media = media_of(request)
    if media not in bodies.MERGE:
        raise invalid("Send JSON, as “application/json”.", "invalidFormat")
    return bodies.an_object(bodies.read_json(request.body))


def answer(body: object, version: Version, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, safe=False, content_type=MEDIA[version])


def _shown(request: Called, version: Version, ticket: Ticket, status: int = 200) -> JsonResponse:
    wanted = asking.fields(request.GET, version)
    return answer(faces.shown(ticket, version, wanted), version, status)


def _now(request: Called, ticket: Ticket) -> Ticket:
    """As it is after the verb: read again as the viewer."""
    return ticket_of(request, str(ticket.id))


def listed(request: Called, version: Version) -> HttpResponse:
    viewer, asked = request.caller.viewer, asking.asked(request.GET, version)
    limit = min(asked.limit, asking.MOST)
    every = asking.narrowed(tickets_of(viewer), asked.conditions, viewer)
    total = every.count()
    if asked.cursor:
        rows = list(asking.by_cursor(every, asked, viewer).select_related(*WHOLE)[:limit])
        page = rows[::-1] if asked.backwards else rows
    else:
        page = asking.ordered(every, asked, viewer)[asked.offset : asked.offset + limit]
    tickets = read(page, viewer, asked.wanted)
    response = answer(faces.listed(tickets, version, asked.wanted), version)
    response["X-Total-Count"], response["X-Result-Count"] = str(total), str(len(tickets))
    url = f"{faces.base(version)}/troubleTicket"
    if link := asking.links(url, request.GET, asked, limit, total, tickets):
        response["Link"] = link
    return response


WHOLE = ("case__owner__owner", "case__raiser")


def created(request: Called, version: Version) -> HttpResponse:
    """An `Idempotency-Key` is honoured as on the native face; the first external identifier does as well."""
    caller = request.caller

    def make() -> Made:
        with verbs():  # one that may not send leaves no case behind
            case = create(sent(body_of(request), version), by=caller.viewer, at=caller.at)
            _may_send(request, case.owner)
        return Made("ticket", str(case.pk))

    def tell(request: Called, made: Made, status: int) -> HttpResponse:
        ticket = ticket_of(request, made.case)
        response = _shown(request, version, ticket, status)
        response["Location"] = faces.href(version, ticket)
        return response

    return once(request, make, tell, status=201)


def _may_send(request: Called, to: Desk) -> None:
    key = request.caller.key
    with verbs():
        require_named(machine_terms(key.party, to.owner_id, None, request.caller.at), key.name)


def one(request: Called, version: Version, id: str) -> HttpResponse:
    return _shown(request, version, ticket_of(request, id))


def patched(request: Called, version: Version, id: str) -> HttpResponse:
    ticket, media = ticket_of(request, id), media_of(request)
    if version == "v5" and media == "application/json-patch+json":
        body = operations.merged(bodies.read_json(request.body), faces.shown(ticket, version))
    elif media == "application/json-patch-query+json":
        raise invalid("JSON Patch with queries is not offered; send JSON Patch or a merge patch.", "notOffered")
    else:
        body = body_of(request)
    _may_send(request, ticket.leg.from_desk if ticket.leg else ticket.case.owner)
    change = patching.change_of(body, ticket, version)
    patching.apply(ticket, change, by=request.caller.viewer, at=request.caller.at)
    return _shown(request, version, _now(request, ticket))


def deleted(request: Called, version: Version, id: str) -> HttpResponse:
    ticket_of(request, id)
    raise Trouble(403, "not-allowed", "A ticket is never deleted: cancel it with a reason instead.")


def acted(name: str) -> Answer:
    def view(request: Called, version: Version, id: str) -> HttpResponse:
        ticket = ticket_of(request, id)
        _may_send(request, ticket.leg.from_desk if ticket.leg else ticket.case.owner)
        body = body_of(request) if request.body.strip() else {}
        acts.act(name, ticket, body, by=request.caller.viewer, at=request.caller.at)
        return _shown(request, version, _now(request, ticket))

    return view


def file(request: Called, version: Version, id: str, name: str) -> HttpResponse:
    ticket = ticket_of(request, id)
    found = next((each for each in ticket.evidence if faces.opaque(each.entry) == name and not each.erased), None)
    if found is None:
        raise not_found()
    viewer = request.caller.viewer
    response = StreamingHttpResponse(evidence.stream(found, viewer), content_type=found.media_type)
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = "attachment"
    return cast(HttpResponse, response)
