"""Requests of machines go past what pages need: no session, no cookie, no form token, no page of trouble."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from crossdesk.api import oauth
from crossdesk.api.trouble import Face, Trouble, problem, told

LARGEST = 64 * 2**20
"""Of one request with its files. What is no file has its own, smaller limit."""
Answer = Callable[[HttpRequest], HttpResponse]
PLACES = ("/api/v1/", "/oauth/", "/.well-known/", "/tmf-api/", "/exchange/")
FACES: dict[str, Face] = {"/oauth/": oauth.trouble}
"""How trouble is told under a path, where not as a problem of RFC 9457."""


class MachinesMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PLACES):
            return self.get_response(request)
        face = next((face for place, face in FACES.items() if request.path.startswith(place)), problem)
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            sentence = f"A request holds at most {LARGEST >> 20} MB; one file of evidence at most 25 MB."
            return told(Trouble(413, "too-large", sentence), face)
        try:
            request.resolver_match = match = resolve(request.path_info)
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Resolver404:
            response = told(Trouble(404, "not-found", "There is no such address; /api/ shows those there are."), face)
        except Exception as error:
            response = told(error, face)
        if response.status_code == 405 and not response.content:
            return _wrong_method(response, face)
        return response


def _wrong_method(response: HttpResponse, face: Face) -> HttpResponse:
    allowed = response.get("Allow", "")
    return told(Trouble(405, "wrong-method", f"This address takes: {allowed}.", {"Allow": allowed}), face)
