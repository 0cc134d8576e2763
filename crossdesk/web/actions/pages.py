"""Actions of problems and reviews: what one's own party owes, and what others owe a desk one works at."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.kit.time import now
from crossdesk.problems.owing import Owing, owing
from crossdesk.web.console import clocks
from crossdesk.web.console.rendering import show
from crossdesk.web.problems.acting import address_of as problem_address
from crossdesk.web.reviews.acting import address_of as review_address
from crossdesk.web.seeing import Seen

PARTS = ("list",)


@require_GET
def list_page(request: Seen) -> HttpResponse:
    every, at = owing(request.viewer), now()
    context: dict[str, Any] = {
        "ours": [each for each in every if each.ours],
        "theirs": [each for each in every if not each.ours],
        "at_desk": bool(request.viewer.desks),
        "address": address,
        "drawn": lambda clock: clocks.drawn(clock, at),
        "at": at,
    }
    return show(request, "actions/list.html", context, parts=PARTS)


def address(each: Owing) -> str:
    return problem_address(each.record) if each.noun == "problem" else review_address(each.record)
