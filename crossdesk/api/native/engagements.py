"""Engagements: the part of a case that another desk works on, from both of its ends."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.cases import After, Prioritised, Size, desk_named, next_link, refuse_unknown
from crossdesk.api.native.door import adding, adds, changes, on_case, on_leg, reads
from crossdesk.api.native.kinds import Asked, Given, MaybeSaid, Moment, Number, Redirected, Said, Why, Words
from crossdesk.api.native.listing import number_place, token_of
from crossdesk.api.native.named import require_on_leg
from crossdesk.api.native.once import Made
from crossdesk.api.native.telling import answer, case_for, leg_for, leg_out
from crossdesk.cases import leg_work
from crossdesk.cases.engaging import Engagement, engage, engage_onward
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk

router = Router(tags=["Engagements"])


class LegFilters(Schema):
    """`side` is `to` for what was asked of the caller's desks, `from` for what they asked of others."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["to", "from"] | None = None
    open: bool | None = None
    limit: Size = 25
    after: After = ""


class LegRow(Schema):
    case: str
    number: int
    from_desk: shapes.DeskOut
    to_desk: shapes.DeskOut
    stage: str
    ask: str
    their_reference: str
    answer_by: datetime | None
    settled: bool


class LegRows(Schema):
    engagements: list[LegRow]


@router.get("/engagements", **reads(LegRows), summary="List engagements, the newest first")
def list_engagements(request: Called, filters: Query[LegFilters]) -> HttpResponse:
    refuse_unknown(request, LegFilters)
    desks = request.caller.viewer.desks
    ends = {"to": Q(to_desk__in=desks), "from": Q(from_desk__in=desks)}
    rows = Leg.objects.filter(ends[filters.side] if filters.side else ends["to"] | ends["from"])
    if filters.open is not None:
        rows = rows.filter(settled_at__isnull=filters.open)
    if (place := number_place(filters.after)) is not None:
        rows = rows.filter(pk__lt=place)
    page = list(rows.select_related("case", "from_desk", "to_desk").order_by("-pk")[: filters.limit + 1])
    response = answer(request, LegRows(engagements=[_row(leg) for leg in page[: filters.limit]]))
    further = len(page) > filters.limit
    return next_link(request, response, token_of(page[filters.limit - 1].pk)) if further else response


def _row(leg: Leg) -> LegRow:
    names = ("number", "stage", "ask", "their_reference", "answer_by", "settled")
    return LegRow(
        case=leg.case.reference,
        from_desk=shapes.DeskOut(id=leg.from_desk_id, name=leg.from_desk.name),
        to_desk=shapes.DeskOut(id=leg.to_desk_id, name=leg.to_desk.name),
        **{name: getattr(leg, name) for name in names},
    )


HERE = "/cases/{reference}/engagements/{number}"
ONE = shapes.EngagementOut


@router.get(HERE, **reads(ONE), summary="Read an engagement")
def read_engagement(request: Called, reference: str, number: int) -> HttpResponse:
    case = case_for(reference)
    return answer(request, leg_out(leg_for(case, number), case, request.caller.viewer))


class Engage(Given):
    """What the other desk is told, and which earlier items of the case it may read."""

    to: Number
    ask: Words
    outside_because: Words
    acknowledge_by: Moment | None = None
    answer_by: Moment | None = None
    entries: Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(max_length=500)] = []
    evidence: Annotated[list[Number], Field(max_length=100)] = []
    references: Annotated[list[Number], Field(max_length=100)] = []

    def said(self, case: Case) -> tuple[Desk, Engagement]:
        """Entries are named by their sequence, as the timeline tells them."""
        desk = desk_named(self.to)
        assert desk is not None
        named = case.thread.entries.filter(seq__in=self.entries).values_list("pk", flat=True) if self.entries else ()
        return desk, Engagement(
            ask=self.ask,
            outside_because=self.outside_because,
            acknowledge_by=self.acknowledge_by,
            answer_by=self.answer_by,
            entries=list(named),
            evidence=self.evidence,
            reference_sets=self.references,
        )


@router.post("/cases/{reference}/engagements", **changes(shapes.CaseOut), summary="Engage another desk")
def engage_desk(request: Called, reference: str, body: Engage) -> HttpResponse:
    def do(case: Case) -> None:
        require_on_leg(request, engage(case, *body.said(case), by=request.caller.viewer, at=request.caller.at))

    return on_case(request, reference, do)


@router.post(HERE + "/engagements", **changes(ONE), summary="Engage a desk onward")
def engage_desk_onward(request: Called, reference: str, number: int, body: Engage) -> HttpResponse:
    def do(leg: Leg) -> None:
        onward = engage_onward(leg, *body.said(leg.case), by=request.caller.viewer, at=request.caller.at)
        require_on_leg(request, onward)

    return on_leg(request, reference, number, do)


# The engaged desk


class Acknowledged(Given):
    their_reference: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""
    words: Words = ""


@router.post(HERE + "/acknowledge", **changes(ONE), summary="Acknowledge it, with a number of one's own")
def acknowledge_engagement(
    request: Called,
    reference: str,
    number: int,
    body: Acknowledged = Acknowledged(),  # noqa: B008
) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    theirs, words = body.their_reference.strip(), body.words
    return on_leg(
        request,
        reference,
        number,
        lambda leg: leg_work.acknowledge(leg, by=by, at=at, their_reference=theirs, words=words),
    )


@router.post(HERE + "/start", **changes(ONE), summary="Begin work")
def start_engagement(
    request: Called,
    reference: str,
    number: int,
    body: MaybeSaid = MaybeSaid(),  # noqa: B008
) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.start(leg, by=by, at=at, words=body.words))


@router.post(HERE + "/prioritise", **changes(ONE), summary="Set the engaged desk's own priority")
def prioritise_engagement(request: Called, reference: str, number: int, body: Prioritised) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.prioritise(leg, body.judged(), by=by, at=at))


@router.post(HERE + "/resolve", **changes(ONE), summary="Propose it as resolved")
def resolve_engagement(request: Called, reference: str, number: int, body: Said) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.resolve(leg, by=by, at=at, words=body.words))


@router.post(HERE + "/decline", **changes(ONE), summary="Decline it, naming the right desk")
def decline_engagement(request: Called, reference: str, number: int, body: Redirected) -> HttpResponse:
    by, at, to = request.caller.viewer, request.caller.at, desk_named(body.to)
    return on_leg(
        request,
        reference,
        number,
        lambda leg: leg_work.decline(leg, by=by, at=at, why=body.why, to=to, to_words=body.to_words),
    )


# Either end


@router.post(HERE + "/words", **adds(ONE), summary="Write on it")
def update_engagement(request: Called, reference: str, number: int, body: Said) -> HttpResponse:
    def do() -> Made:
        leg = leg_for(case_for(reference), number)
        require_on_leg(request, leg)
        leg_work.update(leg, by=request.caller.viewer, at=request.caller.at, words=body.words)
        return Made("engagement", leg.case.reference, number)

    return adding(request, do)


@router.post(HERE + "/ask", **changes(ONE), summary="Ask the desk at the other end")
def ask_on_engagement(request: Called, reference: str, number: int, body: Asked) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(
        request,
        reference,
        number,
        lambda leg: leg_work.ask(leg, by=by, at=at, words=body.words, due_at=body.due_at),
    )


@router.post(HERE + "/answer", **changes(ONE), summary="Answer what was asked")
def answer_on_engagement(request: Called, reference: str, number: int, body: Said) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.answer(leg, by=by, at=at, words=body.words))


# The desk that engaged


@router.post(HERE + "/confirm", **changes(ONE), summary="Confirm the answer")
def confirm_engagement(
    request: Called,
    reference: str,
    number: int,
    body: MaybeSaid = MaybeSaid(),  # noqa: B008
) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.confirm(leg, by=by, at=at, words=body.words))


@router.post(HERE + "/dispute", **changes(ONE), summary="Dispute the answer")
def dispute_engagement(request: Called, reference: str, number: int, body: Why) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.dispute(leg, by=by, at=at, why=body.why))


@router.post(HERE + "/withdraw", **changes(ONE), summary="Withdraw the engagement")
def withdraw_engagement(request: Called, reference: str, number: int, body: Why) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_leg(request, reference, number, lambda leg: leg_work.withdraw(leg, by=by, at=at, why=body.why))
