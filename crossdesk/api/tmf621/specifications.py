"""What a ticket may be about: the query types of the rules, as v5's specifications. They are the market's to change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from crossdesk import rulebook
from crossdesk.api.bearing import Called
from crossdesk.api.tmf621 import asking
from crossdesk.api.tmf621.errors import invalid
from crossdesk.api.tmf621.faces import Version, base
from crossdesk.api.trouble import Trouble
from crossdesk.rulebook.rows.desks import QueryType

FILTERS = frozenset({"id", "name"})


def listed(request: Called, version: Version) -> HttpResponse:
    for name in request.GET:
        if name not in asking.PAGING | FILTERS or name in {"filter", "before", "after", "sort"}:
            raise invalid(f"Specifications are narrowed by id and name; not by “{name[:60]}”.", "unexpectedProperty")
    asked = asking.page_of(request.GET)
    found = [shape(each) for each in rulebook.current().query_types.values()]
    found = [each for each in found if all(each[name] == request.GET[name] for name in FILTERS & set(request.GET))]
    page = found[asked.offset : asked.offset + min(asked.limit, asking.MOST)]
    wanted = asking.fields(request.GET, version)
    response = JsonResponse([_narrowed(each, wanted) for each in page], safe=False)
    response["X-Total-Count"], response["X-Result-Count"] = str(len(found)), str(len(page))
    return response


def one(request: Called, version: Version, id: str) -> HttpResponse:
    query = rulebook.current().query_types.get(id)
    if query is None:
        raise Trouble(404, "not-found", "There is no such specification.")
    return JsonResponse(_narrowed(shape(query), asking.fields(request.GET, version)))


def _narrowed(shape: dict[str, Any], wanted: frozenset[str] | None) -> dict[str, Any]:
    always = {"id", "href", "@type"}
    return shape if wanted is None else {name: value for name, value in shape.items() if name in wanted | always}


def shape(query: QueryType) -> dict[str, Any]:
    """The evidence that the rules ask for stands as characteristics: what is not brought is noted as missing."""
    asked = [rulebook.current().evidence[key] for key in query.evidence if key in rulebook.current().evidence]
    return {
        "@type": "TroubleTicketSpecification",
        "id": query.key,
        "href": f"{base('v5')}/troubleTicketSpecification/{query.key}",
        "name": query.name,
        "description": query.note or query.name,
        "lifecycleStatus": "active",
        "specCharacteristic": [
            {"@type": "CharacteristicSpecification", "id": each.key, "name": each.key, "description": each.label}
            for each in asked
        ],
    }
