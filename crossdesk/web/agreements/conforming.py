"""The report of the joining kit on an agreement: what passed, what is to be mended, and how a newcomer begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.desks.agreements import in_force
from crossdesk.desks.models import Agreement, Terms
from crossdesk.desks.ways import Channel
from crossdesk.exchange.conformance.runs import ConformanceRun, can_be_tried
from crossdesk.exchange.conformance.steps import STEPS, Verdict
from crossdesk.exchange.lines import LineKey
from crossdesk.kit.time import now
from crossdesk.web.agreements.pages import found, versions_of

SHOWN = 20
PLAYED = {
    Channel.CROSSDESK: "crossdesk",
    Channel.TMF621: "tmf621",
    Channel.SERVICENOW: "servicenow",
    Channel.MAIL: "mail",
}
ASKED = {
    "send": "They take a case.",
    "receive": "Their ticket number comes back.",
    "thread": "A second message reaches the same ticket.",
    "acknowledge": "Somebody, or their tool, says that they have it.",
    "attach": "A small text file is taken; by mail its SHA-256, or the file, comes back.",
    "bounce": "A message about no ticket, or a letter to no mailbox, is refused or returned.",
    "redirect": "A case that asks for it is refused, and the right desk named.",
    "close": "They propose a resolution and take our confirmation.",
}
MARKS = {
    Verdict.PASSED: ("Passed", "good"),
    Verdict.FAILED: ("To be mended", "warn"),
    Verdict.NOT_PROVED: ("Not proved", "warn"),
    Verdict.NOT_TRIED: ("Not tried", ""),
}


@dataclass(frozen=True)
class Stepped:
    name: str
    asked: str
    mark: str
    kind: str
    words: str


@dataclass(frozen=True)
class Reported:
    run: ConformanceRun
    steps: list[Stepped]

    @property
    def passed(self) -> int:
        return sum(each.kind == "good" for each in self.steps)


@dataclass(frozen=True)
class Beginning:
    """What comes before the first test, each with whether it is done."""

    agreed: bool
    credential: bool | None
    """None: this channel wants none."""


@require_GET
def report(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, at = found(reference), now()
    terms = in_force(versions_of(agreement), at)
    runs = list(ConformanceRun.objects.filter(agreement=agreement).order_by("-at")[: SHOWN + 1])
    reports = [Reported(each, [_stepped(step) for step in each.steps]) for each in runs[:SHOWN]]
    context: dict[str, Any] = {
        "agreement": agreement,
        "newest": reports[0] if reports else None,
        "older": reports[1:],
        "more": len(runs) > SHOWN,
        "asked": [(name, ASKED[name]) for name in STEPS],
        "beginning": _beginning(agreement, terms),
        "channel": terms.exchange.channel.label if terms else "",
        "by_hand": bool(terms and not can_be_tried(terms)),
        "played": PLAYED.get(terms.exchange.channel, "") if terms else "",
        "at": at,
    }
    return render(request, "agreements/conformance.html", context)


def _beginning(agreement: Agreement, terms: Terms | None) -> Beginning:
    if terms is None or not terms.exchange.channel.by_machine:
        return Beginning(terms is not None, None)
    kept = LineKey.objects.filter(line__agreement=agreement, retired_at=None).exists()
    return Beginning(True, kept)


def _stepped(step: dict[str, str]) -> Stepped:
    mark, kind = MARKS[Verdict(step["verdict"])]
    return Stepped(step["name"], ASKED.get(step["name"], ""), mark, kind, step["words"])
