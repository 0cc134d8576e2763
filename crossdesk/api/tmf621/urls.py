"""TM Forum's Trouble Ticket API, v5 and v4."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from crossdesk.api.doors import FACES
from crossdesk.api.tmf621 import door, hub, listener, specifications
from crossdesk.api.tmf621.door import ways
from crossdesk.api.tmf621.errors import face
from crossdesk.api.tmf621.faces import Version


def of(version: Version) -> Iterator[URLPattern]:
    at = f"tmf-api/troubleTicket/{version}"
    FACES[f"/{at}"] = face(version)
    yield path(f"{at}/troubleTicket", ways(version, GET=door.listed, POST=door.created))
    one = ways(version, GET=door.one, PATCH=door.patched, DELETE=door.deleted)
    yield path(f"{at}/troubleTicket/<str:id>", one)
    for name in ("close", "reopen", "cancel"):
        yield path(f"{at}/troubleTicket/<str:id>/{name}", ways(version, 422, POST=door.acted(name)))
    yield path(f"{at}/hub", ways(version, GET=hub.listed, POST=hub.created))
    yield path(f"{at}/listener/<str:name>", ways(version, POST=listener.heard))
    yield path(f"{at}/hub/<str:id>", ways(version, GET=hub.one, DELETE=hub.deleted))
    yield path(f"{at}/troubleTicket/<str:id>/attachment/<str:name>", ways(version, GET=door.file))


def specified() -> Iterator[URLPattern]:
    at = "tmf-api/troubleTicket/v5/troubleTicketSpecification"
    yield path(at, ways("v5", GET=specifications.listed))
    yield path(f"{at}/<str:id>", ways("v5", GET=specifications.one))


urlpatterns = [*of("v5"), *of("v4"), *specified()]
