"""A redirected case goes on: in one click to a desk that works here, or as a case pack for one that does not."""

from __future__ import annotations

import io
import zipfile
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Invalid, Refused
from crossdesk.cases import evidence, journeys, policy, references
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.journeys import Pack
from crossdesk.cases.models import Case
from crossdesk.cases.questions import find_case
from crossdesk.kit.time import london, now
from crossdesk.threads.viewer import Viewer
from crossdesk.web.seeing import Seen


@require_http_methods(["GET", "POST"])
def onward(request: HttpRequest, reference: str) -> HttpResponse:
    case, viewer = _case(reference), cast(Seen, request).viewer
    if request.method == "GET":
        return _page(request, case, viewer)
    try:
        carried = journeys.carry_on(case, by=viewer, at=now())
    except Refused as refused:
        return _page(request, case, viewer, refused.sentence, 422)
    return redirect(f"/cases/{carried}/")


@require_POST
def pack_files(request: HttpRequest, reference: str) -> HttpResponse:
    """Text, files and lists in one archive. Reading a list leaves an entry, so it is asked for by a button."""
    case, viewer = _case(reference), cast(Seen, request).viewer
    policy.require(viewer, "carry", case)
    pack = journeys.pack_of(case)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("case.txt", text_of(pack))
        for number, each in enumerate(pack.evidence, 1):
            archive.writestr(f"evidence/{number}-{each.name}", b"".join(evidence.stream(each, viewer)))
        for listed in pack.references:
            values = references.members(listed, by=viewer, at=now())
            archive.writestr(f"references/{listed.kind}-{listed.pk}.txt", "\r\n".join([*values, ""]))
    response = HttpResponse(content.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{case}.zip") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _case(reference: str) -> Case:
    case = find_case(reference)
    if case is None:
        raise Http404("There is no such case, or you are not on it.")
    return case


def _page(request: HttpRequest, case: Case, viewer: Viewer, trouble: str = "", status: int = 200) -> HttpResponse:
    pack, refusal = None, policy.why_not(viewer, "carry", case)
    try:
        pack = None if refusal else journeys.pack_of(case)
    except Invalid as refused:
        refusal = refused.sentence
    context = {
        "case": case,
        "pack": pack,
        "text": text_of(pack) if pack else "",
        "trouble": trouble or refusal or "",
        "carried": journeys.carried_as(case),
        "journey": journeys.journey_of(case),
        "kinds": KINDS,
        "at": now(),
    }
    return render(request, "portal/onward.html", context, status=status)


def text_of(pack: Pack) -> str:
    """What the next desk needs to know, to copy into whatever tool it keeps."""
    case, said = pack.case, pack.reported
    parts = [
        ("Summary", case.summary),
        ("Impact", said.get("impact", "")),
        ("Seen from", said.get("started_at", "")),
        ("Suspected cause", said.get("suspected_cause", "")),
        ("Already investigated", said.get("investigated", "")),
        ("Our reference", said.get("own_reference", "")),
        (f"Looked into by {pack.redirected_by}, case {case}, which says", pack.proof),
        ("Right desk named", pack.to_words),
        ("References", "\n".join(f"{each.distinct} {KINDS[each.kind]}" for each in pack.references)),
        ("Evidence", "\n".join(f"{each.name}, {each.size} bytes" for each in pack.evidence)),
    ]
    raised = london(case.raised_at)
    head = f"{case.raiser}, first raised {raised.day} {raised:%B %Y, %H:%M}"
    return "\n\n".join([head, *(f"{name}\n{words}" for name, words in parts if words)]) + "\n"
