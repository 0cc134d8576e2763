"""The line of an agreement that goes by a machine: how it fares, its credentials, and what a person can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from crossdesk.access import Invalid, NotAllowed
from crossdesk.desks import signing
from crossdesk.desks.models import Agreement, Terms
from crossdesk.exchange import lines
from crossdesk.exchange.lines import LIVE_KEYS, Line, LineKey
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.agreements.pages import found, show
from crossdesk.web.seeing import Seen


@dataclass(frozen=True)
class Shown:
    """`kind` is how the mark looks."""

    line: Line | None
    kind: str
    words: str
    keys: list[LineKey]
    why_not: str | None
    full: bool


def line_of(agreement: Agreement, terms: Terms, viewer: Viewer, at: datetime) -> Shown | None:
    if not terms.exchange.channel.by_machine:
        return None
    line = Line.objects.filter(agreement=agreement).first()
    keys = list(line.keys.order_by("retired_at", "-kept_at")) if line else []
    kind, words = _state(line, at)
    live = [each for each in keys if not each.retired_at]
    why_not = signing.why_not_propose(viewer, agreement)
    return Shown(line, kind, words, keys, why_not, len(live) >= LIVE_KEYS)


def _state(line: Line | None, at: datetime) -> tuple[str, str]:
    if line is None:
        return "", "Not opened yet: keep a credential"
    if line.paused_at:
        return "bad", "Paused: a credential was refused"
    if line.trouble:
        return "warn", "Does not answer"
    return ("good", "Answers") if line.answered_at else ("", "Nothing was said on it yet")


@require_POST
def keep(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, viewer, at = found(reference), cast(Seen, request).viewer, now()
    try:
        with verbs():
            if why_not := signing.why_not_propose(viewer, agreement):
                raise NotAllowed(why_not)
            line = lines.open_line(agreement, at)
            lines.keep_key(line, request.POST.get("name", ""), request.POST.get("secret", ""), by=viewer, at=at)
    except Invalid as refused:
        return show(request, agreement, trouble=refused.sentence, status=422)
    messages.success(request, "Kept. It is used from now on, and never shown again.")
    return redirect(f"/agreements/{agreement.reference}/")


@require_POST
def retire(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, viewer = found(reference), cast(Seen, request).viewer
    given = request.POST.get("key", "")
    key = get_object_or_404(LineKey, pk=int(given) if given.isdigit() else 0, line__agreement=agreement)
    try:
        with verbs():
            key = LineKey.objects.select_related("line__agreement__promiser", "line__agreement__other").get(pk=key.pk)
            lines.retire_key(key, by=viewer, at=now())
    except Invalid as refused:
        return show(request, agreement, trouble=refused.sentence, status=422)
    messages.success(request, f"{key.name} is retired.")
    return redirect(f"/agreements/{agreement.reference}/")


@require_POST
def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """After their side mended it: what waited is tried again at once."""
    agreement, viewer = found(reference), cast(Seen, request).viewer
    with verbs():
        if why_not := signing.why_not_propose(viewer, agreement):
            raise NotAllowed(why_not)
        lines.resume(lines.open_line(agreement, now()), now())
    messages.success(request, "Tried again. What waited leaves within a minute.")
    return redirect(f"/agreements/{agreement.reference}/")
