"""Reviews asked for at closing: what the desk's leads owe, by when, and what came of those before."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.cases import policy
from crossdesk.cases.review_asks import ReviewAsk, asked_of
from crossdesk.kit.time import now
from crossdesk.web.console import filters
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen


@dataclass(frozen=True)
class Row:
    ask: ReviewAsk
    why: str
    asked_by: str


@require_GET
def reviews(request: Seen) -> HttpResponse:
    if not request.viewer.desks:
        return show(request, "console/no_desk.html", {})
    asked = filters.asked_of(request.GET, request.viewer)
    done = request.GET.get("show") == "done"
    rows = [row(ask) for ask in asked_of(asked.desk, done)]
    address = "/queue/reviews"
    context = {
        "asked": asked,
        "done": done,
        "rows": rows,
        "lead": bool(request.viewer.roles & policy.MANAGERS),
        "choices": [
            ("To do", asked.address(address, view=""), not done),
            ("Concluded", asked.address(address, view="", show="done"), done),
        ],
        "at": now(),
    }
    return show(request, "console/reviews.html", context)


def row(ask: ReviewAsk) -> Row:
    body, rule = ask.entry.body, rulebook.current().case_reviews.get(ask.rule)
    why = "These words were erased." if body.erased else body.words
    return Row(ask, why, "The rules" if rule or ask.rule else body.author)
