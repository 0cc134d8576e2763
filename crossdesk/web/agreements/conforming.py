"""The report of the joining kit on an agreement: what passed, what is to be mended, and how a newcomer begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import Refused
from crossdesk.desks.agreements import in_force
from crossdesk.desks.models import Agreement, Terms
from crossdesk.desks.ways import Channel
from crossdesk.exchange.conformance.by_people import Tried, note_trial, why_not_try
from crossdesk.exchange.conformance.runs import ConformanceRun, can_be_tried
from crossdesk.exchange.conformance.steps import STEPS, Verdict
from crossdesk.exchange.lines import LineKey
from crossdesk.kit.time import london, now
from crossdesk.web.agreements.pages import found, versions_of
from crossdesk.web.console.acting import status_of
from crossdesk.web.console.forms import Moment, words
from crossdesk.web.seeing import Seen

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


class TrialForm(forms.Form):
    tried_at = Moment(label="When you tried it", error_messages={"required": "Say when you tried it."})
    reached = forms.CharField(
        label="Whom it reached", required=False, max_length=200,
        help_text="The name of who answered, or the number that their portal gave.",
    )  # fmt: skip
    words = words("What you sent, and what came back", "Both sides read it.")
    worked = forms.TypedChoiceField(
        label="Did it work?",
        choices=[("yes", "Yes, cases may go there"), ("no", "No, something is to be mended")],
        coerce=lambda given: given == "yes",
    )


@require_POST
def tried(request: HttpRequest, reference: str) -> HttpResponse:
    """By a person, where people carry what is said."""
    agreement, form = found(reference), TrialForm(request.POST)
    if not form.is_valid():
        return _report(request, agreement, form, "", 422)
    try:
        note_trial(agreement, Tried(**form.cleaned_data), by=cast(Seen, request).viewer, at=now())
    except Refused as refused:
        return _report(request, agreement, form, refused.sentence, status_of(refused))
    messages.success(request, "Noted on the agreement; both sides read it.")
    return redirect(f"/agreements/{agreement.reference}/conformance/")


@require_GET
def report(request: HttpRequest, reference: str) -> HttpResponse:
    return _report(
        request, found(reference), TrialForm(initial={"tried_at": london(now()).replace(second=0, microsecond=0)})
    )


def _report(
    request: HttpRequest, agreement: Agreement, form: TrialForm, trouble: str = "", status: int = 200
) -> HttpResponse:
    at = now()
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
        "form": form,
        "trouble": trouble,
        "why_not_try": why_not_try(cast(Seen, request).viewer, agreement),
        "at": at,
    }
    return render(request, "agreements/conformance.html", context, status=status)


def _beginning(agreement: Agreement, terms: Terms | None) -> Beginning:
    if terms is None or not terms.exchange.channel.by_machine:
        return Beginning(terms is not None, None)
    kept = LineKey.objects.filter(line__agreement=agreement, retired_at=None).exists()
    return Beginning(True, kept)


def _stepped(step: dict[str, str]) -> Stepped:
    mark, kind = MARKS[Verdict(step["verdict"])]
    return Stepped(step["name"], ASKED.get(step["name"], ""), mark, kind, step["words"])
