"""Evidence handed back, and what was wrong with a list: only what the database shows this reader."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from crossdesk.cases import references
from crossdesk.cases.evidence import stream
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.kit.spreadsheets import csv_line
from crossdesk.kit.time import now
from crossdesk.web.seeing import Seen


@require_GET
def evidence_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    evidence = Evidence.objects.filter(pk=pk, erased=False).first()
    if evidence is None:
        raise Http404
    response = StreamingHttpResponse(stream(evidence, cast(Seen, request).viewer), content_type=evidence.media_type)
    response["Content-Disposition"] = content_disposition_header(True, evidence.name) or "attachment"
    response["Content-Length"] = str(evidence.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
def reference_set(request: HttpRequest, pk: int) -> HttpResponse:
    listed = _seen(pk)
    return render(request, "portal/references.html", {"listed": listed, "what": KINDS[listed.kind]})


@require_POST
def members(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Reading a list leaves an entry, so it is asked for by a button and never by a link."""
    listed = _seen(pk)
    values = references.members(listed, by=cast(Seen, request).viewer, at=now())
    name = f"{listed.case.reference}-{listed.kind}-{listed.pk}.csv"
    return _as_csv(name, (csv_line(value) for value in values))


@require_GET
def bad_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    listed = _seen(pk)
    rows = references.bad_lines(listed, by=cast(Seen, request).viewer)
    lines = chain([csv_line("line", "what stands there", "what is wrong")], (csv_line(*row) for row in rows))
    return _as_csv(f"{listed.case.reference}-bad-lines-{listed.pk}.csv", lines)


def _as_csv(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _seen(pk: int) -> ReferenceSet:
    listed = ReferenceSet.objects.select_related("case").filter(pk=pk).first()
    if listed is None:
        raise Http404
    return listed
