"""What is given with a case: lists of references, and files of evidence."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.cases import audience
from crossdesk.api.native.door import adding, adds, reads
from crossdesk.api.native.kinds import Nothing
from crossdesk.api.native.named import require_on_case
from crossdesk.api.native.once import Made
from crossdesk.api.native.raising import References
from crossdesk.api.native.telling import answer, case_for, evidence_out, references_out
from crossdesk.cases import evidence, references
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.rulebook import current

router = Router(tags=["References and evidence"])
To = Annotated[str, Field(pattern=r"^(raiser|internal|everyone|engagement:[1-9][0-9]{0,4})$")]
HERE = "/cases/{reference}/references"
FILES = "/cases/{reference}/evidence"


class ReferenceLists(Schema):
    references: list[shapes.ReferencesOut]


class Listed(References):
    to: To = "raiser"


@router.get(HERE, **reads(ReferenceLists), summary="List its references")
def list_references(request: Called, reference: str) -> HttpResponse:
    rows = case_for(reference).reference_sets.order_by("pk")
    return answer(request, ReferenceLists(references=[references_out(row) for row in rows]))


@router.post(HERE, **adds(shapes.ReferencesOut), summary="Add references")
def add_references(request: Called, reference: str, body: Listed) -> HttpResponse:
    """The same list given twice to the same readers is one list."""

    def do() -> Made:
        case, caller = case_for(reference), request.caller
        to = audience(case, body.to)
        require_on_case(request, case, to)
        lines = ["\n".join(body.values).encode()]
        listed = references.add_list(
            case,
            lines,
            body.kind,
            by=caller.viewer,
            at=caller.at,
            source=body.source,
            to=to,
        )
        return Made("references", case.reference, listed.pk)

    return adding(request, do)


@router.get(HERE + "/{number}", **reads(shapes.ReferencesOut), summary="Read one list's tally")
def read_references(request: Called, reference: str, number: int) -> HttpResponse:
    return answer(request, references_out(_listed(case_for(reference), number)))


@router.post(HERE + "/{number}/members", **reads(shapes.Members), summary="Read a list's members")
def read_members(request: Called, reference: str, number: int, body: Nothing = Nothing()) -> HttpResponse:  # noqa: B008
    """Reading them leaves an entry, so it is asked for by POST."""
    listed = _listed(case_for(reference), number)
    values = references.members(listed, by=request.caller.viewer, at=request.caller.at)
    return answer(request, shapes.Members(values=list(values)))


def _listed(case: Case, number: int) -> ReferenceSet:
    listed = ReferenceSet.objects.filter(case=case, pk=number).first()
    if listed is None:
        raise Http404
    return listed


# Files


class Files(Schema):
    evidence: list[shapes.EvidenceOut]


class About(Schema):
    """`key` says which evidence of the rules it is; /api/v1/query-types tells their keys."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")] = ""
    to: To = "raiser"


@router.get(FILES, **reads(Files, Scope.EVIDENCE), summary="List its evidence")
def list_evidence(request: Called, reference: str) -> HttpResponse:
    case = case_for(reference)
    return answer(request, Files(evidence=[evidence_out(row, case) for row in case.evidence.order_by("pk")]))


@router.post(FILES, **adds(shapes.EvidenceOut, Scope.EVIDENCE), summary="Add a file of evidence")
def add_evidence(request: Called, reference: str, file: File[UploadedFile], about: Form[About]) -> HttpResponse:
    """At most 25 MB, of a kind that is told apart by its bytes: no programs, and no names that hide any."""

    def do() -> Made:
        case, caller = case_for(reference), request.caller
        to = audience(case, about.to)
        require_on_case(request, case, to)
        key = about.key if about.key in current().evidence else ""
        kept = evidence.add(
            case,
            file.name or "",
            file.chunks(),
            by=caller.viewer,
            at=caller.at,
            key=key,
            audience=to,
        )
        return Made("evidence", case.reference, kept.pk)

    return adding(request, do)


@router.get(FILES + "/{number}", **reads(shapes.EvidenceOut, Scope.EVIDENCE), summary="Read of one file")
def read_evidence(request: Called, reference: str, number: int) -> HttpResponse:
    case = case_for(reference)
    return answer(request, evidence_out(_file(case, number), case))


@router.get(FILES + "/{number}/content", **reads(None, Scope.EVIDENCE), summary="Download one file")
def download_evidence(request: Called, reference: str, number: int) -> HttpResponseBase:
    kept = _file(case_for(reference), number)
    if kept.erased:
        raise Http404
    response = StreamingHttpResponse(evidence.stream(kept, request.caller.viewer), content_type=kept.media_type)
    response["Content-Disposition"] = content_disposition_header(True, kept.name) or "attachment"
    response["Content-Length"] = str(kept.size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _file(case: Case, number: int) -> Evidence:
    kept = Evidence.objects.filter(case=case, pk=number).first()
    if kept is None:
        raise Http404
    return kept
