"""Requests: the catalogue with its forms, asking, whose word is given, and the steps of the work.

A key asks and works as its party does. It approves only with a scope of its own, which an administrator gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from crossdesk import rulebook
from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.native.asked import (
    ItemOut,
    ItemRow,
    RequestOut,
    RequestRow,
    approver,
    item_out,
    item_row,
    request_for,
    request_out,
    request_row,
)
from crossdesk.api.native.cases import After, Size, next_link, refuse_unknown
from crossdesk.api.native.door import adding, adds, changes, lock, reads, require_match, told
from crossdesk.api.native.kinds import Given, Line, MaybeSaid, Number, Why, Word, Words
from crossdesk.api.native.listing import case_place, token_of
from crossdesk.api.native.named import require_on_case
from crossdesk.api.native.once import Made, once
from crossdesk.api.native.telling import answer, case_for
from crossdesk.api.trouble import Trouble
from crossdesk.desks.models import ResolverGroup
from crossdesk.requests import approving, asking, catalogue, fulfilling
from crossdesk.requests.asking import Form
from crossdesk.requests.checking import Unfit
from crossdesk.requests.models import Request
from crossdesk.requests.questions import Whole, row
from crossdesk.threads.viewer import Viewer

router = Router(tags=["Requests"])
WRITES: dict[str, Any] = {"scope": Scope.REQUESTS}
DECIDES: dict[str, Any] = {"scope": Scope.APPROVALS}


class Items(Schema):
    items: list[ItemRow]


class Rows(Schema):
    requests: list[RequestRow]


class Filters(Schema):
    model_config = ConfigDict(extra="forbid")

    part: Literal["raised", "owns"] | None = None
    open: bool | None = None
    limit: Size = 25
    after: After = ""


class Ask(Given):
    """One text for each field of the item's form, by its name."""

    item: Annotated[Word, Field(description="A key of /catalogue.")]
    edition: Annotated[Word, Field(description="Of its form, as the catalogue told it.")]
    answers: dict[Word, Words]
    own_reference: Annotated[Line, Field(description="Your own number for it.")] = ""


class Begun(Given):
    words: Words = ""
    group: Annotated[Number | None, Field(description="A group of the desk that the step is offered to.")] = None
    share: Annotated[bool, Field(description="The desk that is engaged for it reads the answers as well.")] = False


@router.get("/catalogue", **reads(Items, Scope.REQUESTS), summary="List what can be asked for")
def list_catalogue(request: Called) -> HttpResponse:
    book = rulebook.current()
    items = [item_row(book, each, request.caller.viewer) for each in book.requests.values()]
    return answer(request, Items(items=items))


@router.get("/catalogue/{key}", **reads(ItemOut, Scope.REQUESTS), summary="Read one item and its form")
def read_item(request: Called, key: str) -> HttpResponse:
    book = rulebook.current()
    if key not in book.requests:
        raise Http404
    return answer(request, item_out(book, catalogue.item_of(book, key), request.caller.viewer))


@router.get("/requests", **reads(Rows, Scope.REQUESTS), summary="List requests, the newest first")
def list_requests(request: Called, filters: Query[Filters]) -> HttpResponse:
    """Those that the caller's party asked for, that its desks work on, or that name it."""
    refuse_unknown(request, Filters)
    viewer, after = request.caller.viewer, case_place(filters.after)
    rows = Request.objects.select_related("case__raiser", "case__owner").prefetch_related("tasks")
    found = list(
        rows.filter(_narrowed(filters, viewer, after)).order_by("-case__raised_at", "-pk")[: filters.limit + 1]
    )
    page = found[: filters.limit]
    response = answer(request, Rows(requests=[request_row(row(each)) for each in page]))
    last = page[-1] if len(found) > len(page) else None
    return next_link(request, response, token_of((last.case.raised_at, last.pk))) if last else response


def _narrowed(filters: Filters, viewer: Viewer, after: tuple[datetime, UUID] | None) -> Q:
    wanted = Q(case__raiser=viewer.party) if filters.part == "raised" else Q()
    wanted &= Q(case__owner__in=viewer.desks) if filters.part == "owns" else Q()
    if filters.open is not None:
        closed = Q(case__stage="closed")
        wanted &= ~closed if filters.open else closed
    if after:
        wanted &= Q(case__raised_at__lt=after[0]) | Q(case__raised_at=after[0], pk__lt=after[1])
    return wanted


@router.post("/requests", **adds(RequestOut, Scope.REQUESTS, again=True), summary="Ask for an item")
def ask_for(request: Called, body: Ask) -> HttpResponse:
    """Checked as the page checks it; `errors` names each answer that does not fit, and what to write instead."""

    def do() -> Made:
        form = Form(body.item, body.answers, body.edition, body.own_reference)
        try:
            asked = asking.ask(form, by=request.caller.viewer, at=request.caller.at)
        except Unfit as unfit:
            errors = [{"at": f"answers.{name}", "why": why} for name, why in unfit.by_field.items()]
            raise Trouble(422, "invalid", unfit.sentence, more={"errors": errors}) from unfit
        require_on_case(request, asked.case)
        return Made("request", asked.case.reference)

    return adding(request, do, required=True)


@router.get("/requests/{reference}", **reads(RequestOut, Scope.REQUESTS), summary="Read a request")
def read_request(request: Called, reference: str) -> HttpResponse:
    return answer(request, request_out(request_for(reference), request.caller))


@router.post("/requests/{reference}/approvals/{number}/approve", **changes(RequestOut, **DECIDES), summary="Approve it")
def approve_request(request: Called, reference: str, number: int, body: MaybeSaid = MaybeSaid()) -> HttpResponse:  # noqa: B008 - frozen
    at = request.caller.at

    def do(found: Whole) -> None:
        each = _of(found, found.approvals, number)
        approving.approve(each, by=approver(request.caller), at=at, words=body.words)

    return _on(request, reference, do)


@router.post("/requests/{reference}/approvals/{number}/refuse", **changes(RequestOut, **DECIDES), summary="Refuse it")
def refuse_request(request: Called, reference: str, number: int, body: Why) -> HttpResponse:
    at = request.caller.at

    def do(found: Whole) -> None:
        each = _of(found, found.approvals, number)
        approving.refuse(each, by=approver(request.caller), at=at, why=body.why)

    return _on(request, reference, do)


@router.post("/requests/{reference}/tasks/{number}/begin", **changes(RequestOut, **WRITES), summary="Begin a step")
def begin_task(request: Called, reference: str, number: int, body: Begun = Begun()) -> HttpResponse:  # noqa: B008
    by, at = request.caller.viewer, request.caller.at

    def do(found: Whole) -> None:
        each = _of(found, found.tasks, number)
        group = _group(body.group, by)
        fulfilling.begin(each, by=by, at=at, group=group, share=body.share, words=body.words)

    return _on(request, reference, do)


@router.post("/requests/{reference}/tasks/{number}/finish", **changes(RequestOut, **WRITES), summary="A step is done")
def finish_task(request: Called, reference: str, number: int, body: MaybeSaid = MaybeSaid()) -> HttpResponse:  # noqa: B008
    by, at = request.caller.viewer, request.caller.at

    def do(found: Whole) -> None:
        each = _of(found, found.tasks, number)
        fulfilling.finish(each, by=by, at=at, words=body.words)

    return _on(request, reference, do)


def _on(request: Called, reference: str, do: Callable[[Whole], None]) -> HttpResponse:
    """Behind the lock of its thread, so that what was read is still so when it is changed."""

    def act() -> Made:
        case = case_for(reference)
        lock(case)
        found = request_for(reference)
        require_match(request, request_out(found, request.caller))
        require_on_case(request, case)
        do(found)
        return Made("request", case.reference)

    return once(request, act, told)


def _of(whole: Whole, rows: list[Any], number: int) -> Any:
    found = next((each for each in rows if each.pk == number), None)
    if found is None:
        raise Http404
    found.request = whole.request
    return found


def _group(number: int | None, by: Viewer) -> ResolverGroup | None:
    if number is None:
        return None
    group = ResolverGroup.objects.filter(pk=number, desk__in=by.desks).first()
    if group is None:
        raise Trouble(422, "invalid", f"There is no group {number} at a desk of yours.")
    return group
