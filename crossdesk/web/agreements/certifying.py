"""The certificates of whoever promises, where cases go by letters: given, shown with their end, retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from crossdesk.access import Invalid, Role
from crossdesk.desks.models import Agreement, Terms
from crossdesk.desks.ways import Channel
from crossdesk.exchange import certificates
from crossdesk.exchange.certificates import Certificate
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.agreements.pages import found, show
from crossdesk.web.seeing import Seen


@dataclass(frozen=True)
class Shown:
    """Each with what is to be warned of."""

    kept: list[tuple[Certificate, str]]
    why_not: str | None


def certificates_of(agreement: Agreement, terms: Terms, viewer: Viewer, at: datetime) -> Shown | None:
    ways = terms.exchange
    if Channel.MAIL not in (ways.channel, *ways.fallbacks):
        return None
    kept = Certificate.objects.filter(party=agreement.promiser, retired_at=None).order_by("until")
    if viewer.party == agreement.promiser_id or Role.ADMINISTRATOR not in viewer.roles:
        why_not = certificates.why_not_give(viewer, agreement.promiser)
    else:
        with verbs():  # whether anybody of the other side signs in is not for its counterpart to see otherwise
            why_not = certificates.why_not_give(viewer, agreement.promiser)
    return Shown([(each, each.left(at)) for each in kept], why_not)


@require_POST
def give(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, viewer = found(reference), cast(Seen, request).viewer
    try:
        with verbs():
            kept = certificates.give(agreement.promiser, request.POST.get("pem", ""), by=viewer, at=now())
    except Invalid as refused:
        return show(request, agreement, trouble=refused.sentence, status=422)
    messages.success(request, f"Kept: {kept}.")
    return redirect(f"/agreements/{agreement.reference}/")


@require_POST
def retire(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, viewer = found(reference), cast(Seen, request).viewer
    given = request.POST.get("certificate", "")
    kept = get_object_or_404(Certificate, pk=int(given) if given.isdigit() else 0, party=agreement.promiser)
    try:
        with verbs():
            certificates.take_back(kept, by=viewer, at=now())
    except Invalid as refused:
        return show(request, agreement, trouble=refused.sentence, status=422)
    messages.success(request, f"{kept} is trusted no longer.")
    return redirect(f"/agreements/{agreement.reference}/")
