"""The health board: what is failing, since when, whose it is and on which case. A party reads its own part."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.kit.time import now
from crossdesk.signals import questions
from crossdesk.signals.models import Fault
from crossdesk.signals.noticing import HEALTH
from crossdesk.signals.policy import at_operator, operators_desk, why_not_give
from crossdesk.web.console.rendering import show
from crossdesk.web.health.advice import advise
from crossdesk.web.health.named import names_of, titled
from crossdesk.web.health.strips import Drawn, draw
from crossdesk.web.seeing import Seen

PARTS = ("board",)


@require_safe
def board(request: Seen) -> HttpResponse:
    at, viewer = now(), request.viewer
    operator = at_operator(viewer, operators_desk())
    feed = questions.newest_feed() if operator else None
    until = feed.last_at if feed else None if operator else questions.known_until(at)
    context: dict[str, Any] = {
        "at": at,
        "operator": operator,
        "thread": HEALTH,
        "refused": why_not_give(viewer),
        "until": until,
        "silent": questions.silent(until, at),
        "advice": [] if operator else _advice(request),
        "faults": _faults(request) if operator else [],
        "figure": rulebook.current().signal_figures["shown-from"].figure,
    }
    return show(request, "health/board.html", context | _strips(request, operator), parts=PARTS)


def _strips(request: Seen, operator: bool) -> dict[str, Any]:
    at, interfaces = now(), rulebook.current().interfaces
    market = questions.of_market(at)
    own = [] if operator else questions.of_own(at, request.viewer.party)

    def drawn(strips: list[questions.Strip]) -> list[Drawn]:
        return [draw(each, interfaces[each.key].name if each.key in interfaces else "") for each in strips]

    shown = market if operator else own
    totals = {each.key: each for each in market}
    people = questions.of_participants(at) if operator else []
    return {
        "whole": draw(questions.whole(shown, at), "all interfaces"),
        "interfaces": drawn(shown),
        "totals": {} if operator else totals,
        "participants": [draw(each, ", ".join(sorted(each.names)) or "not in the directory") for each in people],
    }


def _advice(request: Seen) -> list[object]:
    found = questions.concerns(now(), request.viewer.party)
    cases = Case.objects.in_bulk([each.case_id for each in found if each.case_id])
    return [advise(each, cases, now()) for each in found]


def _faults(request: Seen) -> list[tuple[Fault, str]]:
    found = questions.going_on(now())
    known = names_of(each for fault in found for each in (fault.sender, fault.recipient))
    return [(fault, titled(fault, known)) for fault in found]
