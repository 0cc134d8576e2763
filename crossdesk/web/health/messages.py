"""Failing messages one by one: a party's own, or all of them for the operator's desk."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crossdesk import rulebook
from crossdesk.kit.time import now
from crossdesk.signals.models import Side
from crossdesk.signals.policy import at_operator, operators_desk
from crossdesk.signals.questions import PAGE, Sought, failing
from crossdesk.web.health.named import names_of
from crossdesk.web.seeing import Seen

FARTHEST = 100_000


@require_safe
def listed(request: Seen) -> HttpResponse:
    asked, book = request.GET, rulebook.current()
    before = asked.get("before", "")
    sought = Sought(
        interface=asked.get("interface", "") if asked.get("interface", "") in book.interfaces else "",
        side=asked.get("side", "") if asked.get("side", "") in Side.values else "",
        still=asked.get("show", "") != "all",
        before=min(int(before), FARTHEST) if before.isdecimal() and len(before) < 9 else 0,
    )
    rows, more = failing(sought)
    context = {
        "at": now(),
        "rows": rows,
        "names": names_of(each for row in rows for each in (row.sender, row.recipient)),
        "sought": sought,
        "sides": Side.choices,
        "operator": at_operator(request.viewer, operators_desk()),
        "meanings": {key: row.meaning for key, row in book.codes.items()},
        "link": lambda **changed: _link(sought, **changed),
        "earlier": _link(sought, before=max(sought.before - PAGE, 0)) if sought.before else None,
        "later": _link(sought, before=sought.before + PAGE) if more else None,
    }
    return render(request, "health/messages.html", context)


def _link(sought: Sought, **changed: object) -> str:
    told = {
        "interface": sought.interface,
        "side": sought.side,
        "show": "" if sought.still else "all",
        "before": "",
        **changed,
    }
    return f"?{urlencode({name: value for name, value in told.items() if value})}"
