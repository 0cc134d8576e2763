"""Find or do. What was typed is only ever posted: an identifier never stands in an address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk.rulebook import current
from crossdesk.threads.search import plain
from crossdesk.web.finding import doing, everything
from crossdesk.web.finding.doing import Item
from crossdesk.web.finding.everything import Hit, Results
from crossdesk.web.rules.pages import rules_named
from crossdesk.web.seeing import Seen

CASES, NAMES, LINES = 8, 6, 14
PAGE = 50
BEST = 6
KEPT, ON_THE_PAGE = 20, 12
SEARCHES = "searches"
"""In the session: what this person searched for last, each under a random token that stands in the address instead."""


@require_POST
def palette(request: HttpRequest) -> HttpResponse:
    viewer, sought = cast(Seen, request).viewer, plain(request.POST.get("q", ""))
    does = list(doing.verbs_of(request.POST.get("on", ""), viewer, sought))
    found = everything.find(sought, viewer, cases=CASES, names=NAMES)
    rules = [Item("book", label, address) for label, address in rules_named(current(), sought, NAMES)]
    best = lines(found)
    told = {each.url for each in best}
    others = [each for each in rules if each.url not in told]
    items = [*does, *best, *others, *doing.places_named(request, viewer, sought)]
    return render(request, "finding/found.html", {"items": items, "sought": sought, "instead": found.instead})


def lines(found: Results) -> list[Item]:
    return [Item(hit.icon, hit.label, hit.url, what=hit.what) for hit in found.hits[:LINES]]


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


KINDS = (
    ("articles", "Articles and known errors", ("article", "known error")),
    ("rules", "The market's reference", ()),
    ("names", "Organisations and desks", ("desk", "party")),
)


def kinds(further: Sequence[Hit]) -> list[tuple[str, str, list[Hit]]]:
    """Beside the best of all kinds: what else there is, kind by kind."""
    said = {each for _, _, held in KINDS for each in held}
    rest: dict[str, list[Hit]] = {key: [] for key, _, _ in KINDS}
    for hit in further:
        for key, _, held in KINDS:
            if hit.kind in held or (not held and hit.kind not in said):
                rest[key].append(hit)
    return [(key, title, rest[key]) for key, title, _ in KINDS if rest[key]]


@require_GET
def found(request: HttpRequest, token: str) -> HttpResponse:
    sought = request.session.get(SEARCHES, {}).get(token)
    if sought is None:
        raise Http404("That search is no longer kept; search again.")
    results = everything.find(sought, cast(Seen, request).viewer, cases=PAGE, names=ON_THE_PAGE)
    answers = [hit for hit in results.hits if hit.kind != "case"]
    context = {
        "sought": sought,
        "results": results,
        "best": answers[:BEST],
        "cases_first": bool(results.cases) and results.hits[0].kind == "case",
        "marked_cases": {hit.key: hit for hit in results.of("case")},
        "kinds": kinds(answers[BEST:]),
        "many": f"More than {PAGE} cases"
        if results.more
        else f"{len(results.cases)} case{'s'[: len(results.cases) != 1]}",
    }
    return render(request, "finding/results.html", context)
