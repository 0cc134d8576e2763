"""Find or do. What was typed is only ever posted: an identifier never stands in an address."""

from __future__ import annotations

import secrets
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk.rulebook import current
from crossdesk.threads.search import plain
from crossdesk.web.finding import doing, everything
from crossdesk.web.finding.doing import Item
from crossdesk.web.finding.everything import Results
from crossdesk.web.rules.pages import rules_named
from crossdesk.web.seeing import Seen

CASES, NAMES = 8, 4
PAGE = 50
KEPT = 20
SEARCHES = "searches"
"""In the session: what this person searched for last, each under a random token that stands in the address instead."""


@require_POST
def palette(request: HttpRequest) -> HttpResponse:
    viewer, sought = cast(Seen, request).viewer, plain(request.POST.get("q", ""))
    does = list(doing.verbs_of(request.POST.get("on", ""), viewer, sought))
    found = everything.find(sought, viewer, cases=CASES, names=NAMES)
    rules = [Item("book", label, address) for label, address in rules_named(current(), sought, NAMES)]
    items = [*does, *lines(found), *rules, *doing.places_named(request, viewer, sought)]
    return render(request, "finding/found.html", {"items": items, "sought": sought})


def lines(found: Results) -> list[Item]:
    items = [Item("file", f"{each.case} {each.case.summary}", f"/cases/{each.case}/") for each in found.cases]
    items += [Item("book", f"{code.code}: {code.meaning}", f"/raise/?ask={code.code}") for code in found.codes]
    items += [Item("desk", desk.name, desk_address(desk.pk)) for desk in found.desks]
    return items + [Item("person", party.name, party_address(party.pk)) for party in found.parties]


def desk_address(desk: int) -> str:
    return f"/directory/desks/{desk}/"


def party_address(party: int) -> str:
    return f"/directory/parties/{party}/"


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "finding/results.html", {"sought": "", "results": None})
    sought = plain(request.POST.get("q", ""))
    if not sought:
        return redirect("search")
    return redirect("found", keep(request, sought))


def keep(request: HttpRequest, sought: str) -> str:
    kept = dict(request.session.get(SEARCHES, {}))
    token = secrets.token_urlsafe(12)
    newest = [*kept.items(), (token, sought)][-KEPT:]
    request.session[SEARCHES] = dict(newest)
    return token


@require_GET
def found(request: HttpRequest, token: str) -> HttpResponse:
    sought = request.session.get(SEARCHES, {}).get(token)
    if sought is None:
        raise Http404("That search is no longer kept; search again.")
    results = everything.find(sought, cast(Seen, request).viewer, cases=PAGE, names=PAGE)
    context = {
        "sought": sought,
        "results": results,
        "desk_address": desk_address,
        "party_address": party_address,
        "many": f"More than {PAGE} cases"
        if results.more
        else f"{len(results.cases)} case{'s'[: len(results.cases) != 1]}",
    }
    return render(request, "finding/results.html", context)
