"""From what the viewer reads to what the API answers. Each function costs a known number of questions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Schema

from crossdesk.api.native import shapes
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case, Question, Standing
from crossdesk.cases.questions import CaseFile, find_case, read_case
from crossdesk.desks.models import Desk
from crossdesk.impact.models import Affected
from crossdesk.impact.questions import Register
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

V1 = "/api/v1"


def case_for(reference: str) -> Case:
    """What the viewer may not see is as if it were not there."""
    case = find_case(reference)
    if case is None:
        raise Http404
    return case


def leg_for(case: Case, number: int) -> Leg:
    leg = next((leg for leg in case.legs.all() if leg.number == number), None)
    if leg is None:
        raise Http404
    return leg


def case_out(case: Case, viewer: Viewer) -> shapes.CaseOut:
    file = read_case(case, viewer)
    questions = _questions(file.questions, file.legs)
    return shapes.CaseOut(
        **_summary(case),
        scenario=case.scenario,
        reopened_at=case.reopened_at,
        triaged_at=case.triaged_at,
        resolved_at=case.resolved_at,
        closed_at=case.closed_at,
        bounces=case.bounces,
        restricted=case.restricted,
        standing=standing_out(file.standing) if file.standing else None,
        working=[shapes.WorkingOut(**mark) for mark in (file.standing.legs if file.standing else [])],
        report=_report(file),
        engagements=[_engagement(leg, case, questions) for leg in file.legs],
        questions=[each for each in questions if each.engagement is None],
        references=[references_out(each) for each in file.references],
        evidence=[evidence_out(each, case) for each in file.evidence],
        newest=file.seen,
    )


def leg_out(leg: Leg, case: Case, viewer: Viewer) -> shapes.EngagementOut:
    file = read_case(case, viewer)
    return _engagement(leg, case, _questions(file.questions, file.legs))


def row_out(row: Standing) -> shapes.CaseRow:
    return shapes.CaseRow(**_summary(row.case), changed_at=row.changed_at, standing=standing_out(row))


def _summary(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "kind": case.kind,
        "summary": case.summary,
        "query_type": case.query_type,
        "system": case.system,
        "stage": case.stage,
        "outcome": case.outcome,
        "priority": case.priority,
        "raiser": party_out(case.raiser),
        "owner": desk_out(case.owner),
        "raised_at": case.raised_at,
    }


def standing_out(row: Standing) -> shapes.StandingOut:
    return shapes.StandingOut(
        part=row.part, ball=row.ball, next_who=row.next_who, next_what=row.next_what, next_by=row.next_by
    )


def party_out(party: Party) -> shapes.PartyOut:
    return shapes.PartyOut(id=party.pk, name=party.name)


def desk_out(desk: Desk) -> shapes.DeskOut:
    return shapes.DeskOut(id=desk.pk, name=desk.name)


def _report(file: CaseFile) -> shapes.ReportOut | None:
    if file.raised is None or file.raised.kind != "case.raised":
        return None
    told = file.raised.body.detail
    names = ("impact", "suspected_cause", "investigated", "own_reference", "without_because")
    began = told.get("started_at") or ""
    return shapes.ReportOut(
        **{name: str(told.get(name) or "") for name in names},
        started_at=datetime.fromisoformat(began) if began else None,
    )


def _questions(rows: Sequence[Question], legs: Iterable[Leg]) -> list[shapes.QuestionOut]:
    numbers = {leg.pk: leg.number for leg in legs}
    words = dict(
        Entry.objects.filter(pk__in=[row.entry_id for row in rows]).values_list("pk", "body__words") if rows else ()
    )
    return [
        shapes.QuestionOut(
            id=row.pk,
            asked_by=desk_out(row.asked_by),
            asked_of=row.addressee.label,
            engagement=numbers.get(row.leg_id) if row.leg_id else None,
            due_at=row.due_at,
            words=words.get(row.entry_id) or "",
        )
        for row in rows
    ]


def _engagement(leg: Leg, case: Case, questions: list[shapes.QuestionOut]) -> shapes.EngagementOut:
    plain = (
        "number", "stage", "ask", "outside_because", "their_reference", "acknowledge_by", "answer_by", "created_at",
        "received_at", "resolved_at", "settled_at", "silent", "undeliverable",
    )  # fmt: skip
    return shapes.EngagementOut(
        case=case.reference,
        from_desk=desk_out(leg.from_desk),
        to_desk=desk_out(leg.to_desk),
        priority=leg.priority,
        redirected_to=leg.redirect_words,
        questions=[each for each in questions if each.engagement == leg.number],
        **{name: getattr(leg, name) for name in plain},
    )


def references_out(listed: ReferenceSet) -> shapes.ReferencesOut:
    names = ("kind", "source", "lines", "distinct", "repeated", "bad")
    told = {name: getattr(listed, name) for name in names}
    return shapes.ReferencesOut(id=listed.pk, retracted=listed.retracted_at is not None, **told)


def evidence_out(kept: Evidence, case: Case) -> shapes.EvidenceOut:
    return shapes.EvidenceOut(
        id=kept.pk,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        sha256=bytes(kept.sha256).hex(),
        erased=kept.erased,
        content=f"{V1}/cases/{case.reference}/evidence/{kept.pk}/content",
    )


def entry_out(entry: Entry, legs: dict[int, int]) -> shapes.EntryOut:
    body = entry.body
    return shapes.EntryOut(
        seq=entry.seq,
        kind=entry.kind,
        audience=entry.audience,
        engagement=legs.get(entry.facts.get("leg", 0)),
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        author=body.author,
        organisation=body.organisation,
        words=body.words,
        erased=body.erased,
        detail=body.detail,
        facts=entry.facts,
    )


def impact_out(case: Case) -> shapes.ImpactOut:
    read = Register(case)
    return shapes.ImpactOut(
        mpans=read.totals["mpans"],
        meters=read.totals["meters"],
        counted_at=read.counted_at,
        shares=[
            shapes.ShareOut(party=shapes.PartyOut(id=party, name=name), mpans=count)
            for party, (name, count, _) in read.shares().items()
        ],
        affected=[affected_out(row) for row in read.affected],
    )


def affected_out(row: Affected) -> shapes.AffectedOut:
    return shapes.AffectedOut(
        id=row.pk,
        case=row.case.reference,
        kind=row.kind,
        key=row.key,
        party=party_out(row.party) if row.party else None,
        says=row.says,
        meters=row.meters,
        said_at=row.said_at,
    )


# Answers


def written(told: Schema) -> bytes:
    return told.model_dump_json().encode()


def etag_of(content: bytes) -> str:
    """Strong: another representation has another one."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def answer(request: HttpRequest, told: Schema, *, status: int = 200, location: str = "") -> HttpResponse:
    content = written(told)
    etag = etag_of(content)
    if request.method == "GET" and etag in tags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": etag})
    response = HttpResponse(content, status=status, content_type="application/json", headers={"ETag": etag})
    if location:
        response["Location"] = location
    return response


def tags(header: str) -> list[str]:
    return [each.strip().removeprefix("W/") for each in header.split(",") if each.strip()]
