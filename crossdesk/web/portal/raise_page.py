"""Raising a case: ask, see the answers and the right desk, fill in what that desk needs, and raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Invalid, Refused
from crossdesk.cases import evidence, references
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.rulebook import Rulebook, current
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.model import QueryType
from crossdesk.web.portal.answers import Answers, answers
from crossdesk.web.portal.checklist import Item, checklist, missing
from crossdesk.web.portal.draft import LISTS, Draft, draft_of
from crossdesk.web.portal.gatekeeping import Panel, decided, panel_for
from crossdesk.web.seeing import Seen

EVIDENCE = "file-"
MORE = ("sender_references", "correlations", "area", "change_reference")


@dataclass(frozen=True)
class Sheet:
    """Everything the page shows about one draft."""

    book: Rulebook
    draft: Draft
    answers: Answers
    panel: Panel | None
    items: list[Item]

    @property
    def pasted(self) -> references.Listed | None:
        """What the pasted MPANs come to; a paste that is no list at all is told when it is sent."""
        try:
            return references.read_list([self.draft["mpans"].encode()], "mpan") if self.draft["mpans"] else None
        except Refused:
            return None

    @property
    def more_is_filled(self) -> bool:
        return any(self.draft[name] for name in MORE)

    def asks_for(self, *keys: str) -> bool:
        return any(item.key in keys for item in self.items)

    @property
    def scenario_choices(self) -> list[tuple[str, str]]:
        return [(row.key, f"{row.row}. {row.trigger}") for row in self.book.scenarios.values()]


@cache
def edition() -> str:
    return digest(current())


def sheet_for(request: HttpRequest, draft: Draft) -> Sheet:
    book = current()
    panel = panel_for(book, draft, cast(Seen, request).viewer.party)
    items = checklist(book, draft, panel, request.FILES) if panel else []
    return Sheet(book, draft, answers(book, draft["ask"]), panel, items)


@require_http_methods(["GET", "POST"])
def raise_page(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, sheet_for(request, draft_of(request.GET.dict())))
    sheet = sheet_for(request, draft_of(request.POST.dict()))
    try:
        with transaction.atomic():  # a refused file takes the half-raised case with it
            case = _raised(request, sheet)
    except Refused as refused:
        if request.headers.get("X-Upload"):
            return JsonResponse({"sentence": refused.sentence}, status=422)
        return _page(request, sheet, refused.sentence, 422)
    address = f"/cases/{case.reference}/"
    return JsonResponse({"next": address}) if request.headers.get("X-Upload") else redirect(address)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """What was typed may hold an MPAN, so it is posted: nothing of it stands in an address."""
    sheet = sheet_for(request, draft_of(request.POST.dict()))
    if request.headers.get("HX-Request"):
        return render(request, "portal/answers.html", {"sheet": sheet})
    return _page(request, sheet)


@require_POST
def gate_again(request: HttpRequest) -> HttpResponse:
    """The gate and the checklist for the form as it stands now; the fields themselves are left alone."""
    return render(
        request, "portal/again.html", {"sheet": sheet_for(request, draft_of(request.POST.dict())), "again": True}
    )


def _page(request: HttpRequest, sheet: Sheet, trouble: str = "", status: int = 200) -> HttpResponse:
    chose_files = bool(trouble and request.FILES)
    context = {"sheet": sheet, "trouble": trouble, "chose_files": chose_files}
    return render(request, "portal/raise.html", context, status=status)


def _raised(request: HttpRequest, sheet: Sheet) -> Case:
    viewer, at, draft = cast(Seen, request).viewer, now(), sheet.draft
    if sheet.panel is None or sheet.panel.query is None:
        raise Invalid("Choose what this is about from the answers above; then the right desk is known.")
    if not draft["summary"]:
        raise Invalid("Say in one line what has gone wrong.")
    desk, said = decided(sheet.panel, draft)
    without = missing(sheet.items)
    if without and not draft["without_because"]:
        names = ", ".join(sheet.book.evidence[key].label for key in without)
        raise Invalid(f"{desk} also asks for: {names}. Add it, or say why you raise without it.")
    report = _report(sheet, sheet.panel.query, said, without)
    only = draft["colleagues"].split() if "restricted" in draft.ticked else None
    raiser = Party.objects.get(pk=viewer.party)
    case = raise_case(report, raiser=raiser, to=desk, by=viewer, at=at, only=only)
    for kind, source, chunks in _lists(draft, request.FILES):
        references.add_list(case, chunks, kind, by=viewer, at=at, source=source)
    for field, files in request.FILES.lists():
        for given in files if field.startswith(EVIDENCE) else ():
            key = field.removeprefix(EVIDENCE)
            key = key if key in sheet.book.evidence else ""
            evidence.add(case, given.name or "", given.chunks(), key=key, by=viewer, at=at)
    return case


def _report(sheet: Sheet, query: QueryType, said: dict[str, object], without: tuple[str, ...]) -> Report:
    draft, book = sheet.draft, sheet.book
    more = [
        f"{book.evidence[key].label}: {words}" for key, words in draft.said.items() if words and key in book.evidence
    ]
    return Report(
        summary=draft["summary"],
        query_type=query.key,
        impact=draft["impact"],
        suspected_cause=draft["suspected_cause"],
        investigated="\n".join(filter(None, [draft["investigated"], *more])),
        own_reference=draft["own_reference"][:200],
        change_reference=draft["change_reference"][:200],
        system=query.system,
        scenario=draft["scenario"] if draft["scenario"] in book.scenarios else "",
        kind=_kind(query),
        started_at=draft.started,
        missing_evidence=without,
        without_because=draft["without_because"] if without else "",
        gate=said,
        edition=edition(),
    )


def _kind(query: QueryType) -> str:
    if query.process == "request" or query.key == "service-request":
        return Case.Kind.REQUEST
    return Case.Kind.ENQUIRY if query.nature == "business" else Case.Kind.INCIDENT


def _lists(draft: Draft, files: MultiValueDict[str, Any]) -> Iterator[tuple[str, str, Iterator[bytes]]]:
    for name, kind in LISTS.items():
        if draft[name]:
            yield kind, "", iter([draft[name].encode()])
    if draft.codes:
        yield "error-code", "", iter(["\n".join(draft.codes).encode()])
    for given in files.getlist("list"):
        yield "mpan", given.name, given.chunks()
