"""The directory and the rules, as far as a machine needs them to raise and to route; and whom its key stands for."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpResponse
from ninja import Router, Schema

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.door import READ, reads
from crossdesk.api.native.telling import answer, party_out
from crossdesk.desks.models import Desk
from crossdesk.rulebook import current
from crossdesk.rulebook.evidence import required_evidence

router = Router(tags=["Directory"])


class Desks(Schema):
    desks: list[shapes.DirectoryDesk]


class Systems(Schema):
    systems: list[shapes.SystemOut]


class QueryTypes(Schema):
    query_types: list[shapes.QueryTypeOut]


@router.get("/me", response={200: shapes.CallerOut} | READ, summary="Whom this key stands for")
def read_caller(request: Called) -> HttpResponse:
    caller = request.caller
    viewer = caller.viewer
    told = shapes.CallerOut(
        key=caller.key.name,
        party=shapes.PartyOut(id=viewer.party, name=viewer.party_name),
        desks=[shapes.DeskOut(id=pk, name=name) for pk, name in viewer.desk_names.items()],
        scopes=sorted(caller.scopes),
        expires_at=caller.key.expires_at,
    )
    return answer(request, told)


@router.get("/desks", **reads(Desks, Scope.DIRECTORY), summary="List the desks")
def list_desks(request: Called) -> HttpResponse:
    rows = Desk.objects.filter(owner__closed_at=None).select_related("owner", "provider").order_by("name")
    return answer(request, Desks(desks=list(_desks(rows))))


@router.get("/desks/{number}", **reads(shapes.DirectoryDesk, Scope.DIRECTORY), summary="Read one desk")
def read_desk(request: Called, number: int) -> HttpResponse:
    rows = Desk.objects.filter(owner__closed_at=None, pk=number).select_related("owner", "provider")
    desk = next(iter(_desks(rows)), None)
    if desk is None:
        raise Http404
    return answer(request, desk)


def _desks(rows: Iterable[Desk]) -> Iterable[shapes.DirectoryDesk]:
    book = current()
    for desk in rows:
        rule = book.desks.get(desk.rule)
        yield shapes.DirectoryDesk(
            id=desk.pk,
            rule=desk.rule,
            name=desk.name,
            kind=desk.kind,
            owner=party_out(desk.owner),
            provider=party_out(desk.provider),
            works_here=desk.hosted,
            hours=desk.hours,
            covers=list(rule.covers) if rule else [],
            asks_for=list(rule.asks_for) if rule else [],
        )


@router.get("/systems", **reads(Systems, Scope.DIRECTORY), summary="List the systems of the rules")
def list_systems(request: Called) -> HttpResponse:
    names = ("key", "name", "code", "run_by", "source")
    rows = [shapes.SystemOut(**{name: getattr(row, name) for name in names}) for row in current().systems.values()]
    return answer(request, Systems(systems=rows))


@router.get("/query-types", **reads(QueryTypes, Scope.DIRECTORY), summary="List what may be asked, with its evidence")
def list_query_types(request: Called) -> HttpResponse:
    book = current()
    names = ("key", "name", "nature", "system", "source")
    rows = [
        shapes.QueryTypeOut(
            **{name: getattr(row, name) for name in names},
            evidence=[
                shapes.EvidenceKind(key=each.evidence.key, label=each.evidence.label)
                for each in required_evidence(book, row.key)
            ],
        )
        for row in book.query_types.values()
    ]
    return answer(request, QueryTypes(query_types=rows))
