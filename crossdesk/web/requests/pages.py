"""The catalogue as people browse it, and the form of each item with its checks and its draft."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk import rulebook
from crossdesk.access import Moved, Refused
from crossdesk.cases import drafts
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.requests import asking, catalogue, questions
from crossdesk.requests.asking import Form
from crossdesk.requests.checking import Unfit
from crossdesk.rulebook.requesting import fields_of
from crossdesk.web.console.acting import status_of
from crossdesk.web.requests.form import OWN_REFERENCE, Sheet, wrong_in
from crossdesk.web.seeing import Seen

SHOWN = 12


@require_GET
def catalogue_page(request: Seen) -> HttpResponse:
    viewer, sought = request.viewer, " ".join(request.GET.get("q", "").split())[:80]
    context = {
        "sought": sought,
        "shelves": catalogue.shelves(rulebook.current(), viewer.party, viewer.party_name, sought),
        "waiting": questions.waiting_for(viewer) if questions.may_wait(viewer) else [],
        "asked": [] if sought else [questions.row(each) for each in questions.asked_for(viewer)[:SHOWN]],
        "at": now(),
    }
    return render(request, "requests/catalogue.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Seen, key: str) -> HttpResponse:
    sheet = sheet_of(request, key)
    if request.method == "GET":
        return _page(request, sheet)
    given = request.POST
    form = Form(key, sheet.answers, given.get("edition", ""), given.get(OWN_REFERENCE, ""))
    try:
        asked = asking.ask(form, by=request.viewer, at=sheet.at)
    except Unfit as unfit:
        return _page(request, replace(sheet, wrong=unfit.by_field), status=422)
    except Refused as refused:
        return _page(request, sheet, refused.sentence, 409 if isinstance(refused, Moved) else status_of(refused))
    drafts.throw_away(sheet.draft, by=request.viewer)
    messages.success(request, f"{asked.case}: asked for. Whose turn it is stands below.")
    return redirect(f"/cases/{asked.case.reference}/")


@require_POST
def check_field(request: Seen, key: str, name: str) -> HttpResponse:
    """One question again, with what is wrong with its answer; asked while the form is filled in."""
    sheet = sheet_of(request, key)
    party = Party.objects.get(pk=request.viewer.party)
    wrong = wrong_in(sheet, party) if sheet.answers.get(name, "").strip() else {}
    one = next((each for each in replace(sheet, wrong=wrong).questions if each.name == name), None)
    if one is None:
        raise Http404
    return render(request, "requests/field.html", {"question": one, "sheet": sheet})


@require_POST
def keep_draft(request: Seen, key: str) -> HttpResponse:
    sheet = sheet_of(request, key)
    quietly, kept, trouble = bool(request.headers.get("HX-Request")), None, ""
    words = {name: value for name, value in sheet.answers.items() if value.strip()}
    if words:
        try:
            kept = drafts.keep(
                sheet.draft, words, summary=sheet.row.name, by=request.viewer, at=sheet.at, item=sheet.row.key
            )
        except Refused as refused:
            if not quietly:
                raise
            trouble = refused.sentence
    if quietly:
        return render(request, "requests/kept.html", {"kept": kept, "not_kept": trouble, "sheet": sheet})
    return redirect(f"/requests/new/{key}/?draft={kept.pk}" if kept else f"/requests/new/{key}/")


def sheet_of(request: Seen, key: str) -> Sheet:
    book = rulebook.current()
    row = book.requests.get(key)
    if row is None:
        raise Http404
    names = [each.name for each in fields_of(book, key)]
    draft = _draft_id(request)
    given = request.POST
    if request.method == "GET" and draft:
        held = drafts.mine(request.viewer).filter(pk=draft, item=key).defer(None).first()
        if held is None:
            raise Http404
        return Sheet(
            book, row, request.viewer, now(), {name: str(held.words.get(name, "")) for name in names}, {}, draft
        )
    return Sheet(book, row, request.viewer, now(), {name: given.get(name, "") for name in names}, {}, draft or uuid4())


def _draft_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID((request.GET if request.method == "GET" else request.POST).get("draft", ""))
    except ValueError:
        return None


def _page(request: Seen, sheet: Sheet, trouble: str = "", status: int = 200) -> HttpResponse:
    questions_ = sheet.questions
    context = {
        "sheet": sheet,
        "questions": questions_,
        "wrong_list": [(f"f-{each.name}", each.error) for each in questions_ if each.error],
        "trouble": trouble,
        "own_reference": request.POST.get(OWN_REFERENCE, ""),
        "kept": drafts.mine(request.viewer).filter(pk=sheet.draft).first() if request.GET.get("draft") else None,
        "not_kept": "",
    }
    return render(request, "requests/new.html", context, status=status)
