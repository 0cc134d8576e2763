"""Proofs to take away, and the anchors for everybody: roots and keys say nothing of anybody's cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from crossdesk.cases import proof
from crossdesk.cases.questions import find_case
from crossdesk.kit.time import london, now
from crossdesk.parties import policy
from crossdesk.parties.models import Party
from crossdesk.threads.models import Anchor, AnchorKey
from crossdesk.threads.viewer import ANYBODY, viewing
from crossdesk.web.seeing import Seen

KIND = "application/x-ndjson; charset=utf-8"
SHOWN = 60


@require_GET
def case_proof(request: HttpRequest, reference: str) -> HttpResponseBase:
    case, viewer, at = find_case(reference), cast(Seen, request).viewer, now()
    if case is None:
        raise Http404
    return _to_take(proof.proof_of(case, viewer, at), f"{case.reference}-proof-{london(at):%Y-%m-%d}.ndjson")


@require_GET
def party_proof(request: HttpRequest, pk: int) -> HttpResponseBase:
    party, viewer, at = get_object_or_404(Party, pk=pk), cast(Seen, request).viewer, now()
    policy.require(policy.why_not_prove(viewer, party))
    return _to_take(proof.proof_of_all(viewer, at), f"{party.short_name}-proof-{london(at):%Y-%m-%d}.ndjson")


@require_GET
def anchors(request: HttpRequest) -> HttpResponse:
    with viewing(ANYBODY):
        newest = list(Anchor.objects.select_related("key").order_by("-number")[: SHOWN + 1])
        context = {
            "anchors": [(anchor, bytes(anchor.root).hex()) for anchor in newest[:SHOWN]],
            "more": len(newest) > SHOWN,
            "signers": list(AnchorKey.objects.order_by("-pk")),
        }
    return render(request, "proof/anchors.html", context)


@require_GET
def anchors_to_take(request: HttpRequest) -> HttpResponse:
    with viewing(ANYBODY):
        records = [*proof.keys(), *proof.anchors()]
    return HttpResponse("".join(f"{json.dumps(record)}\n" for record in records), content_type=KIND)


def _to_take(lines: Iterator[bytes], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(lines, content_type=KIND)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
