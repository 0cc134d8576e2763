"""Cases: raised, listed, read, and everything that a raiser or an owning desk does with one."""

from __future__ import annotations

from typing import Annotated, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.door import adding, adds, changes, on_case, reads
from crossdesk.api.native.kinds import Asked, Given, MaybeSaid, Moment, Nothing, Redirected, Said, Why, Word, Words
from crossdesk.api.native.listing import case_place, cases, token_of
from crossdesk.api.native.named import require_on_case
from crossdesk.api.native.once import Made
from crossdesk.api.native.raising import Raise, raised
from crossdesk.api.native.telling import answer, case_for, case_out, entry_out, row_out
from crossdesk.api.trouble import Trouble
from crossdesk.cases import closing, triage, writing
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.rulebook import current
from crossdesk.rulebook.priority import priority
from crossdesk.threads.models import Entry

router = Router(tags=["Cases"])
Size = Annotated[int, Field(ge=1, le=100)]
After = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]*$")]


class Filters(Schema):
    model_config = ConfigDict(extra="forbid")

    part: Literal["raised", "owns", "engaged", "follows"] | None = None
    open: bool | None = None
    ball: Literal["us", "them", "nobody"] | None = None
    stage: Literal["raised", "triage", "assigned", "resolved", "closed"] | None = None
    system: Word = ""
    query_type: Word = ""
    changed_since: Moment | None = None
    limit: Size = 25
    after: After = ""

    def narrowed(self) -> Q:
        wanted = {
            "part": self.part,
            "is_open": self.open,
            "ball": self.ball,
            "case__stage": self.stage,
            "system": self.system or None,
            "case__query_type": self.query_type or None,
            "changed_at__gte": self.changed_since,
        }
        return Q(**{name: value for name, value in wanted.items() if value is not None})


def refuse_unknown(request: HttpRequest, known: type[Schema]) -> None:
    if unknown := sorted(set(request.GET) - set(known.model_fields)):
        names = ", ".join(known.model_fields)
        raise Trouble(422, "invalid", f"“{unknown[0][:80]}” is nothing that this list goes by; there are: {names}.")


def next_link(request: HttpRequest, response: HttpResponse, after: str, name: str = "after") -> HttpResponse:
    query = request.GET.copy()
    query[name] = after
    response["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return response


class CaseRows(Schema):
    cases: list[shapes.CaseRow]


class Entries(Schema):
    entries: list[shapes.EntryOut]


@router.get("/cases", **reads(CaseRows), summary="List cases, the last changed first")
def list_cases(request: Called, filters: Query[Filters]) -> HttpResponse:
    """Those that the caller's party raised, owns, is engaged on or follows."""
    refuse_unknown(request, Filters)
    page, further = cases(request.caller.viewer, filters.narrowed(), case_place(filters.after), filters.limit)
    response = answer(request, CaseRows(cases=[row_out(row) for row in page]))
    return next_link(request, response, token_of(further)) if further else response


@router.post("/cases", **adds(shapes.CaseOut, again=True), summary="Raise a case")
def raise_a_case(request: Called, body: Raise) -> HttpResponse:
    """The desk gate decides which desk takes it; what the rules ask for and is not given has to be excused."""

    def do() -> Made:
        case = raised(body, request.caller)
        require_on_case(request, case)  # one that may not send leaves no case behind
        return Made("case", case.reference)

    return adding(request, do, required=True)


@router.get("/cases/{reference}", **reads(shapes.CaseOut), summary="Read a case")
def read_case(request: Called, reference: str) -> HttpResponse:
    return answer(request, case_out(case_for(reference), request.caller.viewer))


class Since(Schema):
    since: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    limit: Size = 50


@router.get("/cases/{reference}/timeline", **reads(Entries), summary="Read its timeline")
def read_timeline(request: Called, reference: str, since: Query[Since]) -> HttpResponse:
    """Oldest first, from after a sequence: the `newest` of the case, or the last `seq` that was read."""
    refuse_unknown(request, Since)
    case = case_for(reference)
    rows = Entry.objects.filter(thread=case.pk, seq__gt=since.since).select_related("body").order_by("seq")
    page = list(rows[: since.limit + 1])
    legs = {leg.pk: leg.number for leg in case.legs.all()}
    response = answer(request, Entries(entries=[entry_out(each, legs) for each in page[: since.limit]]))
    further = len(page) > since.limit
    return next_link(request, response, str(page[since.limit - 1].seq), "since") if further else response


# Either side


class Written(Given):
    """`to` is whom it is for: the raiser's side, the desk's own people, everyone on the case, or `engagement:2`."""

    to: Annotated[str, Field(pattern=r"^(raiser|internal|everyone|engagement:[1-9][0-9]{0,4})$")] = "raiser"
    words: Words


def audience(case: Case, to: str) -> str:
    """The verbs know a leg by its id, clients by its number on the case."""
    kind, _, number = to.partition(":")
    if kind != "engagement":
        return to
    return f"leg:{next((leg.pk for leg in case.legs.all() if leg.number == int(number)), 0)}"


@router.post("/cases/{reference}/words", **adds(shapes.CaseOut), summary="Write on it")
def write_on_case(request: Called, reference: str, body: Written) -> HttpResponse:
    def do() -> Made:
        case = case_for(reference)
        to = audience(case, body.to)
        require_on_case(request, case, to)
        writing.write(case, to=to, words=body.words, by=request.caller.viewer, at=request.caller.at)
        return Made("case", case.reference)

    return adding(request, do)


@router.post("/cases/{reference}/reopen", **changes(shapes.CaseOut), summary="Reopen it")
def reopen_case(request: Called, reference: str, body: Why) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: closing.reopen(case, by=by, at=at, why=body.why))


# The raiser


@router.post("/cases/{reference}/answer", **changes(shapes.CaseOut), summary="Answer the desk")
def answer_desk(request: Called, reference: str, body: Said) -> HttpResponse:
    """It answers every open question that the desk put to the raiser."""
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: writing.answer(case, question=None, words=body.words, by=by, at=at))


@router.post("/cases/{reference}/withdraw", **changes(shapes.CaseOut), summary="Withdraw it")
def withdraw_case(request: Called, reference: str, body: Why) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: closing.withdraw(case, by=by, at=at, why=body.why))


@router.post("/cases/{reference}/confirm", **changes(shapes.CaseOut), summary="Confirm that it is fixed")
def confirm_case(request: Called, reference: str, body: MaybeSaid = MaybeSaid()) -> HttpResponse:  # noqa: B008 - frozen
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: closing.confirm(case, by=by, at=at, words=body.words))


@router.post("/cases/{reference}/dispute", **changes(shapes.CaseOut), summary="Dispute that it is fixed")
def dispute_case(request: Called, reference: str, body: Why) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: closing.dispute(case, by=by, at=at, why=body.why))


# The owning desk


class Prioritised(Given):
    """Impact and urgency, or a kind of fault whose priority was published. The rules say what follows."""

    impact: Word = ""
    urgency: Word = ""
    fault: Word = ""

    def judged(self) -> triage.Judged:
        book = current()
        known = {row.key: row.scale for row in book.levels.values()}
        right = known.get(self.impact) == "impact" and known.get(self.urgency) == "urgency"
        if not (self.fault in book.faults if self.fault else right):
            impacts, urgencies = (
                ", ".join(k for k, scale in known.items() if scale == s) for s in ("impact", "urgency")
            )
            faults = ", ".join(book.faults)
            sentence = f"Give an impact ({impacts}) and an urgency ({urgencies}), or a published fault ({faults})."
            raise Trouble(422, "invalid", sentence)
        found = priority(book, self.impact, self.urgency, self.fault)
        return triage.Judged(int(found.priority.removeprefix("P")), found.rule, self.impact, self.urgency)


def desk_named(number: int | None) -> Desk | None:
    if number is None:
        return None
    desk = Desk.objects.select_related("owner").filter(pk=number).first()
    if desk is None:
        raise Trouble(422, "invalid", f"There is no desk {number} in the directory.")
    return desk


@router.post("/cases/{reference}/take", **changes(shapes.CaseOut), summary="Take it into triage")
def take_case(request: Called, reference: str, body: Nothing = Nothing()) -> HttpResponse:  # noqa: B008
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: triage.take(case, by=by, at=at))


@router.post("/cases/{reference}/own", **changes(shapes.CaseOut), summary="Own it")
def own_case(request: Called, reference: str, body: MaybeSaid = MaybeSaid()) -> HttpResponse:  # noqa: B008
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: triage.own(case, by=by, at=at, note=body.words))


@router.post("/cases/{reference}/prioritise", **changes(shapes.CaseOut), summary="Set its priority")
def prioritise_case(request: Called, reference: str, body: Prioritised) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: triage.prioritise(case, body.judged(), by=by, at=at))


@router.post("/cases/{reference}/redirect", **changes(shapes.CaseOut), summary="Redirect it to the right desk")
def redirect_case(request: Called, reference: str, body: Redirected) -> HttpResponse:
    by, at, to = request.caller.viewer, request.caller.at, desk_named(body.to)
    return on_case(
        request,
        reference,
        lambda case: triage.redirect(case, by=by, at=at, why=body.why, to=to, to_words=body.to_words),
    )


@router.post("/cases/{reference}/ask", **changes(shapes.CaseOut), summary="Ask the raiser")
def ask_raiser(request: Called, reference: str, body: Asked) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(
        request, reference, lambda case: writing.ask_raiser(case, words=body.words, due_at=body.due_at, by=by, at=at)
    )


@router.post("/cases/{reference}/resolve", **changes(shapes.CaseOut), summary="Resolve it")
def resolve_case(request: Called, reference: str, body: Said) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: closing.resolve(case, by=by, at=at, words=body.words))


@router.post("/cases/{reference}/close", **changes(shapes.CaseOut), summary="Close it without the raiser's word")
def close_case(request: Called, reference: str, body: Why) -> HttpResponse:
    by, at = request.caller.viewer, request.caller.at
    return on_case(request, reference, lambda case: closing.close(case, by=by, at=at, why=body.why))
